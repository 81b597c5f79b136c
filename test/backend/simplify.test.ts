/** Simplification: no bit of any result changes, and what is said to be simplified is. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { allocate, type Element } from "../../src/autodiff/dtype.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  resultsOf,
  viewLoop,
} from "../../src/autodiff/program/loop/loop.ts"
import {
  binary,
  cast,
  compare,
  constant,
  fold,
  type Input,
  load,
  type Scalar,
  select,
  unary,
} from "../../src/autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../src/autodiff/program/loop/walk.ts"
import { type Atom, newProgram, newVariable, type Program, type Variable } from "../../src/autodiff/program/program.ts"
import { showLoop } from "../../src/autodiff/program/show-program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { simplifyScalar } from "../../src/backend/compile/identities.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { printPlan } from "../../src/backend/compile/print-plan.ts"
import { simplify } from "../../src/backend/compile/simplify.ts"
import { naive } from "./naive.ts"
import { loopsOf, runOnReference } from "./plan-run.ts"
import { type Dice, dice, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { loopOperation, meaningOf, randomProgram } from "./random-programs.ts"

const n = 64
/** Expressions full of the operands that identities look for: 0, -0, 1, -1, powers of two, the same thing twice. */
function suspicious(d: Dice, inputs: readonly Input[], i: Scalar): Scalar {
  const special = [0, -0, 1, -1, 2, 0.5, -4, 3, 2 ** -126, 2 ** 127, 2 ** -130, Number.NaN, Infinity]
  const pool: Scalar[] = inputs.map((x) => load(x, [i]))
  const of = (t: Element): Scalar => {
    const fitting = pool.filter((x) => x.dtype === t)
    if (fitting.length > 0 && d.chance(0.65)) return d.pick(fitting)
    return constant(t === "bool" ? d.below(2) : t === "f32" ? Math.fround(d.pick(special)) : d.pick([0, 1, -1, 2]), t)
  }
  for (let k = 0; k < 8; k++) {
    const t = d.pick(["f32", "f32", "f64", "i32", "bool"] as const)
    const kind = d.below(6)
    if (kind === 0) pool.push(unary(d.pick(wholeGrammar.unary(t).filter((f) => f !== "sin" && f !== "cos")), of(t)))
    else if (kind === 1) pool.push(select(of("bool"), of(t), of(t)))
    else if (kind === 2) pool.push(cast(t, of(d.pick(["f32", "f64", "i32", "u32", "bool"] as const))))
    else if (kind === 3) pool.push(compare(d.pick(["lt", "le", "eq", "ne"] as const), ...pairOf(of(t), of(t))))
    else if (kind === 4) {
      const body = of(t)
      pool.push(fold(d.pick(wholeGrammar.monoids(t)), d.pick([0, 1, 3]), () => body))
    } else pool.push(binary(d.pick(wholeGrammar.binary(t)), of(t), of(t)))
  }
  return d.pick(pool.slice(-4))
}
const pairOf = (a: Scalar, b: Scalar): readonly [Scalar, Scalar] => [a, b]

describe("identities", () => {
  it("change no bit of any value, special ones among them", () => {
    let simpler = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const d = dice(seed)
        const types = (["f32", "f32", "f64", "i32", "u32", "bool"] as const).map((dtype) => ({ dtype, shape: [n] }))
        const inputs = inputsOf(types)
        const loop = mapLoop(inputs, [n], (i) => suspicious(d, inputs, i!))
        const simple = mapLoop(inputs, [n], () => loop.bodies.map(simplifyScalar))
        if (nodesOf(...simple.bodies).length < nodesOf(...loop.bodies).length) simpler++
        const values = types.map((t) => randomValues(d, t, true))
        expect(naive(simple, values)).toEqual(naive(loop, values))
      }),
      { numRuns: 4000 },
    )
    expect(simpler).toBeGreaterThan(500)
  })
  it("change no bit where any one operation meets any special value, and in any chain of casts", () => {
    const dtypes = wholeGrammar.dtypes
    const all: Readonly<Record<Element, readonly number[]>> = {
      f32: [
        0,
        -0,
        1,
        -1,
        2,
        0.5,
        -4,
        3,
        2 ** 126,
        2 ** -126,
        2 ** 127,
        2 ** -128,
        Number.NaN,
        Infinity,
        -Infinity,
        1e-45,
        -(2 ** 31),
        3e9,
        2.5,
      ],
      f64: [0, -0, 1, -1, 2, 0.5, -4, 3, 2 ** 126, 2 ** 600, Number.NaN, Infinity, -Infinity, 5e-324, -3e9, 4e9, 1.1],
      i32: [0, 1, -1, 2, -7, 2 ** 31 - 1, -(2 ** 31)],
      u32: [0, 1, 2, 7, 2 ** 32 - 1, 2 ** 31],
      bool: [0, 1],
    }
    const types = dtypes.map((dtype) => ({ dtype, shape: [all[dtype].length] }))
    const inputs = inputsOf(types)
    const values = types.map((t) => allocate(t.dtype, all[t.dtype].length).map((_, k) => all[t.dtype][k] ?? 0))
    let simpler = 0
    const agree = (body: (i: Scalar) => Scalar, over: number): void => {
      const loop = mapLoop(inputs, [over], (i) => body(i!))
      const simple = mapLoop(inputs, [over], () => loop.bodies.map(simplifyScalar))
      if (simple === loop) return
      simpler++
      expect(naive(simple, values), showLoop(loop)).toEqual(naive(loop, values))
    }
    for (const [k, t] of dtypes.entries()) {
      const x = (i: Scalar): Scalar => load(inputs[k]!, [i])
      const length = all[t].length
      const variants = (i: Scalar): readonly Scalar[] => [
        x(i),
        ...wholeGrammar.unary(t).map((fn) => unary(fn, x(i))),
        ...all[t].map((c) => constant(c, t)),
      ]
      const count = variants(constant(0)).length
      for (const fn of wholeGrammar.binary(t))
        for (let a = 0; a < count; a++)
          for (let b = 0; b < count; b++) agree((i) => binary(fn, variants(i)[a]!, variants(i)[b]!), length)
      for (const fn of wholeGrammar.unary(t))
        for (let a = 0; a < count; a++) agree((i) => unary(fn, variants(i)[a]!), length)
      for (const mid of dtypes) for (const to of dtypes) agree((i) => cast(to, cast(mid, x(i))), length)
      for (const monoid of wholeGrammar.monoids(t))
        for (const c of all[t]) for (const size of [0, 1, 3]) agree(() => fold(monoid, size, () => constant(c, t)), 1)
    }
    expect(simpler).toBeGreaterThan(1000)
  })
  it("takes the guard off an operand that the arm's own test has guarded", () => {
    const [x, y] = inputsOf([
      { dtype: "f32", shape: [8] },
      { dtype: "f32", shape: [8] },
    ])
    const values = [new Float32Array([0, -0, 1, -1, Number.NaN, Infinity, 4, 1e-45]), new Float32Array(8).fill(3)]
    const [none, one] = [constant(0, "f32"), constant(1, "f32")]
    const loop = mapLoop([x!, y!], [8], (i) => {
      const [at, over] = [load(x!, [i!]), load(y!, [i!])]
      const zero = compare("eq", at, none)
      const root = select(zero, none, unary("sqrt", select(zero, one, at)))
      const quotient = select(zero, binary("div", over, select(zero, one, at)), none)
      return binary("add", root, quotient)
    })
    const simple = mapLoop([x!, y!], [8], () => loop.bodies.map(simplifyScalar))
    expect(showLoop(simple)).toContain("sqrt(x0[i0])")
    expect(nodesOf(...simple.bodies).filter(({ op }) => op === "select").length).toBe(2)
    expect(naive(simple, values)).toEqual(naive(loop, values))
    // Another test's guard stays.
    const apart = mapLoop([x!, y!], [8], (i) => {
      const [at, over] = [load(x!, [i!]), load(y!, [i!])]
      return select(compare("eq", over, none), none, unary("sqrt", select(compare("eq", at, none), one, at)))
    })
    expect(apart.bodies.map(simplifyScalar)).toEqual(apart.bodies)
  })
  it("squares an f32 as pow does", () => {
    const x = Float32Array.from({ length: 200_000 }, (_, k) =>
      Math.fround((k % 2 ? -1 : 1) * 2 ** ((k % 150) - 75) * (1 + k / 2e5)),
    )
    expect(x.map((v) => v * v)).toEqual(x.map((v) => v ** 2))
  })
})

describe("simplification", () => {
  it("changes no bit of any random program", () => {
    let fewer = 0
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, wholeGrammar)
        const program = randomProgram(d, wholeGrammar, types, size)
        const values = types.map((t) => randomValues(d, t, true))
        const plan = planOf(program)
        const simple = simplify(plan)
        if (printPlan(simple) !== printPlan(plan)) fewer++
        expect(runOnReference(simple, values)).toEqual(meaningOf(program, values))
      }),
      { numRuns: Number(process.env.RUNS ?? 600) },
    )
    expect(fewer).toBeGreaterThan(100)
  })

  it("computes equal steps once, whichever way round they are written", () => {
    const plan = simplify(
      planOf(
        written([f32(4, 3), f32(4, 3)], (put, x, y) => {
          const [a, b] = [put(add, x!, y!), put(add, y!, x!)]
          return [put(mul, put(exp, a), put(exp, b))]
        }),
      ),
    )
    expect(loopsOf(plan).map((s) => s.name).length).toBe(3)
    expect(showBodies(plan)).toEqual(["(x0[i0, i1] + x1[i0, i1])", "exp(x0[i0, i1])", "(x0[i0, i1] * x0[i0, i1])"])
  })
  it("lets transposes of transposes collapse, with views between them", () => {
    const plan = simplify(
      planOf(written([f32(4, 3)], (put, x) => [put(transpose, put(view(1, 3, 4), put(transpose, x!)))])),
    )
    expect(plan.steps.map((s) => s.kind)).toEqual(["view"])
    const twice = simplify(planOf(written([f32(4, 3)], (put, x) => [put(exp, put(transpose, put(transpose, x!)))])))
    expect(loopsOf(twice).map((s) => s.inputs)).toEqual([[0]])
    const nothing = simplify(planOf(written([f32(4, 3)], (put, x) => [put(transpose, put(transpose, x!))])))
    expect(nothing.steps).toEqual([])
    expect(nothing.outputs).toEqual(nothing.inputs)
  })
  it("knows what is made of constants alone, and what that makes of its readers", () => {
    const plan = simplify(
      planOf(
        written([f32(4, 3)], (put, x) => {
          const ones = put(() => mapLoop([], [4, 3], () => constant(1, "f32")))
          const rows = put(([v]) => mapLoop([v!], [4], (i) => fold("sum", 3, (k) => load(v!, [i!, k]))), ones)
          return [
            put(
              mul,
              put(mul, ones, x!),
              put(([v]) => mapLoop([v!], [4, 3], (i) => load(v!, [i!])), rows),
            ),
          ]
        }),
      ),
    )
    expect(showBodies(plan)).toEqual(["(x0[i0, i1] * 3)"])
  })
  it("makes a view of a map that moves nothing", () => {
    const stretch = ([v]: readonly Input[]): Loop => mapLoop([v!], [4, 1, 3], (i, _, j) => load(v!, [i!, j!]))
    const plan = simplify(planOf(written([f32(4, 3)], (put, x) => [put(stretch, x!)])))
    expect(plan.steps.map((s) => s.kind)).toEqual(["view"])
  })
})

const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })
type Put = (loop: (x: readonly Input[]) => Loop, ...of: readonly Variable[]) => Variable
function written(
  types: readonly ArrayType[],
  build: (put: Put, ...inputs: readonly Variable[]) => readonly Atom[],
): Program {
  const inputs = types.map((t) => newVariable(fromArray(t)))
  const equations: Program["equations"][number][] = []
  const outputs = build(
    (make, ...of) => {
      const loop = make(inputsOf(of.map((v) => v.type.array)))
      const made = resultsOf(loop).map((t) => newVariable(fromArray(t)))
      equations.push({ operation: loopOperation(loop), inputs: of, outputs: made, site: undefined })
      return made[0]!
    },
    ...inputs,
  )
  return newProgram({ name: "written", inputs, equations, outputs })
}
const pointwise =
  (f: (...x: readonly Scalar[]) => Scalar) =>
  (xs: readonly Input[]): Loop =>
    mapLoop(xs, xs[0]!.shape, (...i) => f(...xs.map((x) => load(x, i))))
const add = pointwise((x, y) => binary("add", x!, y!))
const mul = pointwise((x, y) => binary("mul", x!, y!))
const exp = pointwise((x) => unary("exp", x!))
const view =
  (...shape: readonly number[]) =>
  ([x]: readonly Input[]): Loop =>
    viewLoop(x!, shape)
const transpose = ([x]: readonly Input[]): Loop =>
  mapLoop([x!], x!.shape.toReversed(), (...i) => load(x!, i.toReversed()))
const showBodies = (plan: ReturnType<typeof planOf>): readonly string[] =>
  loopsOf(plan).map((s) => showLoop(s.loop).split(" = ").at(-1) ?? "")
