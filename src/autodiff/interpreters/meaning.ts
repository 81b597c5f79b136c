/** What an operation means on operands of given types, found again instead of being stated anew. */
import { type Loop, resultsOf } from "../program/loop/loop.ts"
import type { LoopOperation, Operation } from "../program/operation.ts"
import { fromArray, type TensorType } from "../program/type.ts"

interface Meaning {
  readonly loop: Loop
  readonly results: readonly TensorType[]
}
const meanings = new Map<string, Meaning>()
/** A program has hundreds; an endless variety of shapes would leak, so the oldest goes. */
const bound = 1 << 14

function find(operation: LoopOperation, types: readonly TensorType[]): Meaning {
  let key = operation.key
  for (const t of types) key += `|${t.id}`
  let meaning = meanings.get(key)
  if (meaning === undefined) {
    const [oldest] = meanings.size >= bound ? meanings.keys() : []
    if (oldest !== undefined) meanings.delete(oldest)
    const loop = operation.meaning(types.map((t) => t.array))
    meaning = { loop, results: operation.results?.(types, loop) ?? resultsOf(loop).map(fromArray) }
    meanings.set(key, meaning)
  }
  return meaning
}

/** The Loop; throws what the user should read where the operands do not fit. */
export const meaningOf = (operation: LoopOperation, types: readonly TensorType[]): Loop => find(operation, types).loop

/** The types of an operation's results, its operands checked on the way. */
export const resultTypes = (operation: Operation, types: readonly TensorType[]): readonly TensorType[] =>
  operation.kind === "loop" ? find(operation, types).results : operation.results(types)
