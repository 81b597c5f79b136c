/**
 * A scatter read from its destination: which source indices land on output element i? Where `at(r) = i` can be solved
 * the scatter becomes a map, so the derived transposes of broadcast, pad, slices, contractions and convolutions are plain
 * maps and contractions again. Derived transposes use it, and so do engines that cannot scatter.
 */
import { type Affine, affine, expression, range } from "./affine.ts"
import { type MapLoop, mapLoop, type ScatterLoop, sizeOf } from "./loop.ts"
import { binary, compare, constant, foldAll, freeVars, type Scalar, select, type Var } from "./scalar.ts"
import { substitute } from "./walk.ts"

/**
 * The map that computes the same as `loop`, or undefined where an index cannot be solved (a loaded index such as
 * `which[r]`) or the map would visit far more elements than the scatter does.
 */
export function gatherSide(loop: ScatterLoop): MapLoop | undefined {
  const solved = solve(loop)
  if (solved.stuck) return undefined
  const visited = sizeOf(loop.shape) * sizeOf(solved.rest.map((r) => r.size))
  const scattered = sizeOf(loop.shape) + sizeOf(loop.over.map((r) => r.size))
  // A strided convolution tests every tap for divisibility, so it visits stride^2 elements for each that it uses.
  return visited > 16 * scattered ? undefined : write(loop, solved)
}

/** The map for engines without scatter: an axis that cannot be solved becomes a sum over all sources that tests each. */
export const gatherBySum = (loop: ScatterLoop): MapLoop => write(loop, solve(loop))

interface Solved {
  /** The source indices that are still summed over. */
  readonly rest: readonly Var[]
  /** What must hold for a source to land on the element. */
  readonly tests: readonly Scalar[]
  readonly value: Scalar
  /** Whether a coordinate that depends on a source index could not be solved. */
  readonly stuck: boolean
}

function solve(loop: ScatterLoop): Solved {
  let rest = loop.over
  let at = loop.at
  let value = loop.value
  let tests: readonly Scalar[] = []
  let stuck = false
  // Coordinates that are a source index by itself come first: they cost nothing, and take an option from the others.
  const order = loop.indices.map((_, d) => d).sort((d, e) => Number(at[d]?.op !== "var") - Number(at[e]?.op !== "var"))
  for (const d of order) {
    const [i, coordinate] = [loop.indices[d], at[d]]
    if (i === undefined || coordinate === undefined) continue
    const form = affine(coordinate)
    const r = choose(form, rest)
    if (r === undefined) {
      stuck ||= rest.some((v) => freeVars(coordinate).has(v))
      tests = [...tests, compare("eq", coordinate, i)]
      continue
    }
    const by = form.terms.get(r) ?? 1
    const others = new Map(form.terms)
    others.delete(r)
    const ahead = binary("sub", i, expression({ base: form.base, terms: others }))
    const source = by === 1 ? ahead : by === -1 ? binary("sub", constant(0), ahead) : binary("div", ahead, by)
    if (Math.abs(by) !== 1) tests = [...tests, compare("eq", binary("rem", ahead, by), 0)]
    if (!readsZeroOutside(value, r, rest.length > 1)) {
      const [low, high] = range(source)
      if (low < 0) tests = [...tests, compare("le", constant(0), source)]
      if (high >= r.size) tests = [...tests, compare("lt", source, r.size)]
    }
    const put = (n: Scalar): Scalar => substitute(n, new Map([[r, source]]))
    at = at.map(put)
    value = put(value)
    tests = tests.map(put)
    rest = rest.filter((v) => v !== r)
  }
  return { rest, tests, value, stuck }
}

/** The longest index that occurs in the form and nowhere inside a term that is not affine: what is left is summed over. */
function choose(form: Affine, rest: readonly Var[]): Var | undefined {
  const step = (v: Var): number => Math.abs(form.terms.get(v) ?? 0)
  return rest
    .filter((v) => form.terms.has(v) && ![...form.terms.keys()].some((t) => t.op !== "var" && freeVars(t).has(v)))
    .sort((v, w) => w.size - v.size || step(v) - step(w))[0]
}

/**
 * Whether the value is 0 by itself wherever `r` lies outside its range: a load along r that reads 0 there. In a sum also
 * a product with one, which keeps a contraction a contraction (there, as in a padded convolution, 0 * Infinity is NaN).
 */
const readsZeroOutside = (n: Scalar, r: Var, summed: boolean): boolean =>
  n.op === "load"
    ? n.outside === 0 && n.at.some((x, d) => x === r && n.from.shape[d] === r.size)
    : summed &&
      n.op === "binary" &&
      n.fn === "mul" &&
      (readsZeroOutside(n.a, r, true) || readsZeroOutside(n.b, r, true))

function write(loop: ScatterLoop, { rest, tests, value }: Solved): MapLoop {
  const zero = constant(0, loop.init.dtype)
  const where = (all: readonly Scalar[], x: Scalar): Scalar => {
    const [first, ...others] = all
    return first === undefined
      ? x
      : select(
          others.reduce((p, q) => binary("and", p, q), first),
          x,
          zero,
        )
  }
  const inner = (test: Scalar): boolean => rest.some((r) => freeVars(test).has(r))
  const sum = foldAll(
    "sum",
    rest.map((r) => r.size),
    (ks) => {
      const by = new Map(rest.map((r, k) => [r, ks[k] ?? r] as const))
      return where(
        tests.filter(inner).map((t) => substitute(t, by)),
        substitute(value, by),
      )
    },
  )
  const landed = where(
    tests.filter((t) => !inner(t)),
    sum,
  )
  const startsAtZero = loop.init.op === "const" && loop.init.value === 0
  return mapLoop(loop.inputs, loop.shape, () => (startsAtZero ? landed : binary("add", loop.init, landed)))
}
