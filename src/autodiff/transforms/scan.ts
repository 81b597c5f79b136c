/** A loop over the leading axis, inside the Program: differentiable in both modes, never unrolled. */

import { functionArgument, notAsync, typed } from "../boundary.ts"
import { CotangentError, internal, ShapeError } from "../errors.ts"
import { bind } from "../interpreter.ts"
import { checkOptions } from "../options.ts"
import { showType, typeOf } from "../program/type.ts"
import { lengthsDiffer } from "../shape/messages.ts"
import type { Scan } from "../signatures/control.ts"
import { type Flat, flatten } from "../tree.ts"
import { settled } from "./arguments.ts"
import { scanOperation } from "./scan-operation.ts"
import { expectCarry, subProgram } from "./sub-programs.ts"

interface Options {
  readonly reverse?: boolean
  readonly length?: number
}

/**
 * Carries a state over a sequence: `f(carry, x) => [carry, y]` for each row x of `xs`, the ys stacked.
 *
 * @param xs a tree of sequences that share their leading axis; undefined with `length` for a plain repetition.
 * @param options `reverse`: from the last row to the first (ys stay in the order of xs). `length`: the number of rounds.
 * @returns `[carry, ys]`.
 * @throws CotangentError where the carry leaves with other shapes or dtypes than it entered with.
 * @example
 * ```ts
 * import { add, scan, tensor } from "cotangent"
 * const [total, sums] = scan((c, x) => { const s = add(c, x); return [s, s] }, tensor(0), tensor([1, 2, 3]))
 * console.log(await total.item(), await sums.array())
 * ```
 */
export const scan: Scan = typed((f: unknown, init: unknown, xs: unknown, options: Options = {}) =>
  scanAs("scan", f, init, xs, options),
)

/** `scan` under the name of the loop that the user wrote, which its messages have to speak of. */
export function scanAs(op: string, f: unknown, init: unknown, xs: unknown, options: Options = {}): readonly unknown[] {
  checkOptions(op, options, ["reverse", "length"])
  const call = functionArgument(op, f)
  const start = settled(flatten(init, "carry"))
  const rows = flatten(xs ?? undefined, "xs")
  const length = roundsOf(rows, options.length)
  const rowTypes = rows.leaves.map((x) => typeOf(x.dtype, x.shape.slice(1)))
  const made = subProgram(op, [...start.leaves.map((x) => x.type), ...rowTypes], (leaves) => {
    const carry = start.build(leaves)
    const result = notAsync(op, call(carry, rows.build(leaves.slice(start.leaves.length))))
    if (!Array.isArray(result) || result.length !== 2)
      throw new CotangentError("scan", "scan: the function must return [carry, y]")
    expectCarry(op, start, settled(flatten(result[0], "carry")))
    return result
  })
  const [, y] = pair(made.result)
  const operation = scanOperation({
    body: made.program,
    constants: made.captured.length,
    carry: start.leaves.length,
    length,
    reverse: options.reverse === true,
  })
  const out = bind(operation, [...made.captured, ...start.leaves, ...rows.leaves])
  return [start.build(out.slice(0, start.leaves.length)), y.build(out.slice(start.leaves.length))]
}

function roundsOf(rows: Flat, length: number | undefined): number {
  let found = length
  rows.leaves.forEach((x, k) => {
    const [n] = x.shape
    if (n === undefined)
      throw new ShapeError("scan", `scan: xs needs a leading axis, got ${showType(x.type)} at ${rows.paths[k]}`)
    if (found !== undefined && found !== n)
      throw new ShapeError("scan-size", lengthsDiffer("scan", found, n), { sizes: [found, n] })
    found = n
  })
  if (found === undefined)
    throw new CotangentError(
      "scan-length",
      "scan: without sequences the number of rounds must be given, as in scan(f, init, undefined, { length: 10 })",
    )
  if (!Number.isSafeInteger(found) || found < 0)
    throw new CotangentError("scan-length", `scan: length must be a whole number, got ${found}`)
  return found
}

/** The carry's and the ys' parts of the body's result, as trees of their own. */
function pair(result: Flat): readonly [carry: Flat, y: Flat] {
  const built = result.build(result.leaves)
  if (!Array.isArray(built)) throw internal("a scan's result is no pair")
  return [flatten(built[0], "carry"), flatten(built[1], "y")]
}
