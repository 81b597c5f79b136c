/** Users' own primitives: everything follows from the meaning, as it does for ours. */
import {
  add,
  definePrimitive,
  type F32,
  grad,
  jit,
  jvp,
  type LoopInput,
  loop,
  mul,
  reshape,
  type Scalar,
  scan,
  setEngine,
  sum,
  type Tensor,
  take,
  tensor,
  vmap,
} from "cotangent"
import { checkGrads, expectClose, values } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "./engines.ts"

type Matrix = F32<[number, number]>
type Vector = F32<[number]>

const hypot = definePrimitive<(x: Vector, y: Vector) => Vector>("hypot", ([x, y]) =>
  loop.map([x, y], x.shape, (i) => {
    const [a, b] = [loop.load(x, [i]), loop.load(y, [i])]
    return loop.unary("sqrt", loop.binary("add", loop.binary("mul", a, a), loop.binary("mul", b, b)))
  }),
)
/** `x[i, k] ** 2 * scale` summed over k: a fold, and a parameter. */
const rowSquares = definePrimitive<(x: Matrix, options: { readonly scale: number }) => Vector>(
  "rowSquares",
  ([x], { scale }) => {
    const [rows = 0, columns = 0] = x.shape
    return loop.map([x], [rows], (i) =>
      loop.fold("sum", columns, (k) => {
        const v = loop.load(x, [i, k])
        return loop.binary("mul", loop.binary("mul", v, v), loop.constant(scale, x.dtype))
      }),
    )
  },
)
/** Two results of one loop. */
const sumAndProduct = definePrimitive<(x: Vector, y: Vector) => readonly [Vector, Vector]>("sumAndProduct", ([x, y]) =>
  loop.map([x, y], x.shape, (i) => [
    loop.binary("add", loop.load(x, [i]), loop.load(y, [i])),
    loop.binary("mul", loop.load(x, [i]), loop.load(y, [i])),
  ]),
)
/** Elements pushed to the right, those that fall off dropped: a scatter. */
const shifted = definePrimitive<(x: Vector, options: { readonly by: number }) => Vector>("shifted", ([x], { by }) =>
  loop.scatter(
    [x],
    x.shape,
    x.shape,
    () => loop.constant(0, x.dtype),
    (r) => ({ at: [loop.binary("add", r, by)], value: loop.load(x, [r]) }),
  ),
)
/** Host code says nothing of itself: the median, its slope that of the element in the middle. */
const median: (x: Vector) => Scalar = definePrimitive<(x: Vector) => Scalar>(
  "median",
  ([x]) => {
    // In float64 too, where checkGrads takes differences.
    const run = ([numbers]: readonly ArrayLike<number>[]) => {
      const found = middles(numbers ?? [], x.shape)
      return [numbers instanceof Float64Array ? Float64Array.from(found) : Float32Array.from(found)]
    }
    return loop.routine([x], { name: "median", run }, [{ dtype: x.dtype, shape: x.shape.slice(0, -1) }])
  },
  {
    jvp: ([x], [middle], [dx]) => [dx && sum(mul(here(x, middle), dx))],
    batch: ([x]) => [median(x as Vector)],
  },
)
const here = definePrimitive<(x: Vector, y: Scalar) => Vector>("here", ([x, y]) =>
  loop.map([x, y], x.shape, (i) =>
    loop.select(
      loop.compare("eq", loop.load(x, [i]), loop.load(y, [])),
      loop.constant(1, x.dtype),
      loop.constant(0, x.dtype),
    ),
  ),
)
function middles(numbers: ArrayLike<number>, shape: readonly number[]): readonly number[] {
  const size = shape.at(-1) ?? 1
  return Array.from({ length: numbers.length / size }, (_, r) => {
    const row = Array.from({ length: size }, (_, k) => numbers[r * size + k] ?? 0).sort((a, b) => a - b)
    return row[(size - 1) / 2] ?? Number.NaN
  })
}

const near = { rtol: 1e-6 }
describe.each(engines)("definePrimitive on $title", ({ choose }) => {
  beforeAll(async () => {
    await choose()
  })
  const x = () => tensor([3, -5, 8])
  const y = () => tensor([4, 12, 15])
  const rows = () =>
    tensor([
      [1, 2],
      [3, -4],
    ])
  it("computes what its meaning says, with parameters and several results", async () => {
    expectClose(await hypot(x(), y()).array(), [5, 13, 17])
    expectClose(await rowSquares(rows(), { scale: 2 }).array(), [10, 50])
    expectClose(await rowSquares(rows(), { scale: 0.5 }).array(), [2.5, 12.5])
    const [s, p] = sumAndProduct(x(), y())
    expectClose(
      [await s.array(), await p.array()],
      [
        [7, 7, 23],
        [12, -60, 120],
      ],
    )
    expectClose(await shifted(x(), { by: 1 }).array(), [0, 3, -5])
    expectClose(await median(x()).item(), 3)
  })
  it("has its derivative, its batched form and its place in compiled loops derived", async () => {
    expectClose(await grad((v: Vector) => sum(hypot(v, y())))(x()).array(), [0.6, -5 / 13, 8 / 17], near)
    expectClose(
      await jvp(hypot)([x(), y()], [tensor([1, 0, 0]), tensor([0, 1, 0])])[1].array(),
      [0.6, 12 / 13, 0],
      near,
    )
    expectClose(await grad((v: Matrix) => sum(rowSquares(v, { scale: 2 })))(rows()).array(), [
      [4, 8],
      [12, -16],
    ])
    expectClose(await grad((v: Vector) => sum(mul(shifted(v, { by: 2 }), y())))(x()).array(), [15, 0, 0])
    expectClose(await vmap((v: Vector) => shifted(v, { by: 1 }))(rows()).array(), [
      [0, 1],
      [0, 3],
    ])
    expectClose(
      await vmap(grad((v: Vector) => sum(hypot(v, v))))(rows()).array(),
      [
        [Math.SQRT2, Math.SQRT2],
        [Math.SQRT2, -Math.SQRT2],
      ],
      near,
    )
    const fold = jit((v: F32<[3]>) =>
      scan((c: F32<[3]>) => [shifted(c, { by: 1 }) as F32<[3]>, sum(c)], v, undefined, { length: 2 }),
    )
    const [last, sums] = fold(tensor([1, 2, 4]))
    expectClose(
      [await last.array(), await sums.array()],
      [
        [0, 0, 1],
        [7, 3],
      ],
    )
  })
  it("takes written rules where nothing can be derived", async () => {
    expectClose(await grad((v: Vector) => median(v))(x()).array(), [1, 0, 0])
    expectClose(
      await vmap(median)(
        tensor([
          [3, 1, 2],
          [9, 7, 8],
        ]),
      ).array(),
      [2, 8],
    )
  })
})

describe("definePrimitive", () => {
  beforeAll(() => setEngine("wasm"))
  it("agrees with differences in both modes, to the second order", () => {
    fc.assert(
      fc.property(values.between(0.5, 2)(3), values.between(0.5, 2)(3), (a, b) => {
        checkGrads(hypot, [tensor([...a]), tensor([...b])])
        checkGrads((v: Vector) => rowSquares(reshape(v, [1, 3]), { scale: 3 }), [tensor([...a])])
      }),
      { numRuns: 20 },
    )
    checkGrads(median, [tensor([3, 1, 2])], { order: 1 })
  })
  it("tells two definitions of one name apart, and routines of one name too", () => {
    const times = (n: number) =>
      definePrimitive<(x: Vector) => Vector>("times", ([x]) =>
        loop.map([x], x.shape, (i) => loop.binary("mul", loop.load(x, [i]), loop.constant(n, x.dtype))),
      )
    expectClose(
      [times(2)(tensor([1, 2])), times(3)(tensor([1, 2]))],
      [
        [2, 4],
        [3, 6],
      ],
    )
    const filled = (value: number) =>
      definePrimitive<(x: Vector) => Vector>(
        "sort",
        ([x]) => loop.routine([x], { name: "sort", run: () => [new Float32Array(2).fill(value)] }, [x]),
        { jvp: () => [undefined], batch: ([x]) => (x === undefined ? [] : [x]) },
      )
    expectClose(
      [filled(2)(tensor([1, 2])), filled(3)(tensor([1, 2]))],
      [
        [2, 2],
        [3, 3],
      ],
    )
  })
  it("fuses: a chain around it is one kernel", () => {
    const f = jit((v: F32<[2]>) => add(mul(hypot(mul(v, 2), v), 3), 1))
    expectClose(f(tensor([1, 2])), [3 * Math.sqrt(5) + 1, 6 * Math.sqrt(5) + 1], { rtol: 1e-6 })
  })
  it("blames a wrong meaning on itself, by name", () => {
    const defined = (meaning: (x: Parameters<typeof loop.map>[0][number]) => ReturnType<typeof loop.map>) =>
      definePrimitive<(x: Tensor) => Tensor>("mine", ([x]) => meaning(x))
    const x = tensor([1, 2])
    expect(() => defined((v) => loop.map([v], v.shape, (i) => loop.binary("add", loop.load(v, [i]), i)))(x)).toThrow(
      /^mine: the meaning is wrong: add of f32 with i32; cast/,
    )
    expect(() => defined((v) => loop.map([v], v.shape, () => loop.load(v, [])))(x)).toThrow(
      /0 coordinates.*one index per axis/,
    )
    expect(() => defined((v) => loop.map([], v.shape, (i) => i))(x)).toThrow(/over all operands.*0 of 1/)
    // @ts-expect-error no Loop
    expect(() => definePrimitive("mine", () => 3)(x)).toThrow(/must give a Loop; return loop\.map/)
    type F = (x: Vector) => Vector
    const host = (v: LoopInput) => loop.routine([v], { name: "bare", run: (all) => all }, [v])
    // @ts-expect-error a routine without rules
    const bare = definePrimitive<F>("bare", ([v]) => host(v))
    expect(() => bare(x)).toThrow(/nothing can be derived from a routine; give \{ jvp, batch \}/)
    const product = (v: LoopInput) =>
      loop.prefix([v], v.shape, { axis: 0, monoid: "prod", reverse: false }, (i) => loop.load(v, [i]))
    // @ts-expect-error a running product without rules
    const running = definePrimitive<F>("running", ([v]) => product(v))
    expect(() => running(x)).toThrow(/running prod/)
    // @ts-expect-error a jvp alone
    expect(() => definePrimitive<F>("half", ([v]) => loop.view(v, v.shape), { jvp: (_, __, [dv]) => [dv] })).toThrow(
      /half has a jvp or a transpose and no batch rule/,
    )
    const odd = definePrimitive<(x: Vector, options: { readonly at: object }) => Vector>("odd", ([v]) =>
      loop.map([v], v.shape, (i) => loop.load(v, [i])),
    )
    expect(() => odd(x, { at: new Map([[1, 2]]) })).toThrow(/parameters.at is a Map; parameters are plain data/)
    // @ts-expect-error a tensor among the parameters
    expect(() => rowSquares(tensor([[1]]), { scale: take(x, 0) })).toThrow(
      /parameters.scale is a tensor; .*pass tensors before/,
    )
  })
})
