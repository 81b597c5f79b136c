import { normaliseAxis } from "./axes.ts"
import { fail } from "./fail.ts"
import { cannotSplit, differOffAxis, joinNothing, ranksDiffer, type Sizes, shapesDiffer } from "./messages.ts"
import { sameShape } from "./sizes.ts"

/** Refuses two shapes that differ anywhere but on `axis`; `asked` is the axis as the user wrote it. */
export function agreeOffAxis(op: string, a: Sizes, b: Sizes, axis: number, asked: number): void {
  if (a.length !== b.length) fail("join", ranksDiffer(op, a, b), { shapes: [a, b] })
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? left
    if (at !== axis && left !== right)
      fail("join", differOffAxis(op, asked, a, b, left, right, at), { axis, shapes: [a, b] })
  }
}

/** Sizes add up on one axis and agree on the others; the message compares with what has been joined so far. */
export function concatShape(shapes: readonly Sizes[], axis: number): Sizes {
  const [first, ...others] = shapes
  if (first === undefined) return fail("join-nothing", joinNothing("concat"))
  const index = normaliseAxis("concat", axis, first)
  return others.reduce((joined, next) => {
    agreeOffAxis("concat", joined, next, index, axis)
    return joined.map((size, at) => (at === index ? size + (next[at] ?? 0) : size))
  }, first)
}

/** A new axis whose size is the number of tensors; its position counts in the result. */
export function stackShape(shapes: readonly Sizes[], axis: number): Sizes {
  const [first, ...others] = shapes
  if (first === undefined) return fail("join-nothing", joinNothing("stack"))
  for (const next of others)
    if (!sameShape(first, next)) fail("join", shapesDiffer("stack", first, next), { shapes: [first, next] })
  const index = normaliseAxis("stack", axis, [...first, shapes.length])
  return [...first.slice(0, index), shapes.length, ...first.slice(index)]
}

/** The shape of each of `parts` equal parts. */
export function splitShape(shape: Sizes, parts: number, axis: number): Sizes {
  const index = normaliseAxis("split", axis, shape)
  const size = (shape[index] ?? 0) / parts
  if (!(parts >= 1) || !Number.isInteger(size)) fail("split", cannotSplit(parts, axis, shape), { parts, axis, shape })
  return shape.map((old, at) => (at === index ? size : old))
}
