/** Text as whole numbers: one for each character. */
import { typed } from "../../autodiff/boundary.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { typeOf } from "../../autodiff/program/type.ts"
import { fromNumbers } from "../../autodiff/tensor.ts"
import type { Tensor } from "../../autodiff/types/tensor.ts"

/** Characters in code point order, and the ways between a text and the numbers of its characters. */
export interface Vocabulary {
  readonly characters: readonly string[]
  /** i32 `[n]`. @throws CotangentError (`character`) for one that the vocabulary does not have. */
  readonly encode: (text: string) => Tensor<[number], "i32">
  /** @throws CotangentError (`character`) for a number out of range. */
  readonly decode: (tokens: ArrayLike<number>) => string
}

/**
 * The vocabulary of the characters of a text; a character is a code point, so that an emoji is one.
 *
 * @example
 * ```ts
 * import { vocabularyOf } from "cotangent/io"
 * const { characters, encode, decode } = vocabularyOf("to be or not")
 * console.log(characters.length, decode(await encode("boot").data()))
 * ```
 */
export function vocabularyOf(text: string): Vocabulary {
  const characters = [...new Set(text)].toSorted((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))
  const numbers = new Map(characters.map((character, k) => [character, k]))
  return {
    characters,
    encode: (given) => {
      const tokens = Int32Array.from([...given], (character, at) => {
        const token = numbers.get(character)
        if (token !== undefined) return token
        throw new CotangentError(
          "character",
          `encode: ${JSON.stringify(character)} at ${at} is none of the ${characters.length} characters of the vocabulary`,
        )
      })
      return typed(fromNumbers(typeOf("i32", [tokens.length]), tokens))
    },
    decode: (tokens) =>
      Array.from(tokens, (token) => {
        const character = characters[token]
        if (character !== undefined) return character
        throw new CotangentError(
          "character",
          `decode: ${token} is no number of a character; there are ${characters.length}`,
        )
      }).join(""),
  }
}
