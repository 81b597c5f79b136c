/**
 * A scatter read from its destination: which source indices land on output element i? Where `at(r) = i` can be solved
 * the scatter becomes a map, so the derived transposes of broadcast, pad, slices, contractions and convolutions are plain
 * maps and contractions again. Derived transposes use it, and so do engines that cannot scatter.
 */
import { type Affine, affine, expression, range } from "./affine.ts"
import { type MapLoop, mapLoop, type ScatterLoop, sizeOf } from "./loop.ts"
import { binary, compare, constant, foldAll, freeVars, freshIndex, type Scalar, select, type Var } from "./scalar.ts"
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
  // Where the step shares a factor with the dilation, each tap is tested for divisibility and most are visited in vain.
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
    const { sources, kept, test } = solveFor(r, form, i, rest)
    rest = [...rest.filter((v) => !sources.has(v)), ...kept]
    tests = [...tests, ...test]
    for (const [v, source] of sources) {
      if (readsZeroOutside(value, v, rest.length > 0)) continue
      const [low, high] = range(source)
      if (low < 0) tests = [...tests, compare("le", constant(0), source)]
      if (high >= v.size) tests = [...tests, compare("lt", source, v.size)]
    }
    const put = (n: Scalar): Scalar => substitute(n, sources)
    at = at.map(put)
    value = put(value)
    tests = tests.map(put)
  }
  return { rest, tests, value, stuck }
}

/** What the source indices are where `form` reaches i: r is solved for, and perhaps a partner is taken in steps. */
function solveFor(r: Var, form: Affine, i: Var, rest: readonly Var[]) {
  const by = form.terms.get(r) ?? 1
  const without = (...vars: readonly Var[]): Scalar =>
    binary(
      "sub",
      i,
      expression({ base: form.base, terms: new Map([...form.terms].filter(([t]) => !vars.some((v) => v === t))) }),
    )
  const none: readonly Var[] = []
  if (by === 1) return { sources: new Map([[r, without(r)]]), kept: none, test: [] }
  if (by === -1) return { sources: new Map([[r, binary("sub", constant(0), without(r))]]), kept: none, test: [] }
  // i = by r + sign u + …, as in a strided convolution: u steps through its one residue class, so that nothing is visited
  // in vain. The class is that of sign * (i - …), made positive by a multiple of the step.
  const partner =
    by > 1 ? rest.find((u) => u !== r && Math.abs(form.terms.get(u) ?? 0) === 1 && isPlain(form, u)) : undefined
  if (partner !== undefined) {
    const ahead = without(r, partner)
    const negative = form.terms.get(partner) === -1
    const towards = negative ? binary("sub", constant(0), ahead) : ahead
    const shift = Math.ceil(Math.max(0, -range(towards)[0]) / by)
    if (shift * by < 2 ** 30) {
      const positive = binary("add", towards, shift * by)
      const step = freshIndex(Math.ceil(partner.size / by))
      const quotient = binary("sub", binary("sub", binary("div", positive, by), shift), step)
      const sources = new Map<Var, Scalar>([
        [partner, binary("add", binary("mul", step, by), binary("rem", positive, by))],
        [r, negative ? binary("sub", constant(0), quotient) : quotient],
      ])
      return { sources, kept: [step], test: [] }
    }
  }
  const ahead = without(r)
  return {
    sources: new Map([[r, binary("div", ahead, by)]]),
    kept: none,
    test: [compare("eq", binary("rem", ahead, by), 0)],
  }
}

/** The longest index that occurs in the form and nowhere inside a term that is not affine: what is left is summed over. */
function choose(form: Affine, rest: readonly Var[]): Var | undefined {
  const step = (v: Var): number => Math.abs(form.terms.get(v) ?? 0)
  return rest
    .filter((v) => form.terms.has(v) && isPlain(form, v))
    .sort((v, w) => w.size - v.size || step(v) - step(w))[0]
}
const isPlain = (form: Affine, v: Var): boolean =>
  ![...form.terms.keys()].some((t) => t.op !== "var" && freeVars(t).has(v))

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
