/**
 * Contractions with four rows to a thread: what is read once for one row is read once for all four. gpu.js returns at most
 * four numbers from a thread.
 */
import { type MapLoop, mapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import {
  binary,
  children,
  type Fold,
  freeVars,
  type Load,
  type Scalar,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, substitute } from "../../autodiff/program/loop/walk.ts"

const width = 4
/** Below so many rounds of the innermost loop, taking the results apart costs more than is won. */
const leastWork = 2 ** 17
const leastRounds = 16

export interface RowBlocks {
  /** One body for each row of a block. */
  readonly loop: MapLoop
  readonly together: ReadonlyMap<Fold, readonly Fold[]>
  readonly block: { readonly width: number; readonly apart: number }
}

export function rowBlocks(loop: MapLoop): RowBlocks | undefined {
  const [body] = loop.bodies
  const fold = body === undefined ? undefined : onlyFold(body)
  const last = loop.indices.at(-1)
  if (body === undefined || fold === undefined || last === undefined) return undefined
  const rounds = roundsOf(fold)
  if (rounds < leastRounds || rounds * sizeOf(loop.shape) < leastWork) return undefined
  const loads = nodesOf(fold).filter((n): n is Load => n.op === "load")
  const sharedBy = (v: Var): number => loads.filter((n) => freeVars(n).has(last) && !freeVars(n).has(v)).length
  const rows = loop.indices
    .slice(0, -1)
    .filter((v) => v.size % width === 0 && freeVars(fold).has(v) && sharedBy(v) > 0)
    .sort((v, w) => sharedBy(v) - sharedBy(w))
    .at(-1)
  if (rows === undefined) return undefined
  const axis = loop.indices.indexOf(rows)
  const shape = loop.shape.map((n, d) => (d === axis ? n / width : n))
  const blocked = mapLoop(loop.inputs, shape, (...i) => {
    const block = i[axis] ?? rows
    return Array.from({ length: width }, (_, r) => {
      const row = binary("add", binary("mul", block, width), r)
      return substitute(body, new Map(loop.indices.map((v, d): [Var, Scalar] => [v, d === axis ? row : (i[d] ?? v)])))
    })
  })
  const together = new Map<Fold, readonly Fold[]>()
  return sideBySide(blocked.bodies, together)
    ? { loop: blocked, together, block: { width, apart: sizeOf(loop.shape.slice(axis + 1)) } }
    : undefined
}

/** Notes the folds of bodies that differ in their row alone; whether that could be done all the way down. */
function sideBySide(bodies: readonly Scalar[], together: Map<Fold, readonly Fold[]>): boolean {
  const folds = bodies.flatMap((b) => onlyFold(b) ?? [])
  const [first] = folds
  if (first === undefined) return true
  const alike = folds.every((n) => n.index === first.index && n.monoid === first.monoid && n.bodies.length === 1)
  // A fold that knows no row is one fold.
  if (!alike || new Set(folds).size !== bodies.length) return false
  for (const n of folds) together.set(n, folds)
  const inner = folds.flatMap((n) => n.bodies)
  return inner.every((b) => !nodesOf(b).some((n) => n.op === "fold")) || sideBySide(inner, together)
}

/** The one outermost fold of an expression. */
function onlyFold(root: Scalar): Fold | undefined {
  const found = new Set<Fold>()
  const seen = new Set<Scalar>()
  const visit = (n: Scalar): void => {
    if (seen.has(n)) return
    seen.add(n)
    if (n.op === "fold") found.add(n)
    else for (const c of children(n)) visit(c)
  }
  visit(root)
  const [first] = found
  return found.size === 1 ? first : undefined
}
function roundsOf(n: Fold): number {
  const [only] = n.bodies
  const inner = only === undefined ? undefined : onlyFold(only)
  return n.index.size * (inner === undefined ? 1 : roundsOf(inner))
}
