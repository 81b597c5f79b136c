/** Random Loops of every form over random shapes (size 0 and 1 among them), and values that stress each dtype. */
import { allocate, type Element, hold, type Numbers } from "../../src/autodiff/dtype.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  prefixLoop,
  scatterLoop,
  sizeOf,
} from "../../src/autodiff/program/loop/loop.ts"
import { isPaired, type Monoid, type Simple } from "../../src/autodiff/program/loop/monoid.ts"
import {
  type Binary,
  binary,
  bitcast,
  cast,
  compare,
  constant,
  fold,
  type Input,
  load,
  type Scalar,
  select,
  type Unary,
  unary,
  type Var,
} from "../../src/autodiff/program/loop/scalar.ts"

export interface Dice {
  /** An integer in [0, n). */
  readonly below: (n: number) => number
  readonly pick: <T>(xs: readonly T[]) => T
  readonly chance: (p: number) => boolean
}
export function dice(seed: number): Dice {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number): number => Math.floor(next() * n)
  const pick = <T>(xs: readonly T[]): T => {
    const x = xs[below(xs.length)]
    if (x === undefined) throw new Error("nothing to pick from")
    return x
  }
  return { below, pick, chance: (p) => next() < p }
}

export const randomShape = (d: Dice, maxRank = 3): readonly number[] =>
  Array.from({ length: d.below(maxRank + 1) }, () => d.pick([0, 1, 1, 2, 3, 4, 5]))

const specials: Readonly<Record<Element, readonly number[]>> = {
  f32: [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 3.4028234663852886e38, 1e-45, 2 ** 24 + 2, -(2 ** 31)],
  f64: [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324, 2 ** 53, -(2 ** 31) - 1],
  i32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 65535, 65536, 2 ** 24 + 1, -(2 ** 24) - 1],
  u32: [0, 1, 2, 2 ** 32 - 1, 2 ** 31, 65535, 65536, 2 ** 24 + 1],
  bool: [0, 1],
}
/** Small exact values, with the dtype's extremes among them where `wild`. */
export function randomValue(d: Dice, dtype: Element, wild: boolean): number {
  if (wild && d.chance(0.3)) return hold(dtype, d.pick(specials[dtype]))
  switch (dtype) {
    case "f32":
    case "f64":
      return (d.below(129) - 64) / d.pick([1, 2, 4, 8])
    case "i32":
      return d.below(21) - 10
    case "u32":
      return d.below(21)
    case "bool":
      return d.below(2)
  }
}
export const randomValues = (d: Dice, type: ArrayType, wild: boolean): Numbers =>
  allocate(type.dtype, sizeOf(type.shape)).map(() => randomValue(d, type.dtype, wild))

export interface Palette {
  readonly dtypes: readonly Element[]
  readonly unary: (dtype: Element) => readonly Unary[]
  readonly binary: (dtype: Element) => readonly Binary[]
  readonly bitcasts: boolean
  readonly monoids: (dtype: Element) => readonly Monoid[]
  readonly casts: (to: Element, from: Element) => boolean
  /** Whether constants, and what reads outside give, take the extremes of their dtype. */
  readonly wild: boolean
}
const isFloat = (t: Element): boolean => t === "f32" || t === "f64"
/** Everything the grammar has. */
export const wholeGrammar: Palette = {
  dtypes: ["f32", "f64", "i32", "u32", "bool"],
  unary: (t) =>
    t === "bool"
      ? ["not"]
      : isFloat(t)
        ? ["neg", "abs", "floor", "ceil", "sqrt", "exp", "log", "sin", "cos", "tanh"]
        : ["neg", "abs", "not"],
  binary: (t) =>
    t === "bool"
      ? ["and", "or", "xor"]
      : isFloat(t)
        ? ["add", "sub", "mul", "div", "rem", "pow", "min", "max"]
        : ["add", "sub", "mul", "div", "rem", "min", "max", "and", "or", "xor", "shl", "shr"],
  bitcasts: true,
  casts: () => true,
  monoids: (t) =>
    t === "bool"
      ? ["and", "or"]
      : isFloat(t)
        ? ["sum", "prod", "max", "min"]
        : ["sum", "prod", "max", "min", "and", "or"],
  wild: true,
}

/** An expression of a dtype over the inputs and the indices in scope. */
export function randomScalar(
  d: Dice,
  p: Palette,
  dtype: Element,
  inputs: readonly Input[],
  scope: readonly Var[],
  depth: number,
): Scalar {
  const of = (t: Element): Scalar => randomScalar(d, p, t, inputs, scope, depth - 1)
  const loads = inputs.filter((x) => x.dtype === dtype)
  const castable = (): Element => d.pick(p.dtypes.filter((t) => p.casts(dtype, t)))
  if (depth <= 0 || d.chance(0.15)) {
    if (loads.length > 0 && d.chance(0.8)) {
      const from = d.pick(loads)
      const at = from.shape.map(() => randomIndex(d, inputs, scope))
      return load(from, at, randomValue(d, dtype, p.wild))
    }
    return dtype === "i32" && scope.length > 0 && d.chance(0.5)
      ? d.pick(scope)
      : constant(randomValue(d, dtype, p.wild), dtype)
  }
  switch (d.below(dtype === "bool" ? 6 : 7)) {
    case 0:
      return unary(d.pick(p.unary(dtype)), of(dtype))
    case 1:
    case 2: {
      const fn = d.pick(p.binary(dtype))
      return binary(fn, of(dtype), of(dtype))
    }
    case 3:
      return fold(d.pick(p.monoids(dtype)), d.below(4), (k) =>
        randomScalar(d, p, dtype, inputs, [...scope, k], depth - 1),
      )
    case 4:
      return select(of("bool"), of(dtype), of(dtype))
    case 5: {
      if (dtype === "bool") {
        const t = d.pick(p.dtypes)
        return compare(d.pick(["lt", "le", "eq", "ne"] as const), of(t), of(t))
      }
      if (dtype === "i32" && d.chance(0.3)) {
        const t = d.pick(p.dtypes.filter((x) => x !== "bool"))
        const paired = d.pick(["argmax", "argmin"] as const)
        return fold(paired, d.below(4), (k) => [randomScalar(d, p, t, inputs, [...scope, k], depth - 1), k], 1)
      }
      return cast(dtype, of(castable()))
    }
    default: {
      const t = d.pick(["f32", "i32", "u32"] as const)
      return p.bitcasts && dtype !== "f64" ? bitcast(dtype, of(t)) : cast(dtype, of(castable()))
    }
  }
}
/** Mostly inside, sometimes beyond either end, sometimes loaded. */
function randomIndex(d: Dice, inputs: readonly Input[], scope: readonly Var[]): Scalar {
  const base = scope.length > 0 ? d.pick(scope) : constant(d.below(3))
  const tables = inputs.filter((x) => x.dtype === "i32" && x.shape.length <= scope.length)
  switch (d.below(6)) {
    case 0:
      return binary("sub", base, d.below(3))
    case 1:
      return binary("add", binary("mul", base, d.below(3)), scope.length > 1 ? d.pick(scope) : constant(1))
    case 2:
      return d.chance(0.5) ? binary("div", base, 1 + d.below(3)) : binary("rem", base, 1 + d.below(3))
    case 3: {
      if (tables.length === 0) return base
      const table = d.pick(tables)
      return load(
        table,
        table.shape.map((_, k) => scope[k] ?? base),
        -1,
      )
    }
    default:
      return base
  }
}

export const randomTypes = (d: Dice, p: Palette): readonly ArrayType[] =>
  Array.from({ length: 1 + d.below(3) }, () => ({ dtype: d.pick(p.dtypes), shape: randomShape(d) }))

export function randomLoop(d: Dice, p: Palette, depth: number): Loop {
  const inputs = inputsOf(randomTypes(d, p))
  const shape = randomShape(d)
  const dtype = d.pick(p.dtypes)
  const form = d.below(8)
  if (form === 0 && shape.length > 0) {
    const monoids = p.monoids(dtype).filter((m): m is Simple => !isPaired(m))
    const options = { axis: d.below(shape.length), monoid: d.pick(monoids), reverse: d.chance(0.5) }
    return prefixLoop(inputs, shape, options, (...i) => randomScalar(d, p, dtype, inputs, i, depth))
  }
  if (form === 1 && dtype !== "bool") {
    return scatterLoop(
      inputs,
      shape,
      randomShape(d),
      (...i) => randomScalar(d, p, dtype, inputs, i, depth),
      (...r) => ({
        at: shape.map(() => randomIndex(d, inputs, r)),
        value: randomScalar(d, p, dtype, inputs, r, depth),
      }),
    )
  }
  return mapLoop(inputs, shape, (...i) =>
    Array.from({ length: 1 + d.below(2) }, () => randomScalar(d, p, d.pick(p.dtypes), inputs, i, depth)),
  )
}
