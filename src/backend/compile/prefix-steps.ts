/**
 * A running fold as log2(n) elementwise loops (Hillis and Steele, "Data parallel algorithms", 1986), for engines whose
 * threads cannot wait for one another: step s combines each element with the one 2^s behind it.
 */
import { internal } from "../../autodiff/errors.ts"
import { combine } from "../../autodiff/program/loop/combine.ts"
import { input, type MapLoop, mapLoop, type PrefixLoop } from "../../autodiff/program/loop/loop.ts"
import { unitOf } from "../../autodiff/program/loop/monoid.ts"
import { binary, load } from "../../autodiff/program/loop/scalar.ts"

/** The first loop reads the inputs of the prefix, every other one the result of the loop before it. */
export function prefixSteps(loop: PrefixLoop): readonly MapLoop[] {
  const { dtype } = loop.body
  const steps = [mapLoop(loop.inputs, loop.shape, () => loop.body)]
  const before = input(0, dtype, loop.shape)
  const [unit] = unitOf(loop.monoid, [dtype])
  for (let by = 1; by < (loop.shape[loop.axis] ?? 0); by *= 2) {
    steps.push(
      mapLoop([before], loop.shape, (...i) => {
        const behind = i.map((v, d) => (d === loop.axis ? binary(loop.reverse ? "add" : "sub", v, by) : v))
        const [both] = combine(loop.monoid, [load(before, behind, unit)], [load(before, i)])
        if (both === undefined) throw internal(`a running ${loop.monoid} combines to nothing`)
        return both
      }),
    )
  }
  return steps
}
