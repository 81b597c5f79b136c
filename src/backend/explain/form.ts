/** What kind of kernel a Loop is. */
import type { Loop } from "../../autodiff/program/loop/loop.ts"
import { freeVars } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../autodiff/program/loop/walk.ts"
import type { KernelForm } from "../../autodiff/signatures/inspection.ts"
import { asContraction, sizeOfAxes } from "../compile/contraction.ts"
import { tallyOf } from "../compile/tally.ts"

/** @param packs whether the engine copies the operands of this product into panels. */
export function formOf(loop: Loop, packs: (loop: Loop) => boolean): KernelForm {
  if (loop.form !== "map") return { kind: loop.form === "view" ? "copy" : loop.form }
  const product = asContraction(loop)
  if (product !== undefined) {
    const { outer, m, n, k } = product
    const depth = k.reduce((p, v) => p * v.size, 1)
    return {
      kind: "product",
      batch: sizeOfAxes(outer),
      m: sizeOfAxes(m),
      n: sizeOfAxes(n),
      k: depth,
      packed: packs(loop),
    }
  }
  const folds = nodesOf(...loop.bodies).filter((x) => x.op === "fold")
  if (folds.length === 0) return { kind: tallyOf(loop).operations === 0 ? "copy" : "map" }
  // A fold that does not depend on every index is one for many elements of the result.
  const wide = loop.indices.filter((v) => v.size > 1)
  const bound = new Set(folds.map((f) => f.index))
  const isOutermost = (f: (typeof folds)[number]): boolean => [...freeVars(f)].every((v) => !bound.has(v))
  const isShared = folds.some((f) => isOutermost(f) && wide.some((v) => !freeVars(f).has(v)))
  return { kind: isShared ? "rows" : "reduction" }
}
