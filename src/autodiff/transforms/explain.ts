/** A function as the kernels it becomes. */
import { functionArgument, typed } from "../boundary.ts"
import { internal } from "../errors.ts"
import type { Program } from "../program/program.ts"
import type { Inspect } from "../signatures/transforms.ts"
import { makeProgram } from "./make-program.ts"

/** Lowering is the engines' business; `src/install.ts` says how it is told. */
let explainer: ((program: Program) => string) | undefined
export const installExplainer = (f: (program: Program) => string): void => {
  explainer = f
}

/**
 * The Program of a function for arguments like these, its Loops, and each kernel as gpu.js source with its bytes and
 * flops. The source runs when it is pasted into `gpu.createKernel(source, { output })`.
 *
 * @example
 * ```ts
 * import { explain, type F32, mul, sin, sum, tensor } from "cotangent"
 * console.log(explain((x: F32<[3]>) => sum(mul(sin(x), x)))(tensor([1, 2, 3])))
 * ```
 */
export const explain: Inspect<string> = typed((f: unknown) => {
  functionArgument("explain", f)
  return (...args: readonly unknown[]) => {
    if (explainer === undefined) throw internal("no engine is installed")
    return explainer(typed<(f: unknown) => (...args: readonly unknown[]) => Program>(makeProgram)(f)(...args))
  }
})
