/**
 * Prints a Loop as the source of a gpu.js kernel: an ordinary JavaScript function, one thread for each output element.
 *
 * Numbers are f32; i32 is exact to 2^24, and what may be larger has been rewritten before (limbs.ts); a bool is 0 or 1.
 * Loop bounds are literals, because gpu.js stops every other loop after 1000 rounds; a read that may fall outside is
 * tested, because the backends clamp it or give NaN.
 */
import { EngineError, internal } from "../../autodiff/errors.ts"
import { expression, flat, range, unproved } from "../../autodiff/program/loop/affine.ts"
import { combine, combineVars } from "../../autodiff/program/loop/combine.ts"
import { type MapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { unitOf } from "../../autodiff/program/loop/monoid.ts"
import type {
  BinaryNode,
  CastNode,
  CompareNode,
  Fold,
  Load,
  Scalar,
  UnaryNode,
  Var,
} from "../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../autodiff/program/loop/walk.ts"
import { type Block as BlockOf, binding, block, home } from "../compile/place.ts"
import { bare, isCall, literal } from "./text.ts"

type Block = BlockOf<string, string>

export interface KernelSource {
  /** What `gpu.createKernel(source, { output })` takes; the arguments are the Loop's inputs, flat, in order. */
  readonly source: string
  readonly output: readonly number[]
}

/**
 * The kernel of a map with one result. Inputs that are scalars are arrays of one element.
 *
 * ```ts
 * // const { source, output } = printKernel(loop)
 * // gpu.createKernel(source, { output: [...output] })(a0, a1)
 * ```
 */
export function printKernel(loop: MapLoop): KernelSource {
  const [body, ...others] = loop.bodies
  if (body === undefined || others.length > 0) throw internal(`a kernel has one result, this map ${loop.bodies.length}`)
  const { output, code, bound } = threadIndices(loop)
  const print = (uses: Map<string, number>, inlines: boolean): readonly string[] => {
    const root = block<string, string>(undefined)
    const main = block(root, bound)
    main.code.push(...code)
    const result = printer(uses, inlines).value(body, main)
    return [...root.code, ...main.code, `return ${bare(result)};`]
  }
  // Once to count how often each value is used, and once more to write those used once where they are used.
  const uses = new Map<string, number>()
  print(uses, false)
  const lines = print(uses, true)
  const parameters = loop.inputs.map((x) => `a${x.slot}`).join(", ")
  return { source: `function(${parameters}) {\n${lines.map((l) => `  ${l}`).join("\n")}\n}`, output }
}

/** The last axes are thread.x, .y and .z; further leading axes are divided out of z. */
function threadIndices({ shape, indices }: MapLoop) {
  const rank = shape.length
  const leading = Math.max(0, rank - 2)
  const output = [shape[rank - 1] ?? 1, shape[rank - 2] ?? 1, sizeOf(shape.slice(0, leading))].slice(
    0,
    Math.max(1, Math.min(3, rank)),
  )
  const code: string[] = []
  let rest = "this.thread.z"
  const bound = indices.map((v, d): readonly [Var, string] => {
    if (v.size === 1) return [v, "0"]
    if (d === rank - 1) return [v, "this.thread.x"]
    if (d === rank - 2) return [v, "this.thread.y"]
    const below = sizeOf(shape.slice(d + 1, leading))
    if (below === 1) return [v, rest]
    // Half a step keeps the quotient right where a GPU's division is an ulp off.
    code.push(
      `const ${v.name} = Math.floor((${rest} + 0.5) / ${below});`,
      `const z${d} = ${rest} - ${v.name} * ${below};`,
    )
    rest = `z${d}`
    return [v, v.name]
  })
  return { output, code, bound }
}

const infix = { add: "+", sub: "-", mul: "*", div: "/", rem: "%", lt: "<", le: "<=", eq: "===", ne: "!==" } as const

/** Longer expressions get a name even if they are used once. */
const longest = 60

function printer(uses: Map<string, number>, inlines: boolean) {
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
    own.code.push(`const ${name} = ${text};`)
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
        return `Math.${n.fn}(${bare(a)}, ${bare(b)})`
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
  const printFold = (n: Fold, at: Block): void => {
    const id = names++
    const index = `k${id}`
    const units = unitOf(
      n.monoid,
      n.bodies.map((x) => x.dtype),
    )
    const held = n.bodies.map((_, p) => (n.bodies.length > 1 ? `s${id}_${p}` : `s${id}`))
    held.forEach((name, p) => {
      at.code.push(`let ${name} = ${literal(units[p] ?? 0)};`)
      at.memo.set(foldKey(n, p), name)
    })
    const inner = block(at, [[n.index, index]])
    const fresh = n.bodies.map((x) => value(x, inner, held.length > 1))
    const [acc, next] = combineVars(n.monoid, n.bodies)
    const named = (vars: readonly Var[], texts: readonly string[]) => vars.map((v, p) => [v, texts[p] ?? ""] as const)
    const step = block(inner, [...named(acc, held), ...named(next, fresh)])
    // Of a pair, both are computed before either is replaced.
    const combined = combine(n.monoid, acc, next).map((x) => bare(value(x, step, held.length > 1)))
    const lines = [...inner.code, ...step.code, ...held.map((name, p) => `${name} = ${combined[p]};`)]
    at.code.push(`for (let ${index} = 0; ${index} < ${n.index.size}; ${index}++) {`, ...lines.map((l) => `  ${l}`), "}")
  }
  return { value }
}

/** The parts of a pair share one loop. */
const foldKey = (n: Fold, part = n.part): string =>
  `${n.monoid} ${part} ${n.index.size} ${n.bodies.map((b) => b.id).join(" ")}`

const ofTruths = (n: BinaryNode, a: string, b: string): string => {
  switch (n.fn) {
    case "and":
    case "mul":
    case "min":
      return `${a} * ${b}`
    case "or":
    case "add":
    case "max":
      return `Math.max(${a}, ${b})`
    case "xor":
    case "sub":
      return `(${a} === ${b}) ? 0 : 1`
    default:
      throw cannot(n.fn, n.dtype)
  }
}
/** Of integers in [0, 65536); a mask of low bits also of negative ones. */
const bits = (n: BinaryNode, a: string, b: string): string => {
  const mask = n.b.op === "const" ? n.b.value + 1 : 0
  if (n.fn === "and" && mask > 0 && Number.isInteger(Math.log2(mask)))
    return `${a} - Math.floor(${a} * ${literal(1 / mask)}) * ${mask}`
  return `${a} ${n.fn === "and" ? "&" : n.fn === "or" ? "|" : "^"} ${b}`
}
const shift = (n: BinaryNode): number => {
  if (n.b.op !== "const") throw cannot(`${n.fn} by a count that is not constant`, n.dtype)
  return n.b.value
}
const convert = (n: CastNode, operand: (named: boolean) => string): string => {
  if (n.dtype === "bool") return `(${operand(false)} !== 0) ? 1 : 0`
  // gpu.js computes with indices in 32-bit integers, which wrap where a float would not.
  if (n.dtype === "f32" && n.a.dtype === "i32" && isIndex(n.a)) return `Math.fround(${bare(operand(false))})`
  if (n.dtype !== "i32" || n.a.dtype !== "f32") return operand(false)
  const a = operand(true)
  return `(${a} < 0) ? Math.ceil(${a}) : Math.floor(${a})`
}
/** Arithmetic of indices alone: what is read or folded is a float in gpu.js. */
const isIndex = (n: Scalar): boolean => !nodesOf(n).some((x) => x.op === "load" || x.op === "fold" || x.op === "cast")
const cannot = (what: string, dtype: string): EngineError =>
  new EngineError("gpujs-print", `gpujs has no ${what} on ${dtype}: use the wasm engine, await setEngine("wasm")`, {
    what,
    dtype,
  })
