/** Operations over the named axis of a vmap. */
import {
  add,
  axisIndex,
  cast,
  grad,
  jit,
  jvp,
  max,
  mean,
  min,
  mul,
  pmax,
  pmean,
  pmin,
  psum,
  type Scalar,
  setEngine,
  sin,
  stack,
  sub,
  sum,
  type Tensor,
  tensor,
  vmap,
} from "cotangent"
import { checkGrads, expectClose } from "cotangent/testing"
import { beforeAll, describe, expect, it } from "vitest"

beforeAll(() => setEngine("wasm"))
type Vector = Tensor<[4], "f32">
const xs = (): Vector => tensor([0.5, -1, 2, 0.25])
const named = { axisName: "batch" } as const
const close = { rtol: 1e-5, atol: 1e-6 }

describe("collectives", () => {
  it("combine all examples, and every example sees the same", () => {
    const f = (x: Scalar) => ({
      sum: psum(x, "batch"),
      mean: pmean(x, "batch"),
      max: pmax(x, "batch"),
      min: pmin(x, "batch"),
    })
    const four = (x: number) => [x, x, x, x]
    const wanted = { sum: four(1.75), mean: four(0.4375), max: four(2), min: four(-1) }
    expectClose(vmap(f, named)(xs()), wanted, close)
    expectClose(jit(vmap(f, named))(xs()), wanted, close)
    expect(vmap((_: Scalar) => axisIndex("batch"), named)(xs()).arraySync()).toEqual([0, 1, 2, 3])
    expectClose(vmap((_: Scalar) => psum(tensor(1), "batch"), named)(xs()), four(4))
  })
  /** The same written over the whole axis. */
  const pairs: readonly (readonly [string, (x: Scalar) => Scalar, (x: Vector) => Vector])[] = [
    ["psum", (x) => mul(sin(x), psum(mul(x, x), "batch")), (x) => mul(sin(x), sum(mul(x, x)))],
    ["pmean", (x) => sin(sub(x, pmean(x, "batch"))), (x) => sin(sub(x, mean(x)))],
    ["pmax", (x) => mul(x, pmax(x, "batch")), (x) => mul(x, max(x))],
    ["pmin", (x) => mul(x, pmin(sin(x), "batch")), (x) => mul(x, min(sin(x)))],
    ["axisIndex", (x) => mul(x, cast(axisIndex("batch"), "f32")), (x) => mul(x, tensor([0, 1, 2, 3]))],
  ]
  it.each(pairs)("%s differentiates as what it means, in every mode and order", (_, example, whole) => {
    const f = (x: Vector): Scalar => sum(sin(vmap(example, named)(x)))
    const g = (x: Vector): Scalar => sum(sin(whole(x)))
    expectClose(grad(f)(xs()), grad(g)(xs()), close)
    expectClose(jit(grad(f))(xs()), grad(g)(xs()), close)
    expectClose(jvp(f)([xs()], [tensor([1, 2, -1, 3])]), jvp(g)([xs()], [tensor([1, 2, -1, 3])]), close)
    expectClose(jvp(grad(f))([xs()], [tensor([1, 2, -1, 3])]), jvp(grad(g))([xs()], [tensor([1, 2, -1, 3])]), close)
    const rows = stack([xs(), mul(xs(), 2)])
    expectClose(vmap(grad(f))(rows), vmap(grad(g))(rows), close)
    checkGrads(f, [xs()])
  })
  it("inside a gradient inside the vmap, the cotangents of all examples meet", () => {
    // Each example's loss is x_i Σ x²; its own slope by x_i also passes through what the others see of it.
    const f = (x: Scalar): Scalar => mul(x, psum(mul(x, x), "batch"))
    const slopes = vmap(grad(f), named)(xs())
    const data = [0.5, -1, 2, 0.25]
    const [total, weight] = [data.reduce((s, x) => s + x * x, 0), data.reduce((s, x) => s + x, 0)]
    expectClose(
      slopes,
      data.map((x) => total + 2 * x * weight),
      close,
    )
  })
  it("name their axis among nested ones", () => {
    const m: Tensor<[2, 3], "f32"> = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const f = (x: Scalar): Scalar => add(psum(x, "rows"), mul(10, psum(x, "columns")))
    const both = vmap(vmap(f, { axisName: "columns" }), { axisName: "rows" })
    expectClose(both(m), [
      [65, 67, 69],
      [155, 157, 159],
    ])
    expect(() => vmap((x: Scalar) => psum(x, "elsewhere"), named)(xs())).toThrow(
      /no vmap around this names the axis "elsewhere"/,
    )
    // Compiled code is no excuse: the same sentence, not an internal error.
    expect(() => jit((x: Scalar) => psum(x, "elsewhere"))(tensor(1))).toThrow(/names the axis "elsewhere"/)
    expect(() =>
      vmap(
        jit((x: Scalar) => psum(x, "elsewhere")),
        named,
      )(xs()),
    ).toThrow(/names the axis "elsewhere"/)
  })
})
