/** A function as the kernels it becomes. */
import { functionArgument, typed } from "../boundary.ts"
import type { Engine } from "../engine.ts"
import { CotangentError, internal } from "../errors.ts"
import { checkOptions } from "../options.ts"
import type { Program } from "../program/program.ts"
import type { Explanation } from "../signatures/inspection.ts"
import type { Explain } from "../signatures/transforms.ts"
import { jittedCall } from "./jitted-call.ts"

type Explainer = (program: Program, engine: Engine) => Explanation
/** Lowering is the engines' business; `src/install.ts` says how it is told. */
let explainer: Explainer | undefined
export const installExplainer = (f: Explainer): void => {
  explainer = f
}

/**
 * The plan that `jit(f)` runs for arguments like these, on their engine. First the Program; then every step of the plan in order,
 * the body of a loop indented: the operations fused into a kernel, its bytes and operations, what kind of kernel it is
 * (`packed product 128 x 256, k = 784`, `row kernel`, `elementwise`, …), its meaning, and its gpu.js source, which runs when
 * it is pasted into `gpu.createKernel(source, { output })`; last the totals and where each value lies, from when to when.
 * Operations are counted as a reader would: each expression once per element, no index arithmetic, an exponential as one.
 *
 * @param options `as`: `"text"`, or `"data"` for the same as an object (`kernels`, `totals`, `plan` with its `memory`).
 * @throws whatever the function throws while it is traced; EngineError for what the current engine cannot run.
 * @example
 * ```ts
 * import { explain, type F32, mul, sin, sum, tensor } from "cotangent"
 * const f = (x: F32<[3]>) => sum(mul(sin(x), x))
 * console.log(explain(f)(tensor([1, 2, 3])))
 * const { kernels } = explain(f, { as: "data" })(tensor([1, 2, 3]))
 * console.log(kernels.map((k) => k.group))
 * ```
 */
export const explain: Explain = typed((f: unknown, options: { readonly as?: unknown } = {}) => {
  checkOptions("explain", options, ["as"])
  const call = functionArgument("explain", f)
  const { as = "text" } = options
  if (as !== "text" && as !== "data")
    throw new CotangentError("explain-options", `explain: \`as\` is "text" or "data", got ${JSON.stringify(as)}`, {
      as,
    })
  return (...args: readonly unknown[]) => {
    if (explainer === undefined) throw internal("no engine is installed")
    const { program, engine } = jittedCall("explain", typeof f === "function" ? f.name : "", call, args)
    const made = explainer(program, engine)
    return as === "data" ? made : made.toString()
  }
})
