/** The Loop of an operation on operands of given types, found again instead of being stated anew. */
import type { Loop } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"
import type { TensorType } from "../program/type.ts"

const loops = new Map<string, Loop>()
const bound = 1 << 14

export function meaningOf(operation: LoopOperation, types: readonly TensorType[]): Loop {
  let key = operation.key
  for (const t of types) key += `|${t.id}`
  let loop = loops.get(key)
  if (loop === undefined) {
    if (loops.size >= bound) loops.clear()
    loop = operation.meaning(types.map((t) => t.array))
    loops.set(key, loop)
  }
  return loop
}
