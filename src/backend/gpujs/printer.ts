/** Scalars as expressions and statements of a gpu.js kernel: each value in the innermost block that needs it, and once. */
import { internal } from "../../autodiff/errors.ts"
import { expression, flat, range, unproved } from "../../autodiff/program/loop/affine.ts"
import { combine, combineVars } from "../../autodiff/program/loop/combine.ts"
import { unitOf } from "../../autodiff/program/loop/monoid.ts"
import type { BinaryNode, CompareNode, Fold, Load, Scalar, UnaryNode, Var } from "../../autodiff/program/loop/scalar.ts"
import { type Block as BlockOf, binding, block, home } from "../compile/place.ts"
import { bits, cannot, convert, infix, isIndex, ofTruths, shift } from "./operators.ts"
import { bare, isCall, literal } from "./text.ts"

export type Block = BlockOf<string, string>

export interface Printing {
  /** How often each value is used; filled by a first printing, which writes nothing where it is used. */
  readonly uses: Map<string, number>
  readonly inlines: boolean
  /** Whether indices are held in integer variables, and not as floats that every address has to convert. */
  readonly integers: boolean
  /** Folds over the same index that share one loop, by each of them. */
  readonly together: ReadonlyMap<Fold, readonly Fold[]>
}

/** Longer expressions get a name even if they are used once. */
const longest = 60

export function printer({ uses, inlines, integers, together }: Printing) {
  let names = 0
  /** A name or literal where `named`, else perhaps an expression in parentheses. */
  const value = (n: Scalar, at: Block, named = false): string => {
    if (n.op === "const") return literal(n.value)
    if (n.op === "var") return binding(n, at)
    const own = home(n, at)
    const key = n.op === "fold" ? foldKey(n) : `${n.id}`
    if (!inlines) uses.set(key, (uses.get(key) ?? 0) + 1)
    const known = own.memo.get(key)
    if (known !== undefined) return known
    if (n.op === "fold") {
      printFold(n, own)
      return own.memo.get(key) ?? ""
    }
    const text = compute(n, own)
    // What an outer block decides is named there: written here it would be computed in every round.
    if (inlines && !named && own === at && uses.get(key) === 1 && text.length <= longest)
      return isCall(text) ? text : `(${text})`
    const name = `t${names++}`
    own.code.push(...(integers && n.dtype === "i32" && isIndex(n) ? integer(name, text) : [`const ${name} = ${text};`]))
    own.memo.set(key, name)
    return name
  }
  const compute = (n: Exclude<Scalar, Fold>, at: Block): string => {
    switch (n.op) {
      case "load":
        return read(n, at)
      case "unary":
        return one(n, value(n.a, at))
      case "binary":
        return two(n, at)
      case "compare":
        return `(${test(n, at)}) ? 1 : 0`
      case "select": {
        const [a, b] = [value(n.a, at), value(n.b, at)]
        return `(${condition(n.test, at)}) ? ${a} : ${b}`
      }
      case "cast":
        return convert(n, (named) => value(n.a, at, named))
      default:
        throw cannot(n.op, n.dtype)
    }
  }
  const test = (n: CompareNode, at: Block): string => `${value(n.a, at)} ${infix[n.fn]} ${value(n.b, at)}`
  /** A truth where a condition is wanted: compared there, if it is used nowhere else. */
  const condition = (n: Scalar, at: Block): string => {
    const here = inlines && home(n, at) === at && uses.get(`${n.id}`) === 1
    if (here && n.op === "compare") return test(n, at)
    if (here && n.op === "binary" && (n.fn === "and" || n.fn === "or"))
      return `(${condition(n.a, at)}) ${n.fn === "and" ? "&&" : "||"} (${condition(n.b, at)})`
    return `${value(n, at)} > 0.5`
  }
  const read = (n: Load, at: Block): string => {
    // The terms of the address in the order of the loops around it: what an outer loop decides is added up outside.
    const address = value(
      expression(flat(n.from.shape, n.at), (x) => home(x, at).depth),
      at,
    )
    const element = `a${n.from.slot}[${bare(address)}]`
    const tests = unproved(n).flatMap((d) => {
      const x = n.at[d]
      if (x === undefined) return []
      const [low, high] = range(x)
      const [text, size] = [value(x, at, true), n.from.shape[d] ?? 0]
      return [...(low < 0 ? [`${text} >= 0`] : []), ...(high >= size ? [`${text} < ${size}`] : [])]
    })
    return tests.length === 0 ? element : `(${tests.join(" && ")}) ? ${element} : ${literal(n.outside)}`
  }
  const one = (n: UnaryNode, a: string): string => {
    switch (n.fn) {
      case "neg":
        return `-${a}`
      case "not":
        return n.dtype === "bool" ? `1 - ${a}` : `-1 - ${a}`
      default:
        return `Math.${n.fn}(${bare(a)})`
    }
  }
  const two = (n: BinaryNode, at: Block): string => {
    // These are written twice.
    const twice = n.dtype === "i32" && (n.fn === "div" || n.fn === "rem" || n.fn === "and")
    const [a, b] = [value(n.a, at, twice), value(n.b, at, twice)]
    if (n.dtype === "bool") return ofTruths(n, a, b)
    switch (n.fn) {
      case "add":
        if (n.b.op === "const" && n.b.value < 0) return `${a} - ${literal(-n.b.value)}`
        return `${a} + ${b}`
      case "sub":
      case "mul":
        return `${a} ${infix[n.fn]} ${b}`
      case "min":
      case "max":
      case "pow":
      case "atan2":
        return `Math.${n.fn}(${bare(a)}, ${bare(b)})`
      case "polygamma":
        throw cannot("polygamma of that order", n.dtype)
      case "div":
      case "rem":
        return n.dtype === "i32" ? divided(n, a, b, at) : `${a} ${infix[n.fn]} ${b}`
      case "and":
      case "or":
      case "xor":
        return bits(n, a, b)
      case "shl":
        return `${a} * ${2 ** shift(n)}`
      case "shr":
        return `Math.floor(${a} * ${literal(2 ** -shift(n))})`
    }
  }
  /** Integers of at least 0 by one above 0. */
  const divided = (n: BinaryNode, a: string, b: string, at: Block): string => {
    if (n.b.op === "const" && range(n.a)[0] >= 0 && range(n.a)[1] < 2 ** 22) {
      const quotient = `Math.floor((${a} + 0.5) / ${b})`
      return n.fn === "div" ? quotient : `${a} - ${quotient} * ${b}`
    }
    // The quotient of a division that is an ulp off may be one off; its remainder tells, for it is exact.
    const [quotient, rest] = [`q${names++}`, `q${names++}`]
    at.code.push(`const ${quotient} = Math.floor(${a} / ${b});`, `const ${rest} = ${a} - ${quotient} * ${b};`)
    const [less, more] = n.fn === "div" ? [`${quotient} - 1`, `${quotient} + 1`] : [`${rest} + ${b}`, `${rest} - ${b}`]
    return `(${rest} < 0) ? ${less} : ((${rest} >= ${b}) ? ${more} : ${n.fn === "div" ? quotient : rest})`
  }
  const printFold = (asked: Fold, at: Block): void => {
    const folds = together.get(asked) ?? [asked]
    const id = names++
    const index = `k${id}`
    const inner = block(at, [[asked.index, index]])
    const held = folds.map((n, f) =>
      n.bodies.map((_, p) => `s${id}${folds.length > 1 ? `_${f}` : ""}${n.bodies.length > 1 ? `_${p}` : ""}`),
    )
    folds.forEach((n, f) => {
      const units = unitOf(
        n.monoid,
        n.bodies.map((x) => x.dtype),
      )
      held[f]?.forEach((name, p) => {
        at.code.push(`let ${name} = ${literal(units[p] ?? 0)};`)
        at.memo.set(foldKey(n, p), name)
      })
    })
    const lines = folds.map((n, f) => {
      if (n.index !== asked.index) throw internal("folds that share a loop have one index")
      const own = held[f] ?? []
      const pair = own.length > 1
      // An index that is folded becomes the float that the fold holds: GLSL chooses between two of one type only.
      const fresh = n.bodies.map((x) =>
        pair && isIndex(x) ? `Math.fround(${value(x, inner)})` : value(x, inner, pair),
      )
      const [acc, next] = combineVars(n.monoid, n.bodies)
      const named = (vars: readonly Var[], texts: readonly string[]) => vars.map((v, p) => [v, texts[p] ?? ""] as const)
      const step = block(inner, [...named(acc, own), ...named(next, fresh)])
      // Of a pair, both are computed before either is replaced.
      const combined = combine(n.monoid, acc, next).map((x) => bare(value(x, step, pair)))
      return [...step.code, ...own.map((name, p) => `${name} = ${combined[p]};`)]
    })
    const body = [...inner.code, ...lines.flat()]
    const counter = integers ? `n${id}` : index
    if (integers) at.code.push(`let ${index} = this.output.x;`, `${index} = 0;`)
    at.code.push(
      `for (let ${counter} = 0; ${counter} < ${asked.index.size}; ${counter}++) {`,
      ...body.map((l) => `  ${l}`),
      ...(integers ? [`  ${index}++;`] : []),
      "}",
    )
  }
  return { value }
}

/**
 * A variable that gpu.js on WebAssembly holds as an integer. It makes floats of those that begin as one; what begins as an
 * output's size, which to gpu.js is a literal, and is counted up somewhere stays what it is.
 */
const integer = (name: string, text: string): readonly string[] => [
  `let ${name} = this.output.x;`,
  `${name}++;`,
  `${name} = ${bare(text)};`,
]

/** The parts of a pair share one loop. */
const foldKey = (n: Fold, part = n.part): string =>
  `${n.monoid} ${part} ${n.index.size} ${n.bodies.map((b) => b.id).join(" ")}`
