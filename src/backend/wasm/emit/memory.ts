/** Reading and writing elements: addresses, and the tests of what may lie outside. */
import { bytesOf } from "../../../autodiff/dtype.ts"
import { type Affine, flat, range, unproved } from "../../../autodiff/program/loop/affine.ts"
import {
  binary,
  bitcast,
  compare,
  constant,
  type Input,
  type Load,
  type Scalar,
} from "../../../autodiff/program/loop/scalar.ts"
import { home } from "../../compile/place.ts"
import { add, and, type Code, choose, loadFrom, storeTo, v128 } from "../encode.ts"
import { lanes, localType } from "../instructions.ts"
import { constantCode, constantLanes, type Emitter, keepI32, type Nest, pointer, width } from "./emitter.ts"

/** How far vector reads may reach beyond a tensor, and addresses below the first one: the heap leaves this much free at its ends. */
export const guard = 1 << 16

interface Address {
  readonly code: Code
  /** Added by the instruction itself. */
  readonly offset: number
}

/**
 * Terms are added outermost first, so that all but the innermost are hoisted; the multiple of the innermost index is one
 * value that every access with that stride shares.
 */
export function addressOf(e: Emitter, form: Affine, to: Input, b: Nest): Address {
  const bytes = bytesOf(to.dtype)
  const base = form.base * bytes
  // An instruction's offset is added without wrapping, so it must not have to make up for a sum below the heap's start.
  let lowest = 0
  for (const [term, by] of form.terms) lowest += Math.min(range(term)[0] * by, range(term)[1] * by) * bytes
  const offset = base >= 0 && lowest >= -guard ? base : 0
  const depth = (n: Scalar): number => home(n, b).depth
  const terms = [...form.terms].sort(([x], [y]) => depth(x) - depth(y))
  const inner = depth(terms.at(-1)?.[0] ?? constant(0))
  const outside = terms.filter(([term]) => depth(term) < inner)
  const fixed = outside.reduce<Scalar>(
    (s, [term, by]) => binary("add", s, binary("mul", term, by * bytes)),
    pointer(to.slot),
  )
  const start = e.heldScalar(binary("add", fixed, base - offset), b)
  const moving = terms
    .slice(outside.length)
    .map(([term, by]): Code => [e.heldScalar(binary("mul", term, by * bytes), b), add])
  return { code: [start, moving], offset }
}

/** 0 <= at < size in one unsigned comparison. */
export const isInside = (at: Scalar, size: number): Scalar => compare("lt", bitcast("u32", at), constant(size, "u32"))

/** Whether every coordinate that needs a test is inside, as code for one word; undefined where none needs one. */
export function testCode(
  e: Emitter,
  shape: readonly number[],
  at: readonly Scalar[],
  axes: readonly number[],
  b: Nest,
): Code | undefined {
  const tests = axes.map((d) => e.scalar(isInside(at[d]!, shape[d]!), b))
  return tests.length === 0 ? undefined : tests.reduce((p, q) => [p, q, and])
}

export function scalarLoad(e: Emitter, n: Load, b: Nest): Code {
  const test = testCode(e, n.from.shape, n.at, unproved(n), b)
  const { code, offset } = addressOf(e, flat(n.from.shape, n.at), n.from, b)
  const type = localType(n.dtype)
  const read = loadFrom(type, code, offset)
  return test === undefined ? read : choose(test, type, read, constantCode(n.dtype, n.outside))
}

/** Four lanes at a time, for a load whose stride in the lane index is 1. */
export function vectorLoad(e: Emitter, n: Load, b: Nest, count: number): readonly Code[] {
  const tests = unproved(n)
  const alike = tests.filter((d) => width(n.at[d]!, b) === 0)
  const test = testCode(e, n.from.shape, n.at, alike, b)
  const whole = test === undefined || count === 1 ? test : keepI32(e, b, test)
  const masks = tests
    .filter((d) => !alike.includes(d))
    .map((d) => e.heldVectors(isInside(n.at[d]!, n.from.shape[d]!), b, count))
  const { code, offset } = addressOf(e, flat(n.from.shape, n.at), n.from, b)
  const outside = constantLanes(e, n.dtype, n.outside)
  return Array.from({ length: count }, (_, u): Code => {
    let read: Code = loadFrom(v128, code, offset + 16 * u)
    if (n.dtype === "bool") read = [read, constantLanes(e, "i32", 0), lanes.notEqual]
    const mask = masks
      .map((m) => m[u]!)
      .reduce<Code | undefined>((p, q) => (p === undefined ? q : [p, q, lanes.and]), undefined)
    // Without the test for any lane at all, an address far outside the heap would trap.
    if (mask !== undefined) {
      const blended: Code = [read, outside, mask, lanes.bitselect]
      read = choose([mask, lanes.anyTrue], v128, blended, outside)
    }
    return whole === undefined ? read : choose(whole, v128, read, outside)
  })
}

/** Lanes follow one another in memory: stride 1 in the lane index. */
export function store(e: Emitter, what: readonly Code[], form: Affine, to: Input, b: Nest, wide: boolean): Code {
  const { code, offset } = addressOf(e, form, to, b)
  if (!wide) return storeTo(localType(to.dtype), code, what[0]!, offset)
  return what.map((w, u): Code => {
    const words: Code = to.dtype === "bool" ? [w, constantLanes(e, "i32", 1), lanes.and] : w
    return storeTo(v128, code, words, offset + 16 * u)
  })
}
