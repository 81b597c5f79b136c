/**
 * Inlining: where a Loop reads what a map computed, the map's expression is put in the place of the read. This is all the
 * fusion there is; a chain, a fold over a product, an epilogue and a row kernel all come of it.
 */
import { internal } from "../../autodiff/errors.ts"
import { unproved } from "../../autodiff/program/loop/affine.ts"
import { input, type Loop, type MapLoop } from "../../autodiff/program/loop/loop.ts"
import {
  binary,
  compare,
  constant,
  type Input,
  type Load,
  load,
  type Scalar,
  select,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { relabel, rewriteLeaves, substitute } from "../../autodiff/program/loop/walk.ts"
import { withScalars } from "./narrow.ts"
import type { Slot } from "./plan.ts"

export interface Step {
  readonly loop: Loop
  /** The plan's slot that each input of the loop is. */
  readonly inputs: readonly Slot[]
}

/** How an element of a view is found in what it is a view of; undefined where that takes divisions. */
export type Coordinates = (at: readonly Scalar[]) => readonly Scalar[]

/**
 * The coordinates in `from` of an element of the same row-major numbers under the shape `seen`. It takes each axis of
 * `from` to be the product of neighbouring axes of `seen`, units aside: i * size + j is affine, while the way back is not.
 */
export function throughView(from: readonly number[], seen: readonly number[]): Coordinates | undefined {
  const groups: (readonly number[])[] = []
  let d = 0
  for (const size of from) {
    const group: number[] = []
    let product = 1
    while (product < size && d < seen.length) {
      product *= seen[d] ?? 1
      group.push(d++)
    }
    if (product !== size) return undefined
    groups.push(group)
  }
  // What is left must be of size 1; an axis of size 0 makes everything empty and anything right.
  if (seen.slice(d).some((n) => n !== 1)) return undefined
  return (at) =>
    groups.map((group) =>
      group
        .filter((axis) => seen[axis] !== 1)
        .reduce<Scalar>(
          (s, axis) => binary("add", binary("mul", s, seen[axis] ?? 1), at[axis] ?? constant(0)),
          constant(0),
        ),
    )
}

/** The reads of input `slot` in `consumer` become the only body of `producer`, a map; `coordinates` leads from one to the other. */
export function inline(
  consumer: Step,
  slot: number,
  producer: Step & { readonly loop: MapLoop },
  coordinates: Coordinates,
): Step {
  const [body] = producer.loop.bodies
  if (body === undefined || producer.loop.bodies.length !== 1) throw internal("a map of several results is inlined")
  const slots: Slot[] = []
  const inputs: Input[] = []
  // One tensor read by both, under one shape, is one input.
  const place = (x: Input, step: Step): Input => {
    const of = step.inputs[x.slot] ?? internalSlot()
    const known = slots.indexOf(of)
    if (known >= 0) return inputs[known] ?? internalSlot()
    const made = input(slots.push(of) - 1, x.dtype, x.shape)
    inputs.push(made)
    return made
  }
  const mine = new Map(consumer.loop.inputs.filter((x) => x.slot !== slot).map((x) => [x.slot, place(x, consumer)]))
  const theirs = new Map(producer.loop.inputs.map((x) => [x.slot, place(x, producer)]))
  const made = relabel(body, (x) => theirs.get(x.slot) ?? internalSlot())
  const change = (n: Load | Var): Scalar => {
    if (n.op !== "load") return n
    if (n.from.slot !== slot) return load(mine.get(n.from.slot) ?? internalSlot(), n.at, n.outside)
    const at = coordinates(n.at)
    const inside = substitute(
      made,
      new Map<Var, Scalar>(producer.loop.indices.map((v, d) => [v, at[d] ?? constant(0)])),
    )
    return guarded(n, inside)
  }
  return { loop: withScalars(consumer.loop, (root) => rewriteLeaves(root, change), inputs), inputs: slots }
}

/** A read that may fall outside keeps its test: outside the producer stands the stated value, not its expression. */
export function guarded(n: Load, inside: Scalar): Scalar {
  const tests = unproved(n).map((d) => {
    const at = n.at[d] ?? constant(0)
    return binary("and", compare("le", constant(0), at), compare("lt", at, n.from.shape[d] ?? 0))
  })
  const [first, ...rest] = tests
  if (first === undefined) return inside
  return select(
    rest.reduce((p, q) => binary("and", p, q), first),
    inside,
    constant(n.outside, n.dtype),
  )
}
const internalSlot = (): never => {
  throw internal("a loop reads an input that it does not have")
}
