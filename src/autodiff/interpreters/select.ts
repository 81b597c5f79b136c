/** Choices between values of any dtype. */
import { bindOne } from "../interpreter.ts"
import { keyToWords, wordsToKey } from "../primitives/key-words.ts"
import { reshape } from "../primitives/reshape.ts"
import { where } from "../primitives/where.ts"
import type { Value } from "../value.ts"

/** `test ? a : b`, element by element, all three broadcast. Keys are chosen by their words and stay keys. */
export function selectValue(test: Value, a: Value, b: Value): Value {
  if (a.dtype !== "key" || b.dtype !== "key") return bindOne(where.operation, test, a, b)
  const words = [a, b].map((x) => bindOne(keyToWords.operation, x))
  // Without the further axis, a test [2] would choose between the two words of one key.
  const stretched = bindOne(reshape.to([...test.shape, 1]), test)
  return bindOne(wordsToKey.operation, bindOne(where.operation, stretched, ...words))
}

/** The same for whole examples: `test` has one answer for each row of a and b. */
export const selectExamples = (test: Value, a: Value, b: Value): Value =>
  selectValue(bindOne(reshape.to([...test.shape, ...a.shape.slice(1).map(() => 1)]), test), a, b)
