/**
 * Where the largest or smallest element is, in two folds that engines are fast at: find it, then the first index at which
 * it stands. Pairs of a value and an index cost three times as much for each element.
 */
import { isPaired } from "../../autodiff/program/loop/monoid.ts"
import {
  binary,
  closeFold,
  compare,
  constant,
  type Fold,
  type Scalar,
  select,
} from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, openFold, rewrite } from "../../autodiff/program/loop/walk.ts"

/** Positions of the best of what is read, as the first index that has it. What is computed would be computed twice. */
export function splitWinners(root: Scalar): Scalar {
  return nodesOf(root).some(isPosition) ? rewrite(root, (n) => (isPosition(n) ? firstOf(n) : n)) : root
}
const isPosition = (n: Scalar): n is Fold =>
  n.op === "fold" && isPaired(n.monoid) && n.part === 1 && n.bodies[0]?.op === "load" && n.bodies[1] === n.index

function firstOf(n: Fold): Scalar {
  const [k, [value]] = openFold(n)
  if (value === undefined) return n
  const best = closeFold(n.monoid === "argmax" ? "max" : "min", k, [value])
  // The first NaN wins over all; with one the best is NaN and equals nothing.
  const isBest = binary("or", compare("eq", value, best), compare("ne", value, value))
  return closeFold("min", k, [select(isBest, k, constant(2 ** 31 - 1))])
}
