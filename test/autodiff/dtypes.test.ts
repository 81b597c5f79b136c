/** Promotion, weak scalars and the rewrite to float64. */
import {
  add,
  cast,
  concat,
  cond,
  cos,
  DTypeError,
  div,
  forLoop,
  full,
  grad,
  hessian,
  jit,
  jvp,
  less,
  makeProgram,
  matmul,
  mul,
  pow,
  random,
  type Scalar,
  scan,
  setEngine,
  sin,
  sort,
  stack,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  where,
  whileLoop,
} from "cotangent"
import { expectClose, programs } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { type DType, promote } from "../../src/autodiff/dtype.ts"
import { bind } from "../../src/autodiff/interpreter.ts"
import { retype } from "../../src/autodiff/interpreters/retype.ts"
import { trace } from "../../src/autodiff/interpreters/trace.ts"
import type { Program } from "../../src/autodiff/program/program.ts"
import { callOperation } from "../../src/autodiff/transforms/call.ts"
import type { Value } from "../../src/autodiff/value.ts"
import { runWide } from "../../src/testing/differences.ts"

beforeAll(() => setEngine("wasm"))

type Add = (a: unknown, b: unknown) => Tensor
const plus = typed<Add>(add)
const value = (dtype: DType): Tensor =>
  dtype === "key"
    ? random.key(1)
    : typed<(shape: number[], x: unknown, options: unknown) => Tensor>(full)([2], dtype === "bool" ? true : 1, {
        dtype,
      })

/** The whole table, as it is written in the guide: row with column; "" does not mix. */
const table: Readonly<Record<DType, readonly string[]>> = {
  //     f64    f32    i32    u32    bool   key
  f64: ["f64", "f64", "f64", "f64", "f64", ""],
  f32: ["f64", "f32", "f32", "f32", "f32", ""],
  i32: ["f64", "f32", "i32", "", "i32", ""],
  u32: ["f64", "f32", "", "u32", "u32", ""],
  bool: ["f64", "f32", "i32", "u32", "bool", ""],
  key: ["", "", "", "", "", "key"],
}
const dtypes = ["f64", "f32", "i32", "u32", "bool", "key"] as const

describe("promotion", () => {
  it.each(dtypes.flatMap((a) => dtypes.map((b, k) => [a, b, table[a][k] ?? ""] as const)))(
    "%s with %s: %s",
    (a, b, wanted) => {
      expect(promote(a, b) ?? "").toBe(wanted)
      expect(promote(b, a) ?? "").toBe(wanted)
      if (wanted === "" || wanted === "key" || wanted === "bool") {
        // Bools have no arithmetic and keys no numbers: they mix in selections, not in sums.
        expect(() => plus(value(a), value(b))).toThrow(DTypeError)
        return
      }
      expect(plus(value(a), value(b)).dtype).toBe(wanted)
      expect(typed<Add>(jit(plus))(value(a), value(b)).dtype).toBe(wanted)
    },
  )
  it("holds in selections and joins too", () => {
    const [i, f]: [Tensor<[2], "i32">, Tensor<[2], "f32">] = [tensor([1, 2], { dtype: "i32" }), tensor([0.5, 1.5])]
    expect(typed<Tensor>(typed<(...x: unknown[]) => unknown>(where)(less(f, 1), i, f)).dtype).toBe("f32")
    expect(concat([tensor([true]), tensor([false])], { axis: 0 }).dtype).toBe("bool")
  })
})

describe("a JavaScript number", () => {
  it("takes the tensor's dtype", () => {
    expect(add(tensor([1], { dtype: "i32" }), 2).dtype).toBe("i32")
    expect(add(tensor([1], { dtype: "f64" }), 0.1).arraySync()).toEqual([1.1])
    expect(add(tensor([1]), 0.1).arraySync()).toEqual([Math.fround(1 + Math.fround(0.1))])
    expect(() => plus(tensor([1], { dtype: "i32" }), 0.5)).toThrow(/0\.5/)
    expect(() => plus(random.key(0), 1)).toThrow(DTypeError)
    expect(plus(1, 2).dtype).toBe("f32")
  })
  it("stays weak where it is traced: f64 digits for f64, singles for f32, f32 where nothing decides", () => {
    const f = jit(typed<Add>((x: Tensor, r: Scalar) => typed<Add>(mul)(x, r)))
    expect([f(tensor([1], { dtype: "f64" }), 0.1).dtype, f(tensor([1]), 0.1).dtype]).toEqual(["f64", "f32"])
    expect(f(tensor([1], { dtype: "f64" }), 0.1).arraySync()).toEqual([0.1])
    const alone = jit((r: Scalar) => sin(r))(0.5)
    expect([alone.dtype, alone.itemSync()]).toEqual(["f32", expect.closeTo(Math.sin(0.5), 6)])
    const two = jit((r: Scalar, s: Scalar) => mul(r, s))(0.5, 3)
    expect([two.dtype, two.itemSync()]).toEqual(["f32", 1.5])
    // Handed back untouched, stacked and chosen, it is an f32 like any other.
    const same = jit((r: Scalar) => r)(2.5)
    expect([same.dtype, same.itemSync()]).toEqual(["f32", 2.5])
    expect(jit((r: Scalar) => stack([r, tensor(1)]))(2.5).arraySync()).toEqual([2.5, 1])
    expect(jit((p: Scalar<"bool">, r: Scalar) => where(p, r, 0))(true, 2.5).itemSync()).toBe(2.5)
  })
  it("can be differentiated by, looped over and branched on", () => {
    const slope = jit(grad((x: Scalar, r: Scalar) => mul(mul(x, x), r)))(3, 2)
    expect([slope.dtype, slope.itemSync()]).toEqual(["f32", 12])
    expectClose(jit((x: Scalar) => jvp((y: Scalar) => mul(y, y))([x], [x]))(3), [9, 18])
    expectClose(jit(hessian((y: Scalar) => mul(y, mul(y, y))))(2), 12)
    expectClose(
      grad(
        jit((x: Scalar, r: Scalar) => mul(mul(x, x), r)),
        { argnums: [0, 1] },
      )(tensor(3), tensor(2)),
      [12, 9],
    )
    expectClose(jit((x: Scalar, r: Scalar) => forLoop(0, 3, (_, s: Scalar) => mul(s, r), x))(1, 2), 8)
    expectClose(
      jit((r: Scalar) =>
        cond(
          less(r, 1),
          (v: Scalar) => mul(v, 2),
          (v: Scalar) => v,
          r,
        ),
      )(0.25),
      0.5,
    )
    expectClose(
      jit((r: Scalar) =>
        whileLoop(
          (s: Scalar) => less(s, 10),
          (s) => mul(s, 2),
          r,
        ),
      )(1.5),
      12,
    )
    const pair: Tensor<[2], "f32"> = tensor([1, 2])
    const sums = (r: Scalar) => scan((c: Scalar, x: Scalar) => [add(c, mul(r, x)), c] as const, r, pair)
    expectClose(jit(sums)(0.5), [2, [0.5, 1]])
  })
})

describe("retype", () => {
  const dtypesIn = (program: Program): ReadonlySet<string> =>
    new Set(
      [...program.inputs, ...program.outputs, ...program.equations.flatMap((e) => [...e.outputs, ...e.inputs])].map(
        (a) => a.type.dtype,
      ),
    )
  const everything = (x: Tensor<[4], "f32">, key: ReturnType<typeof random.key>) => {
    const noise = random.uniform(key, [4])
    const [last, all] = scan((c: Scalar, v: Scalar) => [mul(sin(add(c, v)), 0.5), cos(c)] as const, tensor(0.1), x)
    const chosen = cond(
      less(last, 0),
      (v: typeof x) => sort(v),
      (v: typeof x) => mul(v, cast(tensor(2, { dtype: "i32" }), "f32")),
      x,
    )
    const grown = whileLoop(
      (s: Scalar) => less(s, 3),
      (s) => add(s, 0.7),
      last,
    )
    return { y: div(add(matmul(x, chosen), grown), 3), z: pow(add(mul(all, all), 1), noise), k: random.bits(key, [2]) }
  }
  it("turns every float, also inside loops and branches, and nothing else", () => {
    const program = makeProgram(everything)(tensor([0.1, 0.2, 0.3, 0.4]), random.key(3))
    const wide = retype(program, "f64")
    expect(dtypesIn(wide).has("f32")).toBe(false)
    expect(dtypesIn(wide).has("u32")).toBe(true)
    for (const e of wide.equations) {
      if (e.operation.kind === "scan") expect(dtypesIn(e.operation.body).has("f32")).toBe(false)
      if (e.operation.kind === "while") expect(dtypesIn(e.operation.test).has("f32")).toBe(false)
      if (e.operation.kind === "cond") for (const b of e.operation.branches) expect(dtypesIn(b).has("f32")).toBe(false)
    }
    expect(retype(program, "f64")).toBe(wide)
    expect(wide.outputs.map((a) => a.type.dtype)).toEqual(["f64", "f64", "u32"])
  })
  it("runs to the digits of float64, and back again to those of float32", () => {
    const third = makeProgram((x: Scalar) => div(x, 3))(tensor(1))
    const [wide] = runWide(third, [typed<Value>(tensor(1))])
    expect([wide?.dtype, wide?.dataSync()[0]]).toEqual(["f64", 1 / 3])
    const narrow = retype(makeProgram((x: Scalar<"f64">) => div(x, 3))(tensor(1, { dtype: "f64" })), "f32")
    const [single] = bind(callOperation(narrow), [typed<Value>(tensor(1))])
    expect([single?.dtype, single?.dataSync()[0]]).toEqual(["f32", Math.fround(1 / 3)])
  })
  it("leaves what is exact in both untouched, and random Programs near themselves", () => {
    fc.assert(
      fc.property(programs(), ({ f, args }) => {
        const given = typed<readonly Value[]>(args())
        const run = typed<(...xs: readonly Value[]) => readonly Value[]>(f)
        const { program, captured } = trace(
          "f",
          given.map((x) => x.type),
          run,
        )
        expectClose(run(...given), runWide(program, [...captured, ...given]), { atol: 1e-4, rtol: 1e-4 })
      }),
      { numRuns: 60 },
    )
  })
  it("keeps stopGradient and sort differentiable in float64", () => {
    const f = (x: Tensor<[3], "f32">): Scalar => sum(mul(stopGradient(x), sort(x)))
    const wide = callOperation(retype(makeProgram(f)(tensor([3, 1, 2])), "f64"))
    const run = typed<(x: Tensor<[3], "f64">) => Scalar<"f64">>((x: Value) => bind(wide, [x])[0])
    expectClose(grad(run)(tensor([3, 1, 2], { dtype: "f64" })), [2, 3, 1])
  })
})
