/** Looking at what a function becomes. */
import { functionArgument, typed } from "../boundary.ts"
import { trace } from "../interpreters/trace.ts"
import type { Program } from "../program/program.ts"
import { showProgram } from "../program/show-program.ts"
import type { Inspect } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"
import { overLeaves } from "./arguments.ts"

/** A Program that prints itself. */
export interface PrintableProgram extends Program {
  readonly toString: () => string
}

/**
 * The Program of a function for arguments like these: its inputs (what it captured first), its equations, its results.
 *
 * @example
 * ```ts
 * import { type F32, makeProgram, mul, sin, sum, tensor } from "cotangent"
 * console.log(String(makeProgram((x: F32<[3]>) => sum(mul(sin(x), x)))(tensor([1, 2, 3]))))
 * ```
 */
export const makeProgram: Inspect<PrintableProgram> = typed((f: unknown) => {
  const call = functionArgument("makeProgram", f)
  return (...args: readonly unknown[]): PrintableProgram => {
    const flat = flatten(args, "arguments")
    const { program } = trace(
      typeof f === "function" && f.name !== "" ? f.name : "f",
      flat.leaves.map((x) => x.type),
      overLeaves("makeProgram", call, flat).run,
    )
    return { ...program, toString: () => showProgram(program) }
  }
})
