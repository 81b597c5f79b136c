/** Loops and choices inside Programs: equal to what they unroll to, in every mode and under every transform. */
import {
  add,
  cond,
  div,
  type F32,
  forLoop,
  grad,
  hessian,
  jacfwd,
  jit,
  jvp,
  less,
  linearize,
  makeProgram,
  mul,
  random,
  type Scalar,
  scan,
  setEngine,
  sin,
  stack,
  sub,
  sum,
  switchOn,
  type Tensor,
  take,
  tanh,
  tensor,
  vmap,
  whileLoop,
} from "cotangent"
import { checkGrads, expectClose, tensors, values } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { callOperation } from "../../src/autodiff/transforms/call.ts"
import { count, watching } from "./watching.ts"

beforeAll(() => setEngine("wasm"))
type Row = F32<readonly [2]>
type Rows = Tensor<[3, 2], "f32">
const rows = tensors({ shape: [3, 2], values: values.between(-1, 1) })
const row = tensors({ shape: [2], values: values.between(-1, 1) })
const close = { atol: 2e-6, rtol: 1e-5 }

describe("scan", () => {
  const step =
    (w: Row) =>
    (c: Row, x: Row): readonly [Row, Row] => {
      const next = tanh(add(mul(c, w), x))
      return [next, mul(next, c)]
    }
  const scanned = (reverse: boolean) => (w: Row, c: Row, xs: Rows) => {
    const [carry, ys] = scan(step(w), c, xs, { reverse })
    return { carry, ys }
  }
  const unrolled = (reverse: boolean) => (w: Row, c: Row, xs: Rows) => {
    let carry = c
    const ys: Row[] = []
    for (const i of reverse ? [2, 1, 0] : [0, 1, 2]) {
      const [next, y] = step(w)(carry, take(xs, i))
      carry = next
      ys[i] = y
    }
    return { carry, ys: stack([ys[0] ?? c, ys[1] ?? c, ys[2] ?? c]) }
  }
  const loss =
    (f: typeof scanned) =>
    (reverse: boolean) =>
    (w: Row, c: Row, xs: Rows): Scalar => {
      const { carry, ys } = f(reverse)(w, c, xs)
      return add(sum(sin(ys)), sum(mul(carry, carry)))
    }
  it.each([false, true])("is the loop it unrolls to, in both modes, orders and under vmap (reverse %s)", (reverse) => {
    fc.assert(
      fc.property(row, row, rows, row, (w, c, xs, t) => {
        expectClose(scanned(reverse)(w, c, xs), unrolled(reverse)(w, c, xs), close)
        const [f, g] = [loss(scanned)(reverse), loss(unrolled)(reverse)]
        const by = { argnums: [0, 1, 2] } as const
        expectClose(grad(f, by)(w, c, xs), grad(g, by)(w, c, xs), close)
        expectClose(jit(grad(f, by))(w, c, xs), grad(g, by)(w, c, xs), close)
        const tangents: [Row, Row, Rows] = [t, w, xs]
        expectClose(jvp(f)([w, c, xs], tangents), jvp(g)([w, c, xs], tangents), close)
        expectClose(hessian(f)(w, c, xs), hessian(g)(w, c, xs), close)
        const ws = stack([w, t])
        const mapped = { inAxes: [0, null, null] } as const
        expectClose(vmap(grad(f), mapped)(ws, c, xs), vmap(grad(g), mapped)(ws, c, xs), close)
        const total = (h: typeof f) => (all: Tensor<[2, 2], "f32">) => sum(vmap(h, mapped)(all, c, xs))
        expectClose(grad(total(f))(ws), grad(total(g))(ws), close)
      }),
      { numRuns: 8 },
    )
  })
  it("agrees with differences, to the second order", () => {
    fc.assert(
      fc.property(row, row, rows, (w, c, xs) => checkGrads(loss(scanned)(false), [w, c, xs])),
      { numRuns: 5 },
    )
  })
  it("of nothing gives the carry, and its gradient", () => {
    const none: Tensor<[0, 2], "f32"> = tensor(new Float32Array(0), { shape: [0, 2] })
    const f = (c: Row): Scalar => sum(scan(step(c), c, none)[0])
    expectClose(f(tensor([1, 2])), 3)
    expectClose(grad(f)(tensor([1, 2])), [1, 1])
  })
  it("carries keys, and splits one per round", () => {
    const draw = (seed: number) =>
      scan(
        (key: ReturnType<typeof random.key>, _: undefined) => {
          const [next, own] = random.split(key)
          return [next, random.uniform(own, [2])] as const
        },
        random.key(seed),
        undefined,
        { length: 3 },
      )[1]
    let key = random.key(7)
    const wanted = [0, 1, 2].map(() => {
      const [next, own] = random.split(key)
      key = next
      return random.uniform(own, [2])
    })
    expectClose(draw(7), stack([wanted[0] ?? row0(), wanted[1] ?? row0(), wanted[2] ?? row0()]), { ulps: 0 })
  })
  const row0 = (): Row => tensor([0, 0])
  it("is one equation however long it is", () => {
    const long = (x: Scalar) =>
      scan((c: Scalar, _: undefined) => [sin(c), undefined] as const, x, undefined, { length: 1000 })[0]
    expect(makeProgram(long)(tensor(1)).equations.length).toBe(1)
    expect(makeProgram(grad(long))(tensor(1)).equations.length).toBeLessThan(12)
    let expected = 1
    for (let i = 0; i < 1000; i++) expected = Math.sin(expected)
    expectClose(long(tensor(1)), expected, { rtol: 1e-4 })
  })
})

describe("forLoop", () => {
  it("with fixed bounds is differentiable in both modes; with a traced bound in forward mode", () => {
    const f = (x: Scalar): Scalar => forLoop(2, 5, (i, s: Scalar) => mul(s, add(x, i)), x)
    // x (x+2)(x+3)(x+4)
    const [x, p] = [1.5, (y: number) => y * (y + 2) * (y + 3) * (y + 4)]
    expectClose(f(tensor(x)), p(x), close)
    checkGrads(f, [tensor(x)], { tolerance: 2e-5 })
    const g = (y: Scalar, n: Scalar<"i32">): Scalar => forLoop(0, n, (_, s: Scalar) => mul(s, y), y)
    const three = tensor(3, { dtype: "i32" })
    expectClose(jvp((y: Scalar) => g(y, three))([tensor(x)], [tensor(1)]), [x ** 4, 4 * x ** 3], close)
    expect(() => grad((y: Scalar) => g(y, three))(tensor(x))).toThrow(/reverse mode/)
  })
})

describe("whileLoop", () => {
  // Newton's square root, stopped when it has converged: how many rounds depends on the number.
  const root = (a: Scalar): Scalar => {
    const far = (x: Scalar) => less(1e-5, mul(sub(mul(x, x), a), sub(mul(x, x), a)))
    const next = (x: Scalar): Scalar => mul(0.5, add(x, div(a, x)))
    return whileLoop(far, next, add(a, 1))
  }

  it("gives values and forward derivatives of every order", () => {
    for (const a of [0.5, 2, 9]) {
      const d = (f: (x: Scalar) => Scalar) => (x: Scalar) => jvp(f)([x], [tensor(1)])[1]
      expectClose(root(tensor(a)), Math.sqrt(a), { rtol: 1e-3 })
      expectClose(d(root)(tensor(a)), 0.5 / Math.sqrt(a), { rtol: 2e-2 })
      expectClose(jit(d(root))(tensor(a)), d(root)(tensor(a)), close)
      checkGrads(root, [tensor(a)], { order: 2, modes: ["fwd"] })
    }
  })
  it("runs a batch until all have ended, each with its own number of rounds", () => {
    const all = [0.5, 2, 9, 400]
    const each = stack([root(tensor(0.5)), root(tensor(2)), root(tensor(9)), root(tensor(400))])
    expectClose(vmap(root)(tensor([0.5, 2, 9, 400])), each, close)
    const slopes = vmap((a: Scalar) => jvp(root)([a], [tensor(1)])[1])(tensor([0.5, 2, 9, 400]))
    expectClose(
      slopes,
      all.map((a) => jvp(root)([tensor(a)], [tensor(1)])[1].itemSync()),
      close,
    )
  })
  it("has whole Jacobians by forward mode", () => {
    const doubled = (x: Row): Row => {
      const small = (v: Row) => less(sum(v), 100)
      return whileLoop(small, (v: Row) => mul(v, 2), x)
    }
    // [3, 4] sums to 7, and the first sum of 100 or more is 112: sixteen times as much.
    expectClose(
      jacfwd(doubled)(tensor([3, 4])),
      tensor([
        [16, 0],
        [0, 16],
      ]),
      close,
    )
  })
  it("linearizes: the primal once, its derivative forwards as often as you like", () => {
    const power = (x: Scalar): Scalar =>
      whileLoop(
        (s: Scalar) => less(s, 10),
        (s) => mul(s, x),
        x,
      )
    // 1.5 ** 6 is the first power that reaches 10.
    const [value, derivative] = linearize(power)(tensor(1.5))
    expectClose(value, 1.5 ** 6, close)
    expectClose(derivative(tensor(1)), 6 * 1.5 ** 5, close)
    expectClose(derivative(tensor(-2)), -12 * 1.5 ** 5, close)
  })
  it("says what to use instead of reverse mode", () => {
    expect(() => grad(root)(tensor(2))).toThrow(/use scan or forLoop/)
  })
  it("may end before it begins", () => {
    expectClose(
      whileLoop(
        (x: Scalar) => less(x, 0),
        (x) => mul(x, 2),
        tensor(3),
      ),
      3,
    )
  })
})

describe("cond and switchOn", () => {
  const f = (x: Scalar, y: Scalar): Scalar =>
    cond(
      less(x, 0),
      (a) => mul(a, mul(a, y)),
      (a) => sin(mul(a, y)),
      x,
    )
  const plain = (x: number, y: number): number => (x < 0 ? x * x * y : Math.sin(x * y))
  it.each([-1.5, 2])("gives the chosen branch and its derivatives at %d", (x) => {
    const y = tensor(0.7)
    expectClose(f(tensor(x), y), plain(x, 0.7), close)
    checkGrads(f, [tensor(x), y], { tolerance: 2e-5 })
    const by = { argnums: [0, 1] } as const
    expectClose(jit(grad(f, by))(tensor(x), y), grad(f, by)(tensor(x), y), close)
  })
  it("runs one branch alone, and both under vmap over the predicate", () => {
    const xs = tensor([-1.5, 2, -0.3, 0])
    const y = tensor(0.7)
    const data = [-1.5, 2, -0.3, 0]
    expectClose(
      vmap(f, { inAxes: [0, null] })(xs, y),
      data.map((x) => plain(x, 0.7)),
      close,
    )
    expectClose(
      vmap(grad(f), { inAxes: [0, null] })(xs, y),
      data.map((x) => grad(f)(tensor(x), y).itemSync()),
      close,
    )
    expectClose(
      grad((all: typeof xs) => sum(vmap(f, { inAxes: [0, null] })(all, y)))(xs),
      data.map((x) => grad(f)(tensor(x), y).itemSync()),
      close,
    )
    expectClose(
      vmap(f, { inAxes: [null, 0] })(tensor(2), xs),
      data.map((z) => plain(2, z)),
      close,
    )
    const program = makeProgram(f)(tensor(1), y)
    expect(program.equations.filter((e) => e.operation.kind === "cond").length).toBe(1)
    expect(callOperation(program).kind).toBe("program")
  })
  it("clamps an index out of range, by itself and under vmap", () => {
    const branches = [(x: Scalar) => mul(x, 10), (x: Scalar) => mul(x, 100), (x: Scalar) => mul(x, 1000)]
    const at = (i: number): Scalar => switchOn(tensor(i, { dtype: "i32" }), branches, tensor(2))
    expect([-5, 0, 1, 2, 3, 99].map((i) => at(i).itemSync())).toEqual([20, 20, 200, 2000, 2000, 2000])
    const indices = tensor([-5, 0, 1, 2, 3, 99], { dtype: "i32" })
    const mapped = vmap((i: Scalar<"i32">, x: Scalar) => switchOn(i, branches, x), { inAxes: [0, null] })
    expectClose(mapped(indices, tensor(2)), [20, 20, 200, 2000, 2000, 2000])
    expectClose(
      jit((i: Scalar<"i32">) => grad((x: Scalar) => switchOn(i, branches, x))(tensor(2)))(tensor(7, { dtype: "i32" })),
      1000,
    )
  })
  it("does not compute what is not chosen", () => {
    const [, names] = watching(() => f(tensor(1), tensor(1)))
    expect([count(names, "cond"), count(names, "sin"), count(names, "mul")]).toEqual([1, 0, 0])
  })
})
