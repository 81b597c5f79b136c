/**
 * In which order the operands of an einsum meet. A product of all at once would cost the product of all sizes; two at a
 * time, each sums at once what nothing later names.
 */

/** One contraction: the operands at these positions leave the list, and the result goes to its end. */
export interface Step {
  readonly operands: readonly number[]
  readonly inputs: readonly (readonly string[])[]
  readonly output: readonly string[]
  /** Products that it forms. */
  readonly cost: number
}
type Names = readonly string[]
type Sizes = ReadonlyMap<string, number>

/** Up to this many operands every order is considered, by subsets: 3^8 splits. */
const exhaustive = 8

const unique = (names: Names): Names => [...new Set(names)]
const volume = (names: Names, sizes: Sizes): number => names.reduce((n, name) => n * (sizes.get(name) ?? 1), 1)
/** What is left of `names` where only `wanted` are read later. */
const kept = (names: Names, wanted: ReadonlySet<string>): Names => unique(names).filter((name) => wanted.has(name))

/** Names that both operands have come first, as a batch; then the left one's and the right one's: a product of matrices. */
function resultOf(a: Names, b: Names, wanted: ReadonlySet<string>): Names {
  const [left, right] = [kept(a, wanted), kept(b, wanted)]
  const shared = left.filter((name) => right.includes(name))
  return [...shared, ...left.filter((n) => !shared.includes(n)), ...right.filter((n) => !shared.includes(n))]
}

/** The steps that lead from the operands to the output, the last of which gives it. */
export function contractionOrder(inputs: readonly Names[], output: Names, sizes: Sizes): readonly Step[] {
  const steps: Step[] = []
  const list = [...inputs]
  const apply = (operands: readonly number[], result: Names): void => {
    const taken = operands.map((at) => list[at] ?? [])
    steps.push({ operands, inputs: taken, output: result, cost: volume(unique(taken.flat()), sizes) })
    for (const at of [...operands].sort((a, b) => b - a)) list.splice(at, 1)
    list.push(result)
  }
  const wantedBeside = (...own: readonly number[]): ReadonlySet<string> =>
    new Set([...output, ...list.flatMap((names, at) => (own.includes(at) ? [] : names))])

  // What one operand alone can sum, or take the diagonal of, makes it smaller before it meets another.
  if (inputs.length > 1)
    for (let at = 0, seen = 0; seen < inputs.length; seen++) {
      const names = list[at] ?? []
      const result = kept(names, wantedBeside(at))
      if (result.length < names.length) apply([at], result)
      else at++
    }
  if (list.length <= 1) {
    if (inputs.length === 1) apply([0], output)
    return steps
  }
  for (const [a, b] of list.length <= exhaustive ? best(list, output, sizes) : greedy(list, output, sizes))
    apply([a, b], list.length === 2 ? output : resultOf(list[a] ?? [], list[b] ?? [], wantedBeside(a, b)))
  return steps
}

type Pairs = readonly (readonly [number, number])[]
/** Positions in the shrinking list, for a tree of pairs over the first positions. */
type Tree = number | readonly [Tree, Tree]

/** The cheapest tree, by the cheapest of every subset. */
function best(list: readonly Names[], output: Names, sizes: Sizes): Pairs {
  interface Plan {
    readonly tree: Tree
    readonly names: Names
    readonly cost: number
  }
  const all = (1 << list.length) - 1
  const wantedOutside = (set: number): ReadonlySet<string> =>
    new Set([...output, ...list.flatMap((names, at) => ((set >> at) & 1 ? [] : names))])
  const plans = new Map<number, Plan>(list.map((names, at) => [1 << at, { tree: at, names, cost: 0 }]))
  for (let set = 1; set <= all; set++) {
    if (plans.has(set)) continue
    const wanted = wantedOutside(set)
    let found: Plan | undefined
    // Each split once: the part with the lowest operand is the left one.
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      const [a, b] = [plans.get(part), plans.get(set ^ part)]
      if ((part & (set & -set)) === 0 || a === undefined || b === undefined) continue
      const cost = a.cost + b.cost + volume(unique([...a.names, ...b.names]), sizes)
      if (found === undefined || cost < found.cost)
        found = { tree: [a.tree, b.tree], names: resultOf(a.names, b.names, wanted), cost }
    }
    if (found !== undefined) plans.set(set, found)
  }
  return positions(plans.get(all)?.tree ?? 0, list.length)
}
/** The tree's pairs in the order in which they run. */
function positions(tree: Tree, count: number): Pairs {
  const pairs: (readonly [number, number])[] = []
  const ids = Array.from({ length: count }, (_, k) => k)
  let next = count
  const visit = (node: Tree): number => {
    if (typeof node === "number") return node
    const [left, right] = [visit(node[0]), visit(node[1])]
    pairs.push([ids.indexOf(left), ids.indexOf(right)])
    for (const id of [left, right]) ids.splice(ids.indexOf(id), 1)
    ids.push(next)
    return next++
  }
  visit(tree)
  return pairs
}

/** Always the pair that adds the least memory, and of those the one that costs least. */
function greedy(given: readonly Names[], output: Names, sizes: Sizes): Pairs {
  const pairs: (readonly [number, number])[] = []
  const list = [...given]
  while (list.length > 1) {
    let found:
      | { readonly pair: readonly [number, number]; readonly names: Names; readonly score: readonly number[] }
      | undefined
    for (let a = 0; a < list.length; a++)
      for (let b = a + 1; b < list.length; b++) {
        const [left, right] = [list[a] ?? [], list[b] ?? []]
        const wanted = new Set([...output, ...list.flatMap((names, at) => (at === a || at === b ? [] : names))])
        const names = resultOf(left, right, wanted)
        const grown = volume(names, sizes) - volume(left, sizes) - volume(right, sizes)
        const score = [grown, volume(unique([...left, ...right]), sizes)]
        const better =
          found === undefined ||
          (score[0] ?? 0) < (found.score[0] ?? 0) ||
          (score[0] === found.score[0] && (score[1] ?? 0) < (found.score[1] ?? 0))
        if (better) found = { pair: [a, b], names, score }
      }
    if (found === undefined) break
    pairs.push(found.pair)
    list.splice(found.pair[1], 1)
    list.splice(found.pair[0], 1)
    list.push(found.names)
  }
  return pairs
}
