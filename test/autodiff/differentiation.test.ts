/** Derivatives of every order and nesting, against closed forms and against each other. */
import {
  add,
  cos,
  customJvp,
  div,
  exp,
  floor,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  log,
  matmul,
  mul,
  pow,
  type Scalar,
  setEngine,
  sin,
  sqrt,
  stopGradient,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  transpose,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent"
import { expectClose, tensors, values } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { count, watching } from "./watching.ts"

beforeAll(() => setEngine("wasm"))
const vectors = tensors({ shape: [4], values: values.between(-1.5, 1.5) })

describe("levels are told apart", () => {
  const d = (f: (x: Scalar) => Scalar) => (x: Scalar) => jvp(f)([x], [tensor(1)])[1]
  it("a derivative inside a derivative takes the outer variable for a constant", () => {
    // d/dx (x d/dy (x + y)) = d/dx x = 1; confusing the two perturbations gives 2.
    const f = (x: Scalar): Scalar => mul(x, d((y) => add(x, y))(x))
    expectClose(d(f)(tensor(1)), 1)
    const g = (x: Scalar): Scalar => mul(x, grad((y: Scalar) => add(x, y))(x))
    expectClose(grad(g)(tensor(1)), 1)
    expectClose(d(g)(tensor(1)), 1)
    expectClose(grad(f)(tensor(1)), 1)
  })
  it("a product of both variables, at every combination of modes", () => {
    // d/dx [x d/dy (x y²)] at y = x: x · 2 x x = 2x³, whose slope is 6x².
    const modes = [d, (f: (x: Scalar) => Scalar) => grad(f), (f: (x: Scalar) => Scalar) => grad(jit(f))]
    for (const outer of modes)
      for (const inner of modes) {
        const f = (x: Scalar): Scalar => mul(x, inner((y) => mul(x, mul(y, y)))(x))
        expectClose(outer(f)(tensor(1.5)), 6 * 1.5 ** 2)
      }
  })
  it("closing over the outer tangent: d/dx d/dy (x y) and d/dx d/dx (x x) differ", () => {
    expectClose(d((x) => d((y) => mul(x, y))(tensor(3)))(tensor(2)), 1)
    expectClose(d((x) => d((y) => mul(y, y))(x))(tensor(2)), 2)
    expectClose(d((x) => mul(x, d((y) => mul(stopGradient(x), y))(x)))(tensor(5)), 5)
  })
  it("under vmap the inner derivative is of its own example", () => {
    const xs = tensor([1, 2, 3])
    const f = (x: Scalar): Scalar => mul(x, grad((y: Scalar) => mul(x, mul(y, y)))(x))
    expectClose(vmap(grad(f))(xs), [6, 24, 54])
    expectClose(grad((all: Tensor<[3], "f32">) => sum(vmap(f)(all)))(xs), [6, 24, 54])
  })
})

describe("higher orders", () => {
  it("the third derivative of sin(x) exp(x) is 2 exp(x) (cos x - sin x)", () => {
    const f = (x: Scalar): Scalar => mul(sin(x), exp(x))
    const wanted = (x: number): number => 2 * Math.exp(x) * (Math.cos(x) - Math.sin(x))
    const d = (g: (x: Scalar) => Scalar) => (x: Scalar) => jvp(g)([x], [tensor(1)])[1]
    for (const x of [-1, 0.3, 1.2]) {
      expectClose(grad(grad(grad(f)))(tensor(x)), wanted(x), { rtol: 1e-5 })
      expectClose(d(d(d(f)))(tensor(x)), wanted(x), { rtol: 1e-5 })
      expectClose(d(grad(d(f)))(tensor(x)), wanted(x), { rtol: 1e-5 })
      expectClose(jit(grad(jit(grad(jit(grad(f))))))(tensor(x)), wanted(x), { rtol: 1e-5 })
    }
    expectClose(vmap(grad(grad(grad(f))))(tensor([-1, 0.3, 1.2])), [-1, 0.3, 1.2].map(wanted), { rtol: 1e-5 })
  })
  it("the fifth derivative of x^7 is 2520 x²", () => {
    let f = (x: Tensor<readonly [], "f64">): Tensor<readonly [], "f64"> => pow(x, 7)
    for (let order = 0; order < 5; order++) f = grad(f)
    expectClose(f(tensor(1.25, { dtype: "f64" })), 2520 * 1.25 ** 2, { rtol: 1e-12 })
  })
  const surface = (x: Tensor<[4], "f32">): Scalar => {
    const [a, b] = [take(x, 0), take(x, 3)]
    return add(sum(mul(tanh(x), sin(mul(x, a)))), div(exp(b), add(1, mul(a, a))))
  }
  it("a Hessian is symmetric, and its product with a vector is hvp", () => {
    fc.assert(
      fc.property(vectors, vectors, (x, v) => {
        const h = hessian(surface)(x)
        expectClose(h, transpose(h), { atol: 1e-5 })
        expectClose(hvp(surface)([x], [v]), matmul(h, v), { atol: 2e-5, rtol: 1e-4 })
        expectClose(jacrev(grad(surface))(x), h, { atol: 1e-5, rtol: 1e-4 })
      }),
      { numRuns: 20 },
    )
  })
  it("jacfwd = jacrev, of vectors and of trees", () => {
    fc.assert(
      fc.property(vectors, tensors({ shape: [2, 4], values: values.between(-1, 1) }), (x, w) => {
        const f = (p: { x: typeof x; w: typeof w }) => ({ y: tanh(matmul(p.w, p.x)), z: mul(p.x, p.x) })
        expectClose(jacfwd(f)({ x, w }), jacrev(f)({ x, w }), { atol: 1e-6 })
      }),
      { numRuns: 20 },
    )
    const constant = jacrev((_: Tensor<[4], "f32">) => tensor([1, 2]))(tensor([1, 2, 3, 4]))
    expectClose(constant, [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })
})

describe("the primal runs once", () => {
  const f = (x: Tensor<[3], "f32">): Scalar => sum(mul(sin(x), exp(x)))
  const x = () => tensor([0.1, 0.2, 0.3])
  it.each([
    ["vjp", () => vjp(f)(x())],
    ["linearize", () => linearize(f)(x())],
    ["grad", () => grad(f)(x())],
    ["valueAndGrad", () => valueAndGrad(f)(x())],
    ["jvp", () => jvp(f)([x()], [x()])],
  ] as const)("in %s", (_, run) => {
    const [, names] = watching<unknown>(run)
    // Not "sum": a linear operation bears its own name when it is applied to tangents.
    for (const name of ["sin", "exp", "mul"]) expect([name, count(names, name)]).toEqual([name, 1])
  })
  it("and no more of it when a pullback or a linear map is applied again", () => {
    const [[, pullback]] = watching(() => vjp(f)(x()))
    const [, names] = watching(() => [pullback(tensor(1)), pullback(tensor(2))])
    for (const name of ["sin", "exp"]) expect(count(names, name)).toBe(0)
    const [, linear] = linearize(f)(x())
    const [, again] = watching(() => [linear(x()), linear(x())])
    for (const name of ["sin", "exp"]) expect(count(again, name)).toBe(0)
  })
  it("what a rule does to primals is done once, when the derivative is taken", () => {
    const ruled = customJvp(
      (v: Tensor<[3], "f32">) => sin(v),
      ([v], [t]) => [sin(v), mul(cos(v), t)],
    )
    const [[, linear], taken] = watching(() => linearize(ruled)(x()))
    const [, applied] = watching(() => [linear(x()), linear(x())])
    expect([count(taken, "cos"), count(applied, "cos"), applied.length]).toEqual([1, 0, 2])
    const [[, pullback], made] = watching(() => vjp(ruled)(x()))
    const [, pulled] = watching(() => [pullback(x()), pullback(x())])
    expect([count(made, "cos"), count(pulled, "cos")]).toEqual([1, 0])
  })
})

describe("known zeros compute nothing", () => {
  it("a derivative that is zero everywhere costs only its zeros", () => {
    const [g, names] = watching(() => grad((x: Tensor<[3], "f32">) => sum(floor(x)))(tensor([1.5, 2.5, 3.5])))
    expectClose(g, [0, 0, 0])
    expect(names).toEqual(["floor", "sum", "broadcast"])
  })
  it("a constant factor is never differentiated by", () => {
    const w = tensor([1, 2, 3])
    const [, both] = watching(() => grad((x: Tensor<[3], "f32">) => sum(mul(exp(w), x)))(w))
    // The primal's three, then one broadcast of the cotangent and one product: nothing about exp.
    expect(both.filter((n) => n.includes("exp"))).toEqual(["exp"])
    expect(both.length).toBeLessThanOrEqual(5)
  })
  it("stopGradient cuts what hangs on it", () => {
    const [g, names] = watching(() =>
      grad((x: Tensor<[3], "f32">) => sum(add(x, stopGradient(log(sqrt(cos(x)))))))(tensor([0.1, 0.2, 0.3])),
    )
    expectClose(g, [1, 1, 1])
    expect(names.filter((n) => /\((log|sqrt|cos)\)/.test(n))).toEqual([])
  })
  it("an argument that is not used has the gradient zero", () => {
    const [dx, dy] = grad((x: Scalar, _: Tensor<[2], "f32">) => mul(x, x), { argnums: [0, 1] })(
      tensor(3),
      tensor([1, 2]),
    )
    expectClose([dx, dy], [6, [0, 0]])
    expectClose(sub(dy, 0), [0, 0])
  })
})
