import { DTypeError } from "../errors.ts"
import { bind } from "../interpreter.ts"
import { inputsOf, viewLoop } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"
import { typeOf } from "../program/type.ts"
import { type Entry, loopOperation, operand } from "./primitive.ts"

/**
 * A key as its two words, u32 [..., 2], and back: the same bytes under another type. The batch rule is written because a
 * derived Loop would forget that one side is a key.
 */
export const keyToWords: Entry & { readonly operation: LoopOperation } = {
  name: "keyToWords",
  operation: loopOperation(
    "keyToWords",
    {},
    (types) => {
      const type = operand("keyToWords", types[0])
      const [x] = inputsOf([type])
      return viewLoop(x ?? { slot: 0, ...type }, type.shape)
    },
    { batch: (values) => ({ values: bind(keyToWords.operation, values), batched: [true] }) },
  ),
  cases: [],
}
export const wordsToKey: Entry & { readonly operation: LoopOperation } = {
  name: "wordsToKey",
  operation: loopOperation(
    "wordsToKey",
    {},
    (types) => {
      const type = operand("wordsToKey", types[0])
      if (type.dtype !== "u32" || type.shape.at(-1) !== 2)
        throw new DTypeError("key", `a key is made of u32 words [..., 2], got ${type.dtype}[${type.shape.join(", ")}]`)
      const [x] = inputsOf([type])
      return viewLoop(x ?? { slot: 0, ...type }, type.shape)
    },
    {
      results: ([type]) => [typeOf("key", type?.shape.slice(0, -1) ?? [])],
      batch: (values) => ({ values: bind(wordsToKey.operation, values), batched: [true] }),
    },
  ),
  cases: [],
}
