/**
 * Folds as loops of their own, for engines whose threads share nothing: a fold that does not depend on every output index
 * would be computed again by each thread (softmax's maximum and sum, say), and a fold over integers that may leave 2^24
 * has no accumulator to live in, so it becomes a tree of halvings.
 */
import { internal } from "../../autodiff/errors.ts"
import { combine } from "../../autodiff/program/loop/combine.ts"
import { type ArrayType, input, type MapLoop, mapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { unitOf } from "../../autodiff/program/loop/monoid.ts"
import {
  binary,
  constant,
  type Fold,
  freeVars,
  type Input,
  load,
  type Scalar,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { rewrite, substitute } from "../../autodiff/program/loop/walk.ts"
import { isSmall } from "./limbs.ts"
import { type Sequence, sequenceOf } from "./sequence.ts"

export function hoistFolds(loop: MapLoop): Sequence {
  const { push, finish, arrays } = sequenceOf(loop.inputs)
  const outputs = new Set<Var>(loop.indices)
  const readers = new Map<Scalar, Scalar>()
  const inputs = (): readonly Input[] => arrays.map((t, slot) => input(slot, t.dtype, t.shape))
  const all = (): readonly number[] => arrays.map((_, k) => k)
  const read = (array: number, at: readonly Scalar[]): Scalar => {
    const t = arrays[array]
    if (t === undefined) throw internal("a hoisted fold without its array")
    return load(input(array, t.dtype, t.shape), at)
  }

  const hoist = (n: Fold): Scalar => {
    const over = [...freeVars(n)]
    const shape = over.map((v) => v.size)
    const at = (indices: readonly Scalar[]): ReadonlyMap<Var, Scalar> =>
      new Map(over.map((v, d) => [v, indices[d] ?? v]))
    if (n.bodies.every(isSmall) && isSmall(n)) {
      const [made] = push(
        mapLoop(inputs(), shape, (...i) => substitute(n, at(i))),
        all(),
      )
      return read(made ?? -1, over)
    }
    // Elements first, the folded axis last; then halves are combined until one element is left.
    const size = n.index.size
    let parts = push(
      mapLoop(inputs(), [...shape, size], (...i) => {
        const by = new Map([...at(i), [n.index, i.at(-1) ?? n.index]])
        return n.bodies.map((b) => substitute(b, by))
      }),
      all(),
    )
    const units = unitOf(
      n.monoid,
      n.bodies.map((b) => b.dtype),
    )
    for (let left = size; left > 1; left = Math.ceil(left / 2)) {
      const half = Math.ceil(left / 2)
      const types: readonly ArrayType[] = parts.map((p) => arrays[p] ?? missing())
      const own = types.map((t, slot) => input(slot, t.dtype, t.shape))
      parts = push(
        mapLoop(own, [...shape, half], (...i) => {
          const far = [...i.slice(0, -1), binary("add", i.at(-1) ?? missing(), half)]
          return combine(
            n.monoid,
            own.map((x) => load(x, i)),
            own.map((x, p) => load(x, far, units[p])),
          )
        }),
        parts,
      )
    }
    return read(parts[n.part] ?? -1, [...over, constant(0)])
  }

  const change = (n: Scalar): Scalar => {
    if (n.op !== "fold") return n
    if (n.index.size === 0)
      return constant(
        unitOf(
          n.monoid,
          n.bodies.map((b) => b.dtype),
        )[n.part] ?? 0,
        n.dtype,
      )
    const free = freeVars(n)
    const shared =
      [...free].every((v) => outputs.has(v)) && sizeOf(loop.indices.filter((v) => !free.has(v)).map((v) => v.size)) > 1
    if (!shared && n.bodies.every(isSmall) && isSmall(n)) return n
    let reader = readers.get(n)
    if (reader === undefined) {
      reader = hoist(n)
      readers.set(n, reader)
    }
    return reader
  }
  const bodies = loop.bodies.map((b) => rewrite(b, change))
  return finish(
    push(
      mapLoop(inputs(), loop.shape, () => bodies),
      all(),
    ),
  )
}
const missing = (): never => {
  throw internal("a tree of halvings without its parts")
}
