/**
 * The transpose of a Loop that is linear in one input, read off its meaning: out[i] = sum over k of f(i, k) x[at(i, k)]
 * becomes x'[at(i, k)] += f(i, k) g[i]. One rule for every indexing operation and every contraction; `gatherSide` then
 * turns it into a map wherever `at` can be solved for the scattered indices.
 */

import { isFloat } from "../../../dtype.ts"
import { internal } from "../../../errors.ts"
import { derivedOnce, flagKey } from "../../tables.ts"
import { gatherSide } from "../gather-side.ts"
import { input, type Loop, outputIndices, prefixLoop, resultsOf, scatterLoop, viewLoop } from "../loop.ts"
import { binary, cast, constant, type Input, type Load, load, type Scalar, select, unary, type Var } from "../scalar.ts"
import { openFold, slotsOf, substitute } from "../walk.ts"
import { prune } from "./inputs.ts"

/** One Loop whose input `cotangent` is the cotangent (of the result, or what `first` made of it); other inputs are operands. */
export interface TransposedTerm {
  readonly loop: Loop
  /** For each input: the operand's position, or "cotangent". */
  readonly sources: readonly (number | "cotangent")[]
}
/** The transpose with respect to one operand: the sum of the terms. `first`, a running sum, is applied to the cotangent before. */
export interface LoopTranspose {
  readonly first: Loop | undefined
  readonly terms: readonly TransposedTerm[]
}

const once = derivedOnce<Loop, LoopTranspose>()

/**
 * The cotangent of operand `slot` for the cotangent of result `result`, where the Loop is linear in all `linear` operands
 * together: t * b + a * s is linear in (t, s), and the cotangent of t does not know of s. Throws where it is not.
 */
export function transposeLoop(loop: Loop, slot: number, result: number, linear: readonly boolean[]): LoopTranspose {
  return once(loop, `${slot} ${result} ${flagKey(linear)}`, () => derive(loop, slot, result, linear))
}

/** `factor(g)` is what one read of the linear input contributes to its cotangent when the result's is g. */
interface Term {
  readonly read: Load
  readonly over: readonly Var[]
  readonly factor: (g: Scalar) => Scalar
}

function derive(loop: Loop, slot: number, result: number, linear: readonly boolean[]): LoopTranspose {
  const terms = (n: Scalar): readonly Term[] => linearTerms(n, slot, linear)
  const like = loop.inputs[slot]
  const out = resultsOf(loop)[result]
  if (like === undefined || out === undefined) throw internal(`no input ${slot} or result ${result} to transpose`)
  // The cotangent takes the slot of the operand it belongs to: that operand's value is unknown and cannot be read.
  const cotangent = input(slot, out.dtype, loop.form === "view" ? loop.shape : out.shape)
  const inputs = loop.inputs.map((x) => (x.slot === slot ? cotangent : x))
  const scatterTo = (terms: readonly Term[], indices: readonly Var[], g: Scalar): readonly TransposedTerm[] =>
    terms.map((t) => scattered(t, like, inputs, indices, g, slot))
  switch (loop.form) {
    case "map": {
      const body = loop.bodies[result]
      if (body === undefined) throw internal(`no result ${result}`)
      return { first: undefined, terms: scatterTo(terms(body), loop.indices, load(cotangent, loop.indices)) }
    }
    case "prefix": {
      if (loop.monoid !== "sum") throw internal(`the transpose of a running ${loop.monoid} cannot be derived; write it`)
      const running = input(0, out.dtype, loop.shape)
      const first = prefixLoop([running], loop.shape, { ...loop, reverse: !loop.reverse }, (...i) => load(running, i))
      const body = load(cotangent, outputIndices(loop.shape))
      return { first, terms: scatterTo(terms(loop.body), loop.indices, body) }
    }
    case "scatter": {
      const started = scatterTo(terms(loop.init), loop.indices, load(cotangent, loop.indices))
      const added = scatterTo(terms(loop.value), loop.over, load(cotangent, loop.at))
      return { first: undefined, terms: [...started, ...added] }
    }
    case "view":
      return {
        first: undefined,
        terms: [{ loop: viewLoop(input(0, out.dtype, loop.shape), like.shape), sources: ["cotangent"] }],
      }
    case "routine":
      throw internal(`the transpose of the routine ${loop.routine.name} cannot be derived; write it`)
  }
}

function scattered(
  t: Term,
  like: Input,
  inputs: readonly Input[],
  indices: readonly Var[],
  g: Scalar,
  slot: number,
): TransposedTerm {
  const over = [...indices, ...t.over]
  const loop = scatterLoop(
    inputs,
    like.shape,
    over.map((v) => v.size),
    () => constant(0, like.dtype),
    (...r) => {
      const by = new Map<Var, Scalar>(over.map((v, k) => [v, r[k] ?? v]))
      const put = (n: Scalar): Scalar => substitute(n, by)
      return { at: t.read.at.map(put), value: put(t.factor(g)) }
    },
  )
  const pruned = prune(gatherSide(loop) ?? loop)
  return { loop: pruned.loop, sources: pruned.from.map((s) => (s === slot ? "cotangent" : s)) }
}

/** `n` as a sum of reads of the linear input, each with its factor; throws where it is not linear in that input. */
function linearTerms(n: Scalar, slot: number, linear: readonly boolean[]): readonly Term[] {
  const depends = dependsOn(slot)
  const notLinear = (): Error =>
    internal(`a ${"fn" in n ? n.fn : n.op} of a linear input is not linear: its transpose cannot be derived`)
  // A part that depends on no unknown has no place in a linear function.
  const constantPart = (x: Scalar): readonly Term[] => {
    if ((x.op === "const" && x.value === 0) || [...slotsOf(x)].some((s) => linear[s] === true)) return []
    throw notLinear()
  }
  if (!depends(n)) return constantPart(n)
  const through = (x: Scalar, wrap: (g: Scalar) => Scalar): readonly Term[] =>
    depends(x) ? linearTerms(x, slot, linear).map((t) => ({ ...t, factor: (g) => t.factor(wrap(g)) })) : constantPart(x)
  switch (n.op) {
    case "load":
      if (n.at.some(depends) || n.outside !== 0) throw notLinear()
      return [{ read: n, over: [], factor: (g) => g }]
    case "unary":
      if (n.fn !== "neg") throw notLinear()
      return through(n.a, (g) => unary("neg", g))
    case "cast":
      if (!isFloat(n.dtype) || !isFloat(n.a.dtype)) throw notLinear()
      return through(n.a, (g) => cast(n.a.dtype, g))
    case "select":
      if (depends(n.test)) throw notLinear()
      // A branch without unknowns (the border of a pad, where's other side) must be 0 for the whole to be linear, and has
      // no cotangent to take; that it is 0 is known when it runs.
      return [
        ...(depends(n.a) ? through(n.a, (g) => select(n.test, g, constant(0, n.dtype))) : []),
        ...(depends(n.b) ? through(n.b, (g) => select(n.test, constant(0, n.dtype), g)) : []),
      ]
    case "binary": {
      const { a, b } = n
      if (n.fn === "add") return [...through(a, (g) => g), ...through(b, (g) => g)]
      if (n.fn === "sub") return [...through(a, (g) => g), ...through(b, (g) => unary("neg", g))]
      if (n.fn === "mul" && !depends(b)) return through(a, (g) => binary("mul", g, b))
      if (n.fn === "mul" && !depends(a)) return through(b, (g) => binary("mul", a, g))
      if (n.fn === "div" && !depends(b)) return through(a, (g) => binary("div", g, b))
      throw notLinear()
    }
    case "fold": {
      if (n.monoid !== "sum") throw notLinear()
      const [index, [body]] = openFold(n)
      if (body === undefined) throw notLinear()
      return linearTerms(body, slot, linear).map((t) => ({ ...t, over: [index, ...t.over] }))
    }
    default:
      throw notLinear()
  }
}

const dependsOn = (slot: number): ((n: Scalar) => boolean) => {
  const known = new Map<Scalar, boolean>()
  return (n) => {
    let answer = known.get(n)
    if (answer === undefined) {
      answer = slotsOf(n).has(slot)
      known.set(n, answer)
    }
    return answer
  }
}
