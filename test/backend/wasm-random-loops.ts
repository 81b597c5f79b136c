/** Random Loops of every form, drawn from a tape of numbers so that they shrink: a shorter tape is a simpler Loop. */
import fc from "fast-check"
import { allocate, type Element, type Numbers } from "../../src/autodiff/dtype.ts"
import { affine } from "../../src/autodiff/program/loop/affine.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  prefixLoop,
  scatterLoop,
  sizeOf,
} from "../../src/autodiff/program/loop/loop.ts"
import type { Monoid, Simple } from "../../src/autodiff/program/loop/monoid.ts"
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

export interface Case {
  readonly loop: Loop
  readonly inputs: readonly Numbers[]
  readonly print: string
}

const dtypes: readonly Element[] = ["f32", "i32", "u32", "bool", "f64"]
const isFloat = (t: Element): boolean => t === "f32" || t === "f64"

/**
 * Everything these Loops compute is exact in any order, so engines can be asked for equal bits: floats are small dyadic
 * numbers (and specials), and nothing that rounds is put into a fold.
 */
export const randomCase = (form?: Loop["form"]): fc.Arbitrary<Case> =>
  fc
    .record({
      tape: fc.array(fc.nat({ max: 1 << 20 }), { maxLength: 120, size: "max" }),
      seed: fc.nat(),
      special: fc.boolean(),
    })
    .map(({ tape, seed, special }) => build(tape, seed, special, form))

function build(tape: readonly number[], seed: number, special: boolean, wanted?: Loop["form"]): Case {
  let at = 0
  const draw = (n: number): number => (tape[at++] ?? 0) % n
  const pick = <T>(xs: readonly T[]): T => xs[draw(xs.length)]!
  const sizes = [3, 1, 2, 4, 5, 7, 8, 9, 12, 16, 17, 33, 40, 0]
  const shape = (most: number): readonly number[] => {
    const rank = draw(4)
    const out: number[] = []
    for (let d = 0; d < rank; d++) {
      const size = pick(sizes)
      out.push(sizeOf([...out, size]) > most ? 2 : size)
    }
    return out
  }
  const types: ArrayType[] = Array.from({ length: 1 + draw(3) }, () => ({ dtype: pick(dtypes), shape: shape(1500) }))
  const inputs = inputsOf(types)
  // Integer weights of a load's coordinate: a plain index, moved, strided, backwards, constant, or read from an input.
  const coordinate = (size: number, vars: readonly Var[]): Scalar => {
    const fitting = vars.filter((v) => v.size === size)
    const v = fitting.length > 0 && draw(4) > 0 ? pick(fitting) : vars.length > 0 ? pick(vars) : undefined
    if (v === undefined) return constant(draw(Math.max(1, size)))
    switch (draw(9)) {
      case 0:
        return binary("sub", v, draw(3))
      case 1:
        return binary("add", v, draw(3))
      case 2:
        return binary("sub", binary("mul", v, 2), draw(3))
      case 3:
        return binary("sub", constant(size - 1), v)
      case 4:
        return constant(draw(Math.max(1, size)))
      case 5: {
        const w = pick(vars)
        return binary("sub", binary("add", v, w), draw(2))
      }
      case 6: {
        const index = inputs.find((x) => x.dtype === "i32" && x.shape.length === 1)
        return index === undefined ? v : load(index, [v], 1)
      }
      default:
        return v
    }
  }
  const read = (from: Input, vars: readonly Var[]): Scalar =>
    load(
      from,
      from.shape.map((size) => coordinate(size, vars)),
      draw(3) === 0 ? (from.dtype === "bool" ? 1 : 3) : 0,
    )

  const monoids = (t: Element): readonly Simple[] =>
    t === "bool"
      ? ["and", "or", "max", "min"]
      : isFloat(t)
        ? ["sum", "max", "min"]
        : ["sum", "max", "min", "prod", "and", "or"]
  const leaf = (t: Element, vars: readonly Var[]): Scalar => {
    const from = inputs.filter((x) => x.dtype === t)
    if (from.length > 0 && draw(5) > 0) return read(pick(from), vars)
    if (vars.length > 0 && draw(2) > 0) return cast(t, pick(vars))
    return constant(t === "bool" ? draw(2) : draw(7) - (t === "u32" ? 0 : 3), t)
  }
  /** `inFold`: sums must stay exact, so nothing that rounds and no products of products. */
  const value = (t: Element, vars: readonly Var[], depth: number, inFold: boolean): Scalar => {
    if (depth <= 0) return leaf(t, vars)
    const sub = (of: Element = t): Scalar => value(of, vars, depth - 1, inFold)
    switch (draw(8)) {
      case 0:
        return leaf(t, vars)
      case 1: {
        const float: readonly Binary[] = inFold
          ? ["add", "sub", "min", "max"]
          : ["add", "sub", "mul", "div", "min", "max", "rem", "pow"]
        const int: readonly Binary[] = [
          "add",
          "sub",
          "mul",
          "div",
          "rem",
          "min",
          "max",
          "and",
          "or",
          "xor",
          "shl",
          "shr",
          "pow",
        ]
        const bool: readonly Binary[] = ["and", "or", "xor", "min", "max"]
        return binary(pick(t === "bool" ? bool : isFloat(t) ? float : int), sub(), sub())
      }
      case 2: {
        const float: readonly Unary[] = inFold
          ? ["neg", "abs", "floor", "ceil"]
          : ["neg", "abs", "floor", "ceil", "sqrt"]
        const int: readonly Unary[] = ["neg", "abs", "not"]
        return unary(pick(t === "bool" ? (["not"] as const) : isFloat(t) ? float : int), sub())
      }
      case 3:
        return select(sub("bool"), sub(), sub())
      case 4: {
        const from = pick(dtypes)
        if (inFold && isFloat(t) && !isFloat(from)) return leaf(t, vars)
        return cast(t, sub(from))
      }
      case 5: {
        if (t === "bool") {
          const of = pick(dtypes)
          return compare(pick(["lt", "le", "eq", "ne"] as const), sub(of), sub(of))
        }
        const words: readonly Element[] = ["f32", "i32", "u32"]
        return words.includes(t) && t !== "f32" ? bitcast(t, sub(pick(words))) : leaf(t, vars)
      }
      default: {
        const size = pick([4, 1, 2, 3, 8, 9, 17, 33, 40, 0])
        if (t === "i32" && draw(2) > 0) {
          const of = pick(["f32", "i32", "u32", "f64"] as const)
          const monoid: Monoid = pick(["argmax", "argmin"] as const)
          return fold(monoid, size, (k) => [value(of, [...vars, k], depth - 1, true), k], 1)
        }
        return fold(pick(monoids(t)), size, (k) => value(t, [...vars, k], depth - 1, true))
      }
    }
  }
  const target = shape(1500)
  const form = wanted ?? pick(["map", "map", "map", "prefix", "scatter"] as const)
  const dtype = pick(dtypes)
  const loop = ((): Loop => {
    if (form === "prefix" && target.length > 0) {
      const t = dtype
      const options = { axis: draw(target.length), monoid: pick(monoids(t)), reverse: draw(2) > 0 }
      return prefixLoop(inputs, target, options, (...i) => value(t, i, 2, true))
    }
    if (form === "scatter") {
      const t = dtype === "bool" ? "i32" : dtype
      const over = shape(600)
      return scatterLoop(
        inputs,
        target,
        over,
        (...i) => value(t, i, 1, true),
        (...r) => ({
          at: target.map((size) => coordinate(size, r)),
          value: value(t, r, 2, true),
        }),
      )
    }
    return mapLoop(inputs, target, (...i) =>
      Array.from({ length: 1 + (draw(4) === 0 ? draw(3) : 0) }, (_, k) =>
        value(k === 0 ? dtype : pick(dtypes), i, 3, false),
      ),
    )
  })()
  return { loop, inputs: types.map((t, k) => contents(t, seed + k, special)), print: describe(loop) }
}

/** Small numbers that add and compare exactly; with `special`, some NaN, infinities, -0 and the ends of the integers. */
export function contents(type: ArrayType, seed: number, special: boolean): Numbers {
  let state = (seed * 2654435761 + 12345) >>> 0
  const next = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const out = allocate(type.dtype, sizeOf(type.shape))
  const specials = {
    f32: [Number.NaN, Infinity, -Infinity, -0],
    f64: [Number.NaN, Infinity, -Infinity, -0],
    i32: [2 ** 31 - 1, -(2 ** 31), -1],
    u32: [2 ** 32 - 1, 2 ** 31],
    bool: [0, 1],
  }[type.dtype]
  for (let i = 0; i < out.length; i++) {
    const plain =
      type.dtype === "bool"
        ? next(2)
        : type.dtype === "u32"
          ? next(12)
          : type.dtype === "i32"
            ? next(12) - 4
            : (next(33) - 16) / 4
    out[i] = special && next(8) === 0 ? specials[next(specials.length)]! : plain
  }
  return out
}

function describe(loop: Loop): string {
  const show = (n: Scalar): string => {
    switch (n.op) {
      case "const":
        return `${Object.is(n.value, -0) ? "-0" : n.value}:${n.dtype}`
      case "var":
        return n.name
      case "load":
        return `in${n.from.slot}[${n.at.map((x) => (affine(x).terms.size > 3 ? "…" : show(x))).join(", ")} | ${n.outside}]`
      case "fold":
        return `${n.monoid}.${n.part}(${n.index.name} < ${n.index.size}: ${n.bodies.map(show).join(", ")})`
      case "select":
        return `(${show(n.test)} ? ${show(n.a)} : ${show(n.b)})`
      case "binary":
      case "compare":
        return `${n.fn}(${show(n.a)}, ${show(n.b)})`
      case "unary":
        return `${n.fn}(${show(n.a)})`
      default:
        return `${n.op}<${n.dtype}>(${show(n.a)})`
    }
  }
  const inputs = loop.inputs.map((x) => `${x.dtype}[${x.shape.join(", ")}]`).join(", ")
  const head = `${loop.form} (${inputs}) -> [${loop.shape.join(", ")}]`
  switch (loop.form) {
    case "map":
      return `${head}: ${loop.bodies.map(show).join(" ; ")}`
    case "prefix":
      return `${head} axis ${loop.axis} ${loop.monoid}${loop.reverse ? " reversed" : ""}: ${show(loop.body)}`
    case "scatter":
      return `${head}: ${show(loop.init)}, then over [${loop.over.map((r) => r.size).join(", ")}] at [${loop.at.map(show).join(", ")}] add ${show(loop.value)}`
    default:
      return head
  }
}
