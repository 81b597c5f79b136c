/** Factors multiply to what was factored, on every size and batch; and what happens where there is no answer, or many. */
import {
  add,
  cholesky,
  choSolve,
  cross,
  det,
  eigh,
  expm,
  type F32,
  grad,
  hessian,
  inv,
  kron,
  lstsq,
  lu,
  matmul,
  matrixPower,
  matrixRank,
  norm,
  pinv,
  qr,
  type Scalar,
  slogdet,
  solve,
  square,
  sum,
  svd,
  swapAxes,
  type Tensor,
  tensor,
  triangularSolve,
  vmap,
  zeros,
} from "cotangent"
import { expectClose, tensors, values } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { engines } from "../autodiff/engines.ts"

type Any = Tensor<readonly number[], "f32">
const close = (found: Any, wanted: Any, absolute = 2e-5): void =>
  expectClose(found.dataSync(), wanted.dataSync(), { rtol: 1e-5, atol: absolute })
const across = (x: Any): Any => swapAxes(x, -1, -2)
/** A matrix of each row, which stands on its diagonal. */
const diagonals = (s: Any, columns: number): Any => {
  const k = s.shape.at(-1) ?? 0
  const data = s.dataSync()
  const out = new Float32Array((data.length / Math.max(k, 1)) * k * columns)
  data.forEach((x, i) => {
    out[Math.floor(i / k) * k * columns + (i % k) * (columns + 1)] = x
  })
  return typed(tensor(out, { shape: [...s.shape.slice(0, -1), k, columns] }))
}
const sized = fc.record({
  batch: fc.constantFrom<readonly number[]>([], [2], [0], [2, 1, 3]),
  m: fc.integer({ min: 0, max: 6 }),
  n: fc.integer({ min: 0, max: 6 }),
})
/** Matrices of one shape; some of them of a low rank. */
const matrices = (square: boolean): fc.Arbitrary<Any> =>
  sized.chain(({ batch, m, n }): fc.Arbitrary<Any> => {
    const shape = [...batch, m, square ? m : n]
    const any: fc.Arbitrary<Any> = typed(tensors({ shape, values: values.between(-2, 2) }))
    const flat: fc.Arbitrary<Any> = fc.constant(shape).map((sizes): Any => add(zeros(sizes), 1))
    return fc.oneof({ weight: 4, arbitrary: any }, flat)
  })
const holds = (square: boolean, law: (a: Any) => void): void =>
  fc.assert(fc.property(matrices(square), law), { numRuns: 40 })
/** Ones on the diagonal, as wide as the matrix. */
const identity = (of: Any): Any => {
  const n = of.shape.at(-1) ?? 0
  return diagonals(typed(add(zeros([...of.shape.slice(0, -2), n]), 1)), n)
}

// Where reading can block, as the laws do.
describe.each(engines.filter((e) => e.f64))("on $title", ({ choose }) => {
  beforeAll(choose)

  it("cholesky: l lᵀ = a, and choSolve solves by it", () =>
    holds(true, (x) => {
      const a: Any = add(matmul(x, across(x)), identity(x))
      const l: Any = cholesky(a)
      close(matmul(l, across(l)), a)
      close(cholesky(a, { upper: true }), across(l))
      close(choSolve(l, matmul(a, x)), x, 2e-3)
    }))
  it("lu: row p[i] of a is row i of l u", () =>
    holds(false, (a) => {
      const { p, l, u } = lu(a)
      const [m, n] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0]
      const order = p.dataSync()
      const rows = a.dataSync()
      const moved = Float32Array.from(rows, (_, k) => {
        const [row, column] = [Math.floor(k / n), k % n]
        const from = Math.floor(row / m) * m + (order[row] ?? 0)
        return rows[from * n + column] ?? 0
      })
      expectClose(matmul(l, u).dataSync(), moved, { rtol: 1e-5, atol: 1e-5 })
      expect(l.dataSync().every((x) => Math.abs(x) <= 1)).toBe(true)
    }))
  it("qr: a = q r, q orthonormal, r upper triangular without a negative diagonal", () =>
    holds(false, (a) => {
      for (const mode of ["reduced", "complete"] as const) {
        const made = qr(a, { mode })
        const [q, r]: readonly [Any, Any] = [made.q, made.r]
        close(matmul(q, r), a)
        close(matmul(across(q), q), identity(q))
        const columns = a.shape.at(-1) ?? 0
        const rows = r.shape.at(-2) ?? 0
        r.dataSync().forEach((x, k) => {
          const [i, j] = [Math.floor(k / columns) % Math.max(rows, 1), k % columns]
          if (j < i) expect(Math.abs(x)).toBeLessThan(1e-5)
          if (j === i && rows <= columns) expect(x).toBeGreaterThanOrEqual(-1e-5)
        })
      }
    }))
  it("eigh: a v = v diag(w), v orthonormal, w rising", () =>
    holds(true, (x) => {
      const a: Any = add(x, across(x))
      const made = eigh(a)
      const [w, v]: readonly [Any, Any] = [made.values, made.vectors]
      close(matmul(a, v), matmul(v, diagonals(w, w.shape.at(-1) ?? 0)))
      close(matmul(across(v), v), identity(v))
      const n = Math.max(w.shape.at(-1) ?? 1, 1)
      w.dataSync().forEach((value, k, all) => {
        if (k % n > 0) expect(value).toBeGreaterThanOrEqual(all[k - 1] ?? 0)
      })
    }))
  it("svd: a = u diag(s) vᵀ, u and v orthonormal, s falling", () =>
    holds(false, (a) => {
      for (const fullMatrices of [false, true]) {
        const made = svd(a, { fullMatrices })
        const [u, s, v]: readonly [Any, Any, Any] = [made.u, made.s, made.v]
        const k = s.shape.at(-1) ?? 0
        const thin = svd(a)
        close(matmul(matmul(thin.u, diagonals(s, k)), across(thin.v)), a)
        close(matmul(across(u), u), identity(u))
        close(matmul(across(v), v), identity(v))
        s.dataSync().forEach((value, i, all) => {
          expect(value).toBeGreaterThanOrEqual(0)
          if (i % Math.max(k, 1) > 0) expect(value).toBeLessThanOrEqual(all[i - 1] ?? 0)
        })
      }
    }))
  it("pinv: Penrose's four equations", () =>
    holds(false, (a) => {
      const p: Any = pinv(a)
      // Small singular values make large inverses.
      const scale = 1e-5 * Math.max(1, ...p.dataSync().map(Math.abs)) * 10
      const [ap, pa]: readonly [Any, Any] = [matmul(a, p), matmul(p, a)]
      close(matmul(ap, a), a, scale)
      close(ap, across(ap), scale)
      close(pa, across(pa), scale)
      close(matmul(pa, p), p, scale * Math.max(1, ...p.dataSync().map(Math.abs)))
    }))
  it("solve, inv, matrixPower and triangularSolve answer with what was asked", () =>
    holds(true, (x) => {
      const a: Any = add(x, add(identity(x), add(identity(x), add(identity(x), add(identity(x), identity(x))))))
      close(matmul(a, solve(a, x)), x, 1e-3)
      close(matmul(a, inv(a)), identity(a), 1e-3)
      close(matrixPower(a, 0), identity(a), 0)
      close(matmul(matrixPower(a, -1), matrixPower(a, 2)), a, 1e-2)
      const upper: Any = qr(a).r
      close(matmul(upper, triangularSolve(upper, x)), x, 1e-3)
      close(matmul(across(upper), triangularSolve(upper, x, { transpose: true })), x, 1e-3)
    }))

  it("a system of condition 10⁶ is solved as well as its rounding allows", () => {
    const n = 6
    // Hilbert's matrix of five, whose condition is 5 10⁵; f32 numbers are what is solved.
    const a = Float32Array.from({ length: 25 }, (_, k) => 1 / (Math.floor(k / 5) + (k % 5) + 1))
    const x = solve(tensor(a, { shape: [5, 5] }), tensor(a, { shape: [5, 5] })).dataSync()
    x.forEach((v, k) => {
      expect(Math.abs(v - Number(k % n === 0))).toBeLessThan(1e-6)
    })
  })
  it("pinv at equal singular values has the derivative of the inverse", async () => {
    const f = (x: F32<[2, 2]>): Scalar => sum(pinv(x))
    const g = (x: F32<[2, 2]>): Scalar => sum(inv(x))
    const a = tensor([
      [2, 0],
      [0, 2],
    ])
    close(grad(f)(a), grad(g)(a))
  })
  it("one matrix for a batch of right-hand sides, by vmap", () => {
    const a = tensor([
      [2, 0],
      [1, 1],
    ])
    const b = tensor([
      [4, 5],
      [2, 3],
      [0, 1],
    ])
    close(
      vmap((r: F32<[2]>) => solve(a, r))(b),
      tensor([
        [2, 3],
        [1, 2],
        [0, 1],
      ]),
    )
  })
})
describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)

  it("cholesky of what is not positive definite is NaN in its triangle", async () => {
    const l = await cholesky(
      tensor([
        [
          [1, 2],
          [2, 1],
        ],
        [
          [4, 0],
          [0, 9],
        ],
      ]),
    ).array()
    expect(l).toEqual([
      [
        [NaN, 0],
        [NaN, NaN],
      ],
      [
        [2, 0],
        [0, 3],
      ],
    ])
  })
  it("singular systems give what is not finite; their determinant is 0, with a gradient", async () => {
    const a = tensor([
      [1, 2],
      [2, 4],
    ])
    expect((await solve(a, tensor([1, 1])).data()).some(Number.isFinite)).toBe(false)
    expect(Math.abs(await det(a).item())).toBe(0)
    const slope = await grad((x: F32<[2, 2]>) => det(x))(a).data()
    expectClose(slope, [4, -2, -2, 1], { rtol: 1e-5, atol: 1e-5 })
    expect(Math.abs(await slogdet(a).sign.item())).toBe(0)
    expect(await slogdet(a).logAbsDet.item()).toBe(-Infinity)
    expect(await det(zeros([0, 0])).item()).toBe(1)
    expect((await hessian((x: F32<[2, 2]>) => det(x))(a).data()).some(Number.isNaN)).toBe(true)
  })
  it("equal eigenvalues: what does not depend on their vectors has its true gradient", async () => {
    // tr(a³) by eigenvalues at 2 · 1: its gradient is 3 a² = 12 · 1.
    const cubes = (a: F32<[3, 3]>): Scalar => {
      const { values: w } = eigh(a)
      return sum(matmul(square(w), w))
    }
    const a = tensor([
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ])
    expectClose(await grad(cubes)(a).data(), [12, 0, 0, 0, 12, 0, 0, 0, 12], { rtol: 1e-5, atol: 1e-5 })
    const vectors = (x: F32<[3, 3]>): Scalar => sum(eigh(x).vectors)
    expect(await grad(vectors)(a).array()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ])
  })
  it("singular values that are 0 or equal leave gradients finite", async () => {
    const total = (a: F32<[3, 2]>): Scalar => {
      const { u, s, v } = svd(a)
      return add(sum(u), add(sum(s), sum(v)))
    }
    for (const a of [
      zeros([3, 2]),
      tensor([
        [1, 0],
        [0, 1],
        [0, 0],
      ]),
      tensor([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
    ])
      expect((await grad(total)(a).data()).every(Number.isFinite)).toBe(true)
    // |a|² by singular values at a matrix whose values are equal: 2 a.
    const squares = (x: F32<[2, 2]>): Scalar => sum(square(svd(x).s))
    expectClose(
      await grad(squares)(
        tensor([
          [0, 3],
          [-3, 0],
        ]),
      ).data(),
      [0, 6, -6, 0],
      { rtol: 1e-5, atol: 1e-5 },
    )
  })
  it("norms at 0 have the gradient 0, and do not overflow", async () => {
    const x = zeros([3])
    for (const ord of [2, 3, 1.5]) expect(await grad((v: F32<[3]>) => norm(v, { ord }))(x).array()).toEqual([0, 0, 0])
    expect(await norm(tensor([3e30, 4e30])).item()).toBeCloseTo(5e30, -24)
    expect(await norm(tensor([3e-30, 4e-30]), { ord: 3 }).item()).toBeGreaterThan(4e-30)
    expect(await norm(tensor([Infinity, 1])).item()).toBe(Infinity)
    expect(await norm(tensor([NaN, 1])).item()).toBeNaN()
    expect(await norm(zeros([0])).item()).toBe(0)
    expect(await norm(tensor([0, 2, 0, 5]), { ord: 0 }).item()).toBe(2)
  })
  it("expm keeps its digits where it has to scale", async () => {
    const turn = await expm(
      tensor([
        [0, 20],
        [-20, 0],
      ]),
    ).data()
    expectClose(turn, [Math.cos(20), Math.sin(20), -Math.sin(20), Math.cos(20)], { rtol: 1e-6, atol: 1e-6 })
    expect((await expm(tensor([[NaN]])).data())[0]).toBeNaN()
  })
  it("matrices that are not finite give NaN, and nothing hangs", async () => {
    const a = tensor([
      [NaN, 1],
      [1, 2],
    ])
    expect((await eigh(a).values.data()).every(Number.isNaN)).toBe(true)
    expect((await svd(a).s.data()).every(Number.isNaN)).toBe(true)
  })
  it("matrixRank and lstsq know a matrix that lacks a rank", async () => {
    const a = tensor([
      [1, 2],
      [2, 4],
      [3, 6],
    ])
    expect(await matrixRank(a).item()).toBe(1)
    expect(await matrixRank(zeros([2, 3])).item()).toBe(0)
    const { x, rank, residuals } = lstsq(a, tensor([1, 2, 3]))
    expectClose(await x.data(), [0.2, 0.4], { rtol: 1e-5, atol: 1e-6 })
    expect(await rank.item()).toBe(1)
    expect(await residuals.item()).toBeCloseTo(0, 5)
  })
  it("complete bases that are wider than the matrix have no derivative, and say so", () => {
    const a = tensor([
      [1, 0],
      [0, 1],
      [0, 0],
    ])
    expect(() => grad((x: F32<[3, 2]>) => sum(qr(x, { mode: "complete" }).q))(a)).toThrow(/mode "reduced"/)
    expect(() => grad((x: F32<[3, 2]>) => sum(svd(x, { fullMatrices: true }).u))(a)).toThrow(/fullMatrices/)
  })
  it("kron of other ranks, and cross along another axis", async () => {
    expect(
      await kron(
        tensor([1, 2]),
        tensor([
          [1, 0],
          [0, 1],
        ]),
      ).array(),
    ).toEqual([
      [1, 0, 2, 0],
      [0, 1, 0, 2],
    ])
    expect(await cross(tensor([[1], [0], [0]]), tensor([[0], [1], [0]]), { axis: 0 }).array()).toEqual([[0], [0], [1]])
  })
})
