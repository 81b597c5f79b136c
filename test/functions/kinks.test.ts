import { abs, grad, jvp, mul, type Scalar, sigmoid, silu, softplus, tensor } from "cotangent"
import { describe, expect, it } from "vitest"

const points = [-100, -3, -0.5, 0, 0.5, 3, 100]
const s = (x: number): number => 1 / (1 + Math.exp(-x))

// Each is written with a choice between x <= 0 and x > 0, which must leave no trace in its derivatives at 0.
describe("smooth functions that are written with a choice", () => {
  const cases: readonly [string, (x: Scalar) => Scalar, (x: number) => number, (x: number) => number][] = [
    ["sigmoid", sigmoid, (x) => s(x) * s(-x), (x) => s(x) * s(-x) * (1 - 2 * s(x))],
    ["softplus", softplus, s, (x) => s(x) * s(-x)],
    ["silu", silu, (x) => s(x) * (1 + x * s(-x)), (x) => 2 * s(x) * s(-x) + x * s(x) * s(-x) * (1 - 2 * s(x))],
  ]
  it.each(cases)("%s: first and second derivative", async (_, f, first, second) => {
    for (const x of points) {
      expect(await grad((v: Scalar) => f(v))(x).item()).toBeCloseTo(first(x), 5)
      expect(await grad(grad((v: Scalar) => f(v)))(x).item()).toBeCloseTo(second(x), 5)
    }
  })
})

// The derivative of |x| as a Loop, select(x < 0, -t, …), is its own jvp; taken for a linear operation it would be handed
// tangents where its test reads x.
it("differentiates through the derivative of a kink", async () => {
  const f = (x: Scalar): Scalar => mul(x, abs(x))
  for (const x of [-2, 1, 3]) {
    expect(await grad(grad(f))(x).item()).toBe(2 * Math.sign(x))
    const [, slope] = jvp(grad(f))([tensor(x)], [tensor(-1)])
    expect(await slope.item()).toBe(-2 * Math.sign(x))
  }
})
