/** What a function spends its time on. */
import { functionArgument, typed } from "../boundary.ts"
import type { Engine, EngineBuffer } from "../engine.ts"
import { CotangentError, EngineError, internal, TracerError } from "../errors.ts"
import { checkOptions } from "../options.ts"
import type { Program } from "../program/program.ts"
import { showType } from "../program/type.ts"
import type { Profile } from "../signatures/inspection.ts"
import type { Profiler } from "../signatures/transforms.ts"
import { ConcreteTensor } from "../tensor.ts"
import type { Value } from "../value.ts"
import { jittedCall } from "./jitted-call.ts"

type Run = (
  program: Program,
  engine: Engine,
  inputs: readonly EngineBuffer[],
  repetitions: number | undefined,
) => Profile
/** Timing kernels is the engines' business; `src/install.ts` says how it is told. */
let profiler: Run | undefined
export const installProfiler = (f: Run): void => {
  profiler = f
}

/**
 * Compiles a function as `jit` does, runs it on these arguments until its times settle, and says for every kernel how long
 * it took (shortest and median run), its share, what it computed and moved in a second, and how close that comes to what
 * this engine reaches on this machine at best: the rate of its own matrix product, and that of a kernel that reads and
 * writes as many bytes, both measured once in a process. `String(profile(f)(x))` is a table; `trace` opens in
 * chrome://tracing and ui.perfetto.dev, and `saveTrace` of cotangent/io writes it.
 *
 * Arguments are used as they are and stay as they are: nothing is donated.
 *
 * @param options `repetitions`: how many runs count; without it, as many as fit into a quarter of a second, from 5 to 200.
 * @throws EngineError (`no-profile`) on an engine that cannot time its kernels, as gpujs on WebGPU cannot.
 * @example
 * ```ts
 * import { type F32, matmul, ones, profile, tanh } from "cotangent"
 * const layer = (w: F32<[64, 64]>, x: F32<[64, 64]>) => tanh(matmul(x, w))
 * const { kernels } = profile(layer, { repetitions: 5 })(ones([64, 64]), ones([64, 64]))
 * console.log(kernels.map((k) => k.group))
 * ```
 */
export const profile: Profiler = typed((f: unknown, options: { readonly repetitions?: number } = {}) => {
  checkOptions("profile", options, ["repetitions"])
  const call = functionArgument("profile", f)
  const { repetitions } = options
  if (repetitions !== undefined && !(Number.isInteger(repetitions) && repetitions > 0))
    throw new CotangentError(
      "profile-options",
      `profile: repetitions is a whole number from 1 on, got ${repetitions}`,
      {
        repetitions,
      },
    )
  return (...args: readonly unknown[]): Profile => {
    if (profiler === undefined) throw internal("no engine is installed")
    const made = jittedCall("profile", typeof f === "function" ? f.name : "", call, args)
    const { program, engine } = made
    const operands = made.operands.map(concrete)
    const other = operands.find((x) => x.engine !== engine)
    if (other !== undefined)
      throw new EngineError(
        "two-engines",
        `profile: one operand is on ${engine.name} and another on ${other.engine.name}; bring them together with await x.to("${engine.name}")`,
        { engines: [engine.name, other.engine.name] },
      )
    return profiler(
      program,
      engine,
      operands.map((x) => x.buffer("profile")),
      repetitions,
    )
  }
})

function concrete(x: Value): ConcreteTensor {
  if (x instanceof ConcreteTensor) return x
  throw new TracerError(
    "traced",
    `profile: takes tensors that have their numbers, got a traced ${showType(x.type)}; profile the outer function, as in profile(jit(f))(x)`,
  )
}
