/** Installs the engines. The one module that knows them; every entry point imports it. */
import { type EngineFactory, installEngine } from "./autodiff/current-engine.ts"
import { EngineError } from "./autodiff/errors.ts"
import { installBase } from "./autodiff/interpreter.ts"
import { evaluate } from "./autodiff/interpreters/evaluate.ts"
import { installExplainer } from "./autodiff/transforms/explain.ts"
import { explainProgram } from "./backend/gpujs/explain.ts"
import { createReference } from "./backend/reference/engine.ts"
import { createWasm } from "./backend/wasm/engine.ts"

const atOnce = (create: EngineFactory["sync"] & {}): EngineFactory => ({ sync: create, load: async () => create() })

installBase(evaluate)
installEngine(
  "wasm",
  atOnce(() => createWasm()),
)
installEngine("reference", atOnce(createReference))
installEngine("gpujs", {
  load: async ({ mode = "webasm" }) => {
    const { createGpujs } = await import("./backend/gpujs/engine.ts")
    const { gpujsModes } = await import("./backend/gpujs/gpu.ts")
    const known = gpujsModes.find((m) => m === mode)
    if (known === undefined)
      throw new EngineError("mode", `gpujs: there is no mode "${mode}"; there are ${gpujsModes.join(", ")}`, { mode })
    return createGpujs({ mode: known })
  },
})
installExplainer(explainProgram)
