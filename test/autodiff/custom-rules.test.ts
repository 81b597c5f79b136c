/** Derivatives given by hand, solves whose derivative is a solve, and recomputation. */
import {
  add,
  cast,
  checkpoint,
  clip,
  concat,
  cond,
  cos,
  cumsum,
  customJvp,
  customVjp,
  div,
  einsum,
  exp,
  type F32,
  flip,
  forLoop,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  less,
  linearSolve,
  log,
  matmul,
  mul,
  neg,
  outer,
  pad,
  reshape,
  type Scalar,
  scan,
  scatterAdd,
  setEngine,
  sin,
  slice,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  transpose,
  vmap,
  where,
} from "cotangent"
import { checkGrads, expectClose } from "cotangent/testing"
import { beforeAll, describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { count, watching } from "./watching.ts"

beforeAll(() => setEngine("wasm"))
const close = { rtol: 2e-5, atol: 2e-6 }
type Vector = Tensor<[3], "f32">
const xs = (): Vector => tensor([-0.5, 0.2, 1.1])

type OfTwo = (x: Scalar, w: Scalar) => Scalar
/** A rule that closes over w, applied twice: w is then a value of the trace around the loop. */
const twiceInAScan =
  (at: (w: Scalar) => (x: Scalar) => Scalar): OfTwo =>
  (x, w) =>
    scan((c: Scalar, _: undefined): readonly [Scalar, undefined] => [at(w)(c), undefined], x, undefined, {
      length: 2,
    })[0]
/** The slope 5 w of each of the two steps, and none by what the rule closes over. */
function expectSlopeOfTwice(looped: OfTwo): void {
  const [x, w] = [tensor(2), tensor(7)]
  for (const f of [grad(looped), jit(grad(looped)), grad(jit(looped))]) expectClose(f(x, w), 35 ** 2)
  expectClose(vmap(grad(jit(looped)))(tensor([2, 3]), tensor([7, 1])), [35 ** 2, 25])
  expectClose(grad(jit(looped), { argnums: 1 })(x, w), 0)
}

describe("customJvp", () => {
  // A rule that is visibly not the function's own derivative: three times too large.
  const odd = customJvp(
    (x: Scalar) => sin(x),
    ([x], [t]) => [sin(x), mul(3, mul(cos(x), t))],
  )
  const wanted = (x: number): number => 3 * Math.cos(x)
  it("is what every mode, order and transform uses", () => {
    const x = 0.7
    expectClose(odd(tensor(x)), Math.sin(x), close)
    expectClose(grad(odd)(tensor(x)), wanted(x), close)
    expectClose(jvp(odd)([tensor(x)], [tensor(2)]), [Math.sin(x), 2 * wanted(x)], close)
    expectClose(jit(grad(odd))(tensor(x)), wanted(x), close)
    expectClose(grad(jit(odd))(tensor(x)), wanted(x), close)
    expectClose(grad(checkpoint(odd))(tensor(x)), wanted(x), close)
    expectClose(vmap(grad(odd))(xs()), [-0.5, 0.2, 1.1].map(wanted), close)
    expectClose(grad((v: Tensor<[3], "f32">) => sum(vmap(odd)(v)))(xs()), [-0.5, 0.2, 1.1].map(wanted), close)
    expectClose(jit(vmap(grad(odd)))(xs()), [-0.5, 0.2, 1.1].map(wanted), close)
    // The rule is differentiated in its turn: it is 3 cos, and its slope -3 sin.
    expectClose(grad(grad(odd))(tensor(x)), -3 * Math.sin(x), close)
    const looped = (v: Scalar): Scalar =>
      scan((c: Scalar, _: undefined) => [odd(c), undefined] as const, v, undefined, { length: 2 })[0]
    expectClose(grad(looped)(tensor(x)), wanted(Math.sin(x)) * wanted(x), close)
  })
  /** What a rule may do to a tangent: each is linear in it, and reverse mode has to transpose it. */
  const linear: readonly (readonly [string, (t: Vector, x: Vector) => Tensor])[] = [
    ["sub", (t, x) => sub(mul(t, x), mul(t, 0.5))],
    ["div", (t, x) => div(t, add(2, mul(x, x)))],
    ["neg", (t) => neg(t)],
    ["where", (t, x) => where(less(x, 0), t, mul(t, 3))],
    ["sum", (t) => add(t, sum(t))],
    ["cumsum", (t) => cumsum(t)],
    ["flip", (t) => flip(t, { axis: 0 })],
    ["concat", (t) => slice(concat([mul(t, 2), t], { axis: 0 }), [1], [4])],
    ["pad", (t) => slice(pad(t, [[2, 0]]), [0], [3])],
    ["take", (t) => take(t, tensor([2, 2, 0], { dtype: "i32" }))],
    ["scatterAdd", (t) => scatterAdd(t, tensor([1, 1], { dtype: "i32" }), slice(t, [0], [2]))],
    ["matmul", (t, x) => matmul(outer(x, x), t)],
    ["cast", (t) => cast(cast(t, "f64"), "f32")],
    [
      "scan",
      (t, x) =>
        scan(
          (c: Scalar, r: Scalar): readonly [Scalar, Scalar] => [add(mul(c, 0.5), r), sub(c, r)],
          sum(mul(t, x)),
          t,
        )[1],
    ],
    [
      "cond",
      (t, x) =>
        cond(
          less(take(x, 0), 0),
          (v: Vector) => mul(v, 2),
          (v: Vector) => sub(v, t),
          t,
        ),
    ],
    ["jit", (t, x) => jit((a: Vector, b: Vector) => sub(mul(a, b), a))(t, x)],
    ["vmap", (t, x) => vmap((a: Scalar, b: Scalar) => sub(mul(a, b), a))(t, x)],
  ]
  it.each(linear)("a rule with %s is transposed for reverse mode, also mapped and compiled", (_, tangent) => {
    const ruled = customJvp(
      (v: Vector): Vector => sin(v),
      ([v], [t]) => [sin(v), typed<Vector>(tangent(t, v))],
    )
    const [x, u, w]: [Vector, Vector, Vector] = [xs(), tensor([1, -2, 0.5]), tensor([0.3, 0.7, -1])]
    const forwards = sum(mul(jvp(ruled)([x], [u])[1], w))
    const pulled = (v: Vector): Scalar => sum(mul(ruled(v), w))
    expectClose(sum(mul(grad(pulled)(x), u)), forwards, close)
    expectClose(sum(mul(jit(grad(pulled))(x), u)), forwards, close)
    expectClose(sum(mul(grad(jit(pulled))(x), u)), forwards, close)
    expectClose(
      vmap((v: Vector) => sum(mul(grad(pulled)(v), u)))(stack([x, x])),
      [forwards.itemSync(), forwards.itemSync()],
      close,
    )
    expectClose(jacfwd(ruled)(x), jacrev(ruled)(x), close)
  })
  it("may call its own function, to every order", () => {
    const same: (x: Scalar) => Scalar = customJvp(
      (x: Scalar) => exp(x),
      ([x], [t]) => [same(x), mul(same(x), t)],
    )
    const e = Math.exp(0.5)
    const f = (x: Scalar): Scalar => same(x)
    expectClose([grad(f)(tensor(0.5)), jit(grad(f))(tensor(0.5)), grad(jit(f))(tensor(0.5))], [e, e, e], close)
    expectClose(
      [grad(grad(f))(tensor(0.5)), jit(grad(grad(f)))(tensor(0.5)), grad(jit(grad(jit(f))))(tensor(0.5))],
      [e, e, e],
      close,
    )
    expectClose(vmap(grad(f))(xs()), [-0.5, 0.2, 1.1].map(Math.exp), close)
  })
  it("may close over tensors and over values being traced, inside jit, scan, cond and vmap", () => {
    const table = tensor([3, 5])
    const at = (w: Scalar) =>
      customJvp(
        (x: Scalar) => mul(x, w),
        ([x], [t]) => [mul(x, w), mul(t, mul(w, take(table, 1)))],
      )
    const looped = twiceInAScan(at)
    const chosen = (x: Scalar, w: Scalar): Scalar =>
      cond(
        less(x, 0),
        (v: Scalar) => v,
        (v: Scalar) => at(w)(v),
        x,
      )
    const [x, w] = [tensor(2), tensor(7)]
    for (const f of [grad(chosen), jit(grad(chosen)), grad(jit(chosen))]) expectClose(f(x, w), 35)
    expectSlopeOfTwice(looped)
  })
  it("keeps a function stable where its own derivative is not", () => {
    const softplus = customJvp(
      (x: Scalar) => log(add(1, exp(x))),
      ([x], [t]) => [log(add(1, exp(x))), mul(t, sub(1, div(1, add(1, exp(x)))))],
    )
    expectClose(grad(softplus)(tensor(100)), 1)
    expect(Number.isNaN(grad((x: Scalar) => log(add(1, exp(x))))(tensor(100)).itemSync())).toBe(true)
  })
  it("refuses a tangent that is not like the result", () => {
    const wrong = customJvp(
      (x: Scalar) => x,
      ([x], [t]) => [x, reshape(t, [1]) as F32 as Scalar],
    )
    expect(() => grad(wrong)(tensor(1))).toThrow(/tangentOut is f32\[1\]/)
  })
})

describe("customVjp", () => {
  const clipped = customVjp((x: Scalar) => mul(x, x), {
    forward: (x) => [mul(x, x), x],
    backward: (x, ct) => [clip(mul(ct, mul(2, x)), -1, 1)],
  })
  it("is what reverse mode uses, under every transform", () => {
    expectClose(clipped(tensor(3)), 9)
    expectClose(grad(clipped)(tensor(3)), 1)
    expectClose(grad(clipped)(tensor(0.25)), 0.5)
    expectClose(jit(grad(clipped))(tensor(3)), 1)
    expectClose(grad(jit(clipped))(tensor(3)), 1)
    expectClose(vmap(grad(clipped))(xs()), [-1, 0.4, 1], close)
    expectClose(grad((v: Tensor<[3], "f32">) => sum(vmap(clipped)(v)))(xs()), [-1, 0.4, 1], close)
    expectClose(
      jacrev((v: Tensor<[3], "f32">) => vmap(clipped)(v))(xs()),
      [
        [-1, 0, 0],
        [0, 0.4, 0],
        [0, 0, 1],
      ],
      close,
    )
    const looped = (v: Scalar): Scalar => forLoop(0, 2, (_, c: Scalar) => clipped(c), v)
    // Backwards: at 0.81 the slope is clipped to 1, then at 0.9 to 1.
    expectClose(grad(looped)(tensor(0.9)), 1, close)
    expectClose(jit(grad(looped))(tensor(0.9)), 1, close)
    expectClose(
      vmap(grad(looped))(xs()),
      [-0.5, 0.2, 1.1].map((x) => grad(looped)(tensor(x)).itemSync()),
      close,
    )
  })
  it("shares what the examples of a vmap share: an unmapped argument collects from all", () => {
    const product = customVjp((x: Scalar, w: Scalar) => mul(x, w), {
      forward: (x, w) => [mul(x, w), { x, w }],
      backward: ({ x, w }, ct) => [mul(ct, w), mul(ct, mul(10, x))],
    })
    const f = (w: Scalar): Scalar => sum(vmap(product, { inAxes: [0, null] })(xs(), w))
    expectClose(grad(f)(tensor(2)), 10 * 0.8, close)
  })
  it("can be differentiated again, by the backward's own operations", () => {
    const cube = customVjp((x: Scalar) => mul(x, mul(x, x)), {
      forward: (x) => [mul(x, mul(x, x)), x],
      backward: (x, ct) => [mul(ct, mul(3, mul(x, x)))],
    })
    expectClose(grad(grad(cube))(tensor(2)), 12)
  })
  it("may close over tensors and over values being traced, inside jit, scan and vmap", () => {
    const table = tensor([3, 5])
    const at = (w: Scalar) =>
      customVjp((x: Scalar) => mul(x, w), {
        forward: (x) => [mul(x, mul(w, div(take(table, 0), 3))), undefined],
        backward: (_, ct) => [mul(ct, mul(w, take(table, 1)))],
      })
    const looped = twiceInAScan(at)
    const [x, w] = [tensor(2), tensor(7)]
    expectSlopeOfTwice(looped)
    expectClose(grad((v: Scalar) => sum(vmap((y: Scalar) => at(w)(mul(y, v)))(tensor([1, 2]))))(x), 35 * 3)
  })
  it("has no forward mode, and says so", () => {
    expect(() => jvp(clipped)([tensor(1)], [tensor(1)])).toThrow(/customJvp/)
    expect(() => jacfwd(clipped)(tensor(1))).toThrow(/customJvp/)
  })
  it("takes undefined for a zero cotangent, and refuses another shape", () => {
    const dropped = customVjp((x: Scalar, y: Scalar) => add(x, y), {
      forward: (x, y) => [add(x, y), undefined],
      backward: (_, ct) => [ct, undefined],
    })
    expectClose(grad(dropped, { argnums: [0, 1] })(tensor(1), tensor(2)), [1, 0])
    const wrong = customVjp((x: Scalar) => x, {
      forward: (x) => [x, undefined],
      backward: (_, ct) => [reshape(ct, [1]) as F32 as Scalar],
    })
    expect(() => grad(wrong)(tensor(1))).toThrow(/cotangent of .* is f32\[1\]/)
  })
})

describe("checkpoint", () => {
  const f = (x: Tensor<[3], "f32">): Scalar => sum(sin(mul(tanh(x), exp(x))))
  it("gives the same derivatives and runs the primal again for them", () => {
    const x = xs()
    expectClose(grad(checkpoint(f))(x), grad(f)(x), close)
    expectClose(hessian(checkpoint(f))(x), hessian(f)(x), close)
    expectClose(jvp(checkpoint(f))([x], [x]), jvp(f)([x], [x]), close)
    expectClose(vmap(grad(checkpoint(f)))(stack([x, mul(x, 2)])), vmap(grad(f))(stack([x, mul(x, 2)])), close)
    expectClose(jit(grad(checkpoint(f)))(x), grad(f)(x), close)
    expectClose(grad(jit(checkpoint(f)))(x), grad(f)(x), close)
    const [, names] = watching(() => grad(checkpoint(f))(x))
    expect([count(names, "checkpoint"), count(names, "backward")]).toEqual([1, 1])
  })
})

describe("linearSolve", () => {
  type Matrix = Tensor<[3, 3], "f32">
  const a = (): Matrix =>
    tensor([
      [4, 1, -0.5],
      [0.3, 3, 0.7],
      [-0.2, 0.9, 5],
    ])
  const b = (): Vector => tensor([1, -2, 0.5])
  /** Cramer's rule, differentiable as it stands: the closed form. */
  const closed = (m: Matrix, v: Vector): Vector => {
    const at = (i: number, j: number): Scalar => take(take(m, i), j)
    const det = (c: (i: number, j: number) => Scalar): Scalar =>
      add(
        sub(
          mul(c(0, 0), sub(mul(c(1, 1), c(2, 2)), mul(c(1, 2), c(2, 1)))),
          mul(c(0, 1), sub(mul(c(1, 0), c(2, 2)), mul(c(1, 2), c(2, 0)))),
        ),
        mul(c(0, 2), sub(mul(c(1, 0), c(2, 1)), mul(c(1, 1), c(2, 0)))),
      )
    const whole = det(at)
    const column = (k: number): Scalar =>
      div(
        det((i, j) => (j === k ? take(v, i) : at(i, j))),
        whole,
      )
    return stack([column(0), column(1), column(2)])
  }
  /** Jacobi's iteration: no derivative of it is ever asked for. */
  const iterated = (m: Matrix, v: Vector): Vector =>
    linearSolve((x: Vector) => matmul(m, x), v, {
      solve: (apply, right) => {
        const diagonal = einsum("i i -> i", m)
        return forLoop(0, 60, (_, x: Vector) => add(x, div(sub(right, apply(x)), diagonal)), right)
      },
    })
  const near = { rtol: 1e-4, atol: 1e-5 }
  const losses = [iterated, closed].map(
    (solve) =>
      (m: Matrix, v: Vector): Scalar =>
        sum(sin(solve(m, v))),
  )
  it("equals the closed form, with its derivatives by system and right-hand side", () => {
    const [f, g] = losses
    if (f === undefined || g === undefined) throw new Error("two losses")
    expectClose(iterated(a(), b()), closed(a(), b()), near)
    const by = { argnums: [0, 1] } as const
    expectClose(grad(f, by)(a(), b()), grad(g, by)(a(), b()), near)
    expectClose(jit(grad(f, by))(a(), b()), grad(g, by)(a(), b()), near)
    expectClose(jvp(f)([a(), b()], [transpose(a()), b()]), jvp(g)([a(), b()], [transpose(a()), b()]), near)
    expectClose(hessian(f)(a(), b()), hessian(g)(a(), b()), near)
    expectClose(grad(jit(f), by)(a(), b()), grad(g, by)(a(), b()), near)
    expectClose(grad(checkpoint(f), by)(a(), b()), grad(g, by)(a(), b()), near)
    checkGrads(f, [a(), b()], { tolerance: 1e-3 })
  })
  it("maps over systems, right-hand sides or both, also its gradients", () => {
    const [f, g] = losses
    if (f === undefined || g === undefined) throw new Error("two losses")
    const ms = stack([a(), add(a(), transpose(a()))])
    const vs = stack([b(), mul(b(), 2)])
    expectClose(vmap(iterated)(ms, vs), vmap(closed)(ms, vs), near)
    expectClose(vmap(iterated, { inAxes: [null, 0] })(a(), vs), vmap(closed, { inAxes: [null, 0] })(a(), vs), near)
    expectClose(vmap(iterated, { inAxes: [0, null] })(ms, b()), vmap(closed, { inAxes: [0, null] })(ms, b()), near)
    expectClose(vmap(grad(f))(ms, vs), vmap(grad(g))(ms, vs), near)
    const total = (h: typeof f) => (v: Vector) => sum(vmap(h, { inAxes: [0, null] })(ms, v))
    expectClose(grad(total(f))(b()), grad(total(g))(b()), near)
    expectClose(jit(vmap(hessian(f)))(ms, vs), vmap(hessian(g))(ms, vs), near)
  })
  it("solves a symmetric system by conjugate gradients, its transpose being itself", () => {
    const spd = (): Matrix => add(a(), transpose(a()))
    const cg = (m: Matrix, v: Vector): Vector =>
      linearSolve((x: Vector) => matmul(m, x), v, {
        symmetric: true,
        solve: (apply, right) => {
          const start = { x: mul(right, 0), r: right, p: right }
          const step = (_: Scalar<"i32">, s: typeof start): typeof start => {
            const ap = apply(s.p)
            const rr = sum(mul(s.r, s.r))
            const alpha = div(rr, add(sum(mul(s.p, ap)), 1e-30))
            const r = sub(s.r, mul(alpha, ap))
            return { x: add(s.x, mul(alpha, s.p)), r, p: add(r, mul(div(sum(mul(r, r)), add(rr, 1e-30)), s.p)) }
          }
          return forLoop(0, 4, step, start).x
        },
      })
    const loss = (solve: typeof cg) => (m: Matrix, v: Vector) => sum(sin(solve(m, v)))
    const by = { argnums: [0, 1] } as const
    expectClose(cg(spd(), b()), closed(spd(), b()), near)
    expectClose(grad(loss(cg), { argnums: 1 })(spd(), b()), grad(loss(closed), { argnums: 1 })(spd(), b()), near)
    // A symmetric system's gradient is defined among symmetric changes: compare by its symmetric part.
    const half = (m: Matrix) => add(m, transpose(m))
    expectClose(half(grad(loss(cg), by)(spd(), b())[0]), half(grad(loss(closed), by)(spd(), b())[0]), near)
  })
})
