/** The Loops of one round of a scan, told for all rounds at once. */
import { internal } from "../../autodiff/errors.ts"
import type { MapLoop } from "../../autodiff/program/loop/loop.ts"
import { type Input, load, type Scalar, type Var } from "../../autodiff/program/loop/scalar.ts"
import { rewrite, substitute } from "../../autodiff/program/loop/walk.ts"

/** The only result of a round's Loop at `i`, in round t: what has a row for each round is read at row t of `from`. */
export function inRound(
  { bodies, indices }: MapLoop,
  i: readonly Var[],
  t: Var,
  from: readonly Input[],
  isRow: (slot: number) => boolean,
): Scalar {
  const [body] = bodies
  if (body === undefined || bodies.length !== 1) throw internal("a round's Loop of several results")
  const named = substitute(body, new Map(indices.map((v, d) => [v, i[d] ?? v])))
  return rewrite(named, (n) => {
    const to = n.op === "load" ? from[n.from.slot] : undefined
    if (n.op !== "load" || to === undefined) return n
    return load(to, isRow(n.from.slot) ? [t, ...n.at] : n.at, n.outside)
  })
}
