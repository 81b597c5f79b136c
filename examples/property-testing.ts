// Laws about a function of one's own, tried on random tensors with fast-check. What breaks a law is made as small as
// possible and printed; the seed repeats it.
import { abs, clip, customVjp, type F32, grad, less, mul, neg, square, sub, sum, where } from "cotangent"
import { expectClose, laws, tensors, values } from "cotangent/testing"
import fc from "fast-check"

type Vector = F32<[3]>

/** Huber's loss: quadratic near 0 and straight beyond 1, so that outliers do not rule. */
const huber = (x: Vector): Vector => where(less(abs(x), 1), mul(0.5, square(x)), sub(abs(x), 0.5))
const slope = grad((x: Vector) => sum(huber(x)))

/** The same with a derivative written by hand, whose author forgot what happens beyond 1. */
const careless = customVjp(huber, { forward: (x) => [huber(x), x], backward: (x, ct) => [mul(x, ct)] })

const report = (name: string, law: fc.IProperty<unknown>): void => {
  const { failed, numRuns, counterexample, errorInstance } = fc.check(law, { seed: 1 })
  console.log(name.padEnd(34), failed ? `FAILS for ${fc.stringify(counterexample)}` : `holds for ${numRuns}`)
  if (failed) console.log(String(errorInstance))
}
// Quarters, so that sums and products are exact and laws may demand equality; and points away from the kinks.
const exact = tensors({ shape: [3], values: values.exact({ max: 2 }) })
const smooth = tensors({ shape: [3], values: values.awayFrom([-1, 1], 0.01) })

report("even", laws.equivariant(huber, [exact], { input: ([x]) => [neg(x)], tolerance: 0 }))
report(
  "its slope is x, clipped",
  fc.property(exact, (x) => expectClose(slope(x), clip(x, -1, 1), { ulps: 0 })),
)
report("two derivatives match differences", laws.gradients(huber, [smooth], { order: 2 }))
report("its slope is at most 1", laws.lipschitz(huber, [exact], { constant: 1 }))
report("a batch of it is a loop", laws.vmapIsLoop(huber, [exact]))
report("homogeneous, which it is not", laws.homogeneous(huber, [exact], { degree: 1 }))
report("the careless derivative", laws.gradients(careless, [smooth], { modes: ["rev"], order: 1 }))
