/** Installs the engines. The one module that knows them; every entry point imports it. */
import { type EngineFactory, installEngine, type MakeOptions } from "./autodiff/current-engine.ts"
import type { Engine } from "./autodiff/engine.ts"
import { EngineError } from "./autodiff/errors.ts"
import { installBase } from "./autodiff/interpreter.ts"
import { evaluate } from "./autodiff/interpreters/evaluate.ts"
import { installExplainer } from "./autodiff/transforms/explain.ts"
import { installProfiler } from "./autodiff/transforms/profile.ts"
import { debugLevel } from "./backend/debug/level.ts"
import { watched } from "./backend/debug/watched.ts"
import { explainProgram } from "./backend/explain/explanation.ts"
import { profileProgram } from "./backend/profile/profile.ts"
import { createReference } from "./backend/reference/engine.ts"
import { createWasm } from "./backend/wasm/engine.ts"

const level = debugLevel()
const seen = (engine: Engine): Engine => (level === 0 ? engine : watched(engine, level))
const atOnce = (create: (options: MakeOptions) => Engine): EngineFactory => ({
  sync: (options) => seen(create(options)),
  load: async (options) => seen(create(options)),
})

installBase(evaluate)
installEngine("wasm", {
  ...atOnce(({ threads }) => createWasm(threads === undefined ? {} : { threads })),
  options: ["threads"],
})
installEngine("reference", atOnce(createReference))
installEngine("gpujs", {
  options: ["mode"],
  defaults: { mode: "webasm" },
  load: async ({ mode }) => {
    const { createGpujs } = await import("./backend/gpujs/engine.ts")
    const { gpujsModes } = await import("./backend/gpujs/gpu.ts")
    const known = gpujsModes.find((m) => m === mode)
    if (known === undefined)
      throw new EngineError("mode", `gpujs: there is no mode "${mode}"; there are ${gpujsModes.join(", ")}`, { mode })
    return seen(await createGpujs({ mode: known }))
  },
})
installExplainer(explainProgram)
installProfiler(profileProgram)
