/** Transforms in any order: wrappers that change neither a function nor its derivatives, nested at random around random programs. */
import {
  add,
  checkpoint,
  cond,
  customJvp,
  customVjp,
  debugNaN,
  div,
  forLoop,
  jit,
  jvp,
  less,
  linearize,
  linearSolve,
  mul,
  type Scalar,
  scan,
  setEngine,
  stack,
  sum,
  switchOn,
  take,
  tanh,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent"
import { expectClose, programs, type RandomProgram } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { many, scalar, shifted, type Wide } from "./variadic.ts"

beforeAll(() => setEngine("wasm"))
type Loss = RandomProgram["loss"]
/** The transforms as they look from a function of any number of tensors. */
const t = {
  vmap: typed<(f: Loss, options?: object) => (...xs: readonly Wide[]) => Wide>(vmap),
  jvp: typed<(f: Loss) => (xs: readonly Wide[], ts: readonly Wide[]) => readonly [Scalar, Scalar]>(jvp),
  vjp: typed<(f: Loss) => (...xs: readonly Wide[]) => readonly [Scalar, (ct: Scalar) => readonly Wide[]]>(vjp),
  linearize: typed<(f: Loss) => (...xs: readonly Wide[]) => readonly [Scalar, Loss]>(linearize),
  valueAndGrad: typed<(f: Loss) => (...xs: readonly Wide[]) => readonly [Scalar, Wide]>(valueAndGrad),
  customJvp:
    typed<(f: Loss, rule: (xs: readonly Wide[], ts: readonly Wide[]) => readonly [Scalar, Scalar]) => Loss>(customJvp),
  customVjp: typed<(f: Loss, rules: object) => Loss>(customVjp),
  debugNaN: typed<(f: Loss) => Loss>(debugNaN),
  cond: typed<(p: unknown, a: Loss, b: Loss, ...xs: readonly Wide[]) => Scalar>(cond),
  switchOn: typed<(i: number, branches: readonly Loss[], ...xs: readonly Wide[]) => Scalar>(switchOn),
}
const times = Number(process.env.COTANGENT_RUNS ?? 1)
const zero = (): Scalar => tensor(0)
const wrappers: Readonly<Record<string, (f: Loss) => Loss>> = {
  jit: (f) => typed<Loss>(jit(f)),
  checkpoint: (f) => typed<Loss>(checkpoint(f)),
  debugNaN: (f) => t.debugNaN(f),
  "vmap, one of a batch":
    (f) =>
    (...xs) =>
      typed<Scalar>(take(typed<Wide & { shape: [2] }>(t.vmap(f)(...xs.map((x) => stack([mul(x, 0.5), x])))), 1)),
  "vmap, arguments shared":
    (f) =>
    (...xs) => {
      const shared = (one: Wide, ...others: readonly Wide[]): Scalar => add(f(...others), sum(mul(one, 0)))
      const mapped = t.vmap(shared, { inAxes: [0, ...xs.map(() => null)] })(tensor([1, 2]), ...xs)
      return typed<Scalar>(take(typed<Wide & { shape: [2] }>(mapped), 0))
    },
  "scan of one round":
    (f) =>
    (...xs) =>
      scan(
        (c: Scalar, _: undefined): readonly [Scalar, undefined] => [add(c, f(...xs)), undefined],
        zero(),
        undefined,
        { length: 1 },
      )[0],
  "scan, the argument carried":
    (f) =>
    (...xs) => {
      const step = (c: readonly Wide[], _: undefined): readonly [readonly Wide[], Scalar] => [
        c.map((x) => mul(x, 2)),
        f(...c),
      ]
      return take(scan(step, xs, undefined, { length: 2 })[1], 0)
    },
  forLoop:
    (f) =>
    (...xs) =>
      forLoop(0, 2, (_, c: Scalar) => add(c, mul(0.5, f(...xs))), zero()),
  cond:
    (f) =>
    (...xs) =>
      t.cond(less(sum(xs[0] ?? zero()), 1000), f, (...ys) => sum(ys[0] ?? zero()), ...xs),
  switchOn:
    (f) =>
    (...xs) =>
      t.switchOn(1, [(...ys) => sum(ys[0] ?? zero()), f], ...xs),
  customJvp: (f) => t.customJvp(f, (xs, ts) => t.jvp(f)(xs, ts)),
  "linearize, its value":
    (f) =>
    (...xs) =>
      t.linearize(f)(...xs)[0],
  "vjp, its value":
    (f) =>
    (...xs) =>
      t.vjp(f)(...xs)[0],
  "jvp, its value":
    (f) =>
    (...xs) =>
      t.jvp(f)(xs, xs)[0],
  "valueAndGrad, its value":
    (f) =>
    (...xs) =>
      t.valueAndGrad(f)(...xs)[0],
  linearSolve:
    (f) =>
    (...xs) =>
      linearSolve((y: Scalar) => mul(y, 4), mul(f(...xs), 4), { solve: (_, b) => mul(b, 0.25), symmetric: true }),
  "linearSolve, its system moving too":
    (f) =>
    (...xs) => {
      const size = tanh(sum(xs[0] ?? zero()))
      const slope = jit((a: Scalar) => add(1, mul(a, a)))
      const apply = jit((y: Scalar) => forLoop(0, 1, (_, z: Scalar) => mul(z, slope(size)), y))
      return linearSolve((y: Scalar) => apply(y), mul(f(...xs), slope(size)), { solve: (_, b) => div(b, slope(size)) })
    },
}
/** Reverse mode alone, which only reverse over reverse can differentiate again. */
const backwards: Readonly<Record<string, (f: Loss) => Loss>> = {
  ...wrappers,
  customVjp: (f) =>
    t.customVjp(f, {
      forward: (...xs: readonly Wide[]) => [f(...xs), xs],
      backward: (xs: readonly Wide[], ct: Scalar) => t.vjp(f)(...xs)[1](ct),
    }),
}
/** Forward mode has no place outside a pullback that is given by hand. */
const possible = (names: readonly string[]): boolean => {
  const first = names.indexOf("customVjp")
  return first < 0 || !names.slice(first + 1).some((n) => n.startsWith("jvp") || n === "customJvp")
}
const nests = (of: typeof wrappers, maxLength: number) =>
  fc
    .array(fc.constantFrom(...Object.keys(of)), { minLength: 1, maxLength, size: "max" })
    .filter(possible)
    .map((names) => ({
      names,
      around: (f: Loss): Loss => names.reduce((g, name) => of[name]?.(g) ?? g, f),
    }))
const small = { depth: 3 }
const near = { rtol: 2e-4, atol: 2e-4 }

describe("transforms nested at random", () => {
  it("change neither values nor gradients", () => {
    fc.assert(
      fc.property(programs(small), nests(backwards, 3), ({ loss, args }, { around }) => {
        const wrapped = around(loss)
        expectClose(wrapped(...args()), loss(...args()), near)
        expectClose(scalar.grad(wrapped)(...args()), scalar.grad(loss)(...args()), near)
      }),
      { numRuns: 120 * times },
    )
  })
  it("nor second derivatives, forward over reverse and reverse over forward", () => {
    fc.assert(
      fc.property(programs(small), nests(wrappers, 3), ({ loss, args }, { around }) => {
        const wrapped = around(loss)
        const v = args().map((x) => shifted(x, 0.25))
        const expected = many.jvp(scalar.grad(loss))(args(), v)[1]
        expectClose(many.jvp(scalar.grad(wrapped))(args(), v)[1], expected, near)
        const slope: Loss = (...xs) => t.jvp(wrapped)(xs, v)[1]
        expectClose(scalar.grad(slope)(...args()), expected, near)
      }),
      { numRuns: 60 * times },
    )
  })
  it("nor what a batch of them gives, compiled", () => {
    fc.assert(
      fc.property(programs(small), nests(wrappers, 2), ({ loss, args }, { around }) => {
        const batch = args().map((x): Wide => stack([x, shifted(x, 0.125)]))
        const expected = many.vmap(scalar.grad(loss))(...batch)
        expectClose(many.jit(many.vmap(scalar.grad(around(loss))))(...batch), expected, near)
      }),
      { numRuns: 60 * times },
    )
  })
})
