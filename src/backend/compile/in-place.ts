/** Which operands a Loop may write its results over: those it reads nowhere but where it is about to write. */
import { type Affine, flat, unproved } from "../../autodiff/program/loop/affine.ts"
import type { Loop } from "../../autodiff/program/loop/loop.ts"
import type { Scalar } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, slotsOf } from "../../autodiff/program/loop/walk.ts"
import { scalarsOf } from "./narrow.ts"

/**
 * The slots of the inputs whose every read is at the output index. Such an input may share its bytes with one result that
 * is as long, on an engine that computes all results of an index before it writes any of them.
 */
export function readInPlace(loop: Loop): ReadonlySet<number> {
  let known = inPlace.get(loop)
  if (known === undefined) {
    known = findInPlace(loop)
    inPlace.set(loop, known)
  }
  return known
}
const inPlace = new WeakMap<Loop, ReadonlySet<number>>()
function findInPlace(loop: Loop): ReadonlySet<number> {
  if (loop.form === "view" || loop.form === "routine") return new Set()
  const slots = new Set(loop.inputs.map((x) => x.slot))
  const here = moving(flat(loop.shape, loop.indices))
  for (const n of nodesOf(...scalarsOf(loop))) {
    if (n.op !== "load" || !slots.has(n.from.slot)) continue
    const form = flat(n.from.shape, n.at)
    const isHere = form.base === 0 && unproved(n).length === 0 && isSame(moving(form), here)
    if (!isHere) slots.delete(n.from.slot)
  }
  // What a scatter adds is read while results are already there.
  if (loop.form === "scatter") for (const slot of slotsOf(...loop.at, loop.value)) slots.delete(slot)
  return slots
}

/** The terms that can be anything but 0. */
const moving = ({ terms }: Affine): readonly (readonly [Scalar, number])[] =>
  [...terms].filter(([term]) => term.op !== "var" || term.size !== 1)
function isSame(a: ReturnType<typeof moving>, b: ReturnType<typeof moving>): boolean {
  const of = new Map(b)
  return a.length === b.length && a.every(([term, by]) => of.get(term) === by)
}
