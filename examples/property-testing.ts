// Laws about a function of one's own, tried on random tensors with fast-check. What breaks a law is made as small as
// possible and printed; the seed repeats it.
import { abs, clip, customVjp, type F32, grad, less, mul, neg, square, sub, sum, where } from "cotangent"
import { checkGrads, expectClose, tensors, values } from "cotangent/testing"
import fc from "fast-check"

type Vector = F32<[3]>

/** Huber's loss: quadratic near 0 and straight beyond 1, so that outliers do not rule. */
const huber = (x: Vector): Vector => where(less(abs(x), 1), mul(0.5, square(x)), sub(abs(x), 0.5))
const slope = grad((x: Vector) => sum(huber(x)))

/** The same with a derivative written by hand, whose author forgot what happens beyond 1. */
const careless = customVjp(huber, { forward: (x) => [huber(x), x], backward: (x, ct) => [mul(x, ct)] })

const law = (name: string, xs: fc.Arbitrary<Vector>, holds: (x: Vector) => void): void => {
  const { failed, numRuns, counterexample } = fc.check(fc.property(xs, holds), { seed: 1 })
  console.log(name.padEnd(34), failed ? `FAILS for ${fc.stringify(counterexample?.[0])}` : `holds for ${numRuns}`)
}
// Quarters, so that sums and products are exact and laws may demand equality; and points away from the kinks.
const exact = tensors({ shape: [3], values: values.exact({ max: 2 }) })
const smooth = tensors({ shape: [3], values: values.awayFrom([-1, 1], 0.01) })

law("even", exact, (x) => expectClose(huber(neg(x)), huber(x), { ulps: 0 }))
law("its slope is x, clipped", exact, (x) => expectClose(slope(x), clip(x, -1, 1), { ulps: 0 }))
law("two derivatives match differences", smooth, (x) => checkGrads(huber, [x], { order: 2 }))
law("homogeneous, which it is not", exact, (x) => expectClose(huber(mul(x, 2)), mul(huber(x), 2)))
law("the careless derivative", exact, (x) => checkGrads(careless, [x], { modes: ["rev"], order: 1 }))
