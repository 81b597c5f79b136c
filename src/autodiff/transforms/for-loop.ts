/** Loops over a range of integers. */
import { functionArgument, typed } from "../boundary.ts"
import { CotangentError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { add } from "../primitives/add.ts"
import { less } from "../primitives/compare.ts"
import { iota } from "../primitives/iota.ts"
import type { ForLoop } from "../signatures/control.ts"
import { fromNumber } from "../tensor.ts"
import { Value } from "../value.ts"
import { scanAs } from "./scan.ts"
import { whileLoop } from "./while-loop.ts"

/**
 * `body(i, state)` for i from `lower` up to `upper`, which is left out. With bounds that are numbers it is a scan, hence
 * differentiable in both modes; with a traced bound a whileLoop.
 *
 * @example
 * ```ts
 * import { add, forLoop, tensor } from "cotangent"
 * console.log(await forLoop(0, 4, (i, s) => add(s, i), tensor(0)).item())
 * ```
 */
export const forLoop: ForLoop = typed((lower: unknown, upper: unknown, body: unknown, init: unknown) => {
  const step = functionArgument("forLoop", body)
  if (typeof lower === "number" && typeof upper === "number") {
    if (!Number.isInteger(lower) || !Number.isInteger(upper))
      throw new CotangentError("bounds", `forLoop: bounds are whole numbers, got ${lower} and ${upper}`)
    const steps = bindOne(add.operation, bindOne(iota.of(Math.max(0, upper - lower), "i32")), fromNumber("i32", lower))
    const round = (state: unknown, i: unknown): readonly unknown[] => [step(i, state), undefined]
    return scanAs("forLoop", round, init, steps)[0]
  }
  const [from, to] = [bound(lower), bound(upper)]
  const goesOn = ([i]: readonly [Value, unknown]): Value => bindOne(less.operation, i, to)
  const next = ([i, state]: readonly [Value, unknown]): readonly unknown[] => [
    bindOne(add.operation, i, fromNumber("i32", 1)),
    step(i, state),
  ]
  return typed<(test: unknown, body: unknown, init: unknown) => readonly unknown[]>(whileLoop)(goesOn, next, [
    from,
    init,
  ])[1]
})
function bound(x: unknown): Value {
  if (typeof x === "number" && Number.isInteger(x)) return fromNumber("i32", x)
  if (x instanceof Value && x.dtype === "i32" && x.shape.length === 0) return x
  throw new CotangentError(
    "bounds",
    `forLoop: a bound is a whole number or an i32 scalar, got ${x instanceof Value ? x.toString() : String(x)}`,
  )
}
