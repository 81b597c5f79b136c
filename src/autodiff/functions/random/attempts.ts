/**
 * Rejection for every element at once: rounds of attempts until each has accepted one. Each element has counters of its own
 * (the number of the block in the high word, the element in the low one), so what it draws depends on the key and its place.
 */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { concat } from "../../primitives/concat.ts"
import { sizeOf } from "../../program/loop/loop.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import { whileLoop } from "../../transforms/while-loop.ts"
import type { Tensor } from "../../types/tensor.ts"
import type { Value } from "../../value.ts"
import { add } from "../arithmetic.ts"
import { logicalAnd, logicalNot, where } from "../logic.ts"
import { any } from "../reductions/truth.ts"
import { blocks, checkDraw, counters, encipher, type Reals, shaped, u32, type Words } from "./words.ts"

export type Truths = Tensor<Shape, "bool">
/** The words of a key that no draw of the user's can have: a loop may use it as often as it likes. */
export type OwnWords = Tensor<readonly [2], "u32">

export function ownWords(op: string, key: unknown, shape: Shape): OwnWords {
  checkDraw(op, key, shape)
  const [x, y] = blocks(op, key, "draw", u32(0))
  return typed(bindOne(concat.along(0), shaped(x, [1]), shaped(y, [1])))
}
/** Block `number` of each element. */
export function blockOf(words: OwnWords, number: number | Tensor<readonly [], "u32">, shape: Shape): Words {
  const high: Value = typeof number === "number" ? u32(number) : typed(number)
  const [x, y] = encipher(typed(words), high, counters(sizeOf(shape)))
  return [shaped(x, shape), shaped(y, shape)]
}
/** An attempt of every element, from blocks that are drawn for it: what it found, and whether that is to be taken. */
export type Attempt = (block: (k: number) => Words) => { readonly found: Reals; readonly accepted: Truths }

interface State {
  readonly result: Reals
  readonly waiting: Truths
  /** The first block of the next round. */
  readonly next: Tensor<readonly [], "u32">
}
/**
 * What each pending element accepts first; the others keep what `start` has. An attempt uses `used` blocks; block 0 is never
 * among them. An element that could never accept must not be pending.
 */
export function untilAccepted(words: OwnWords, start: Reals, pending: Truths, used: number, attempt: Attempt): Reals {
  const { result } = whileLoop(
    (state: State) => any(state.waiting),
    ({ result, waiting, next }: State): State => {
      const { found, accepted } = attempt((k) => blockOf(words, add(next, k), start.shape))
      const taken = logicalAnd(waiting, accepted)
      return {
        result: where(taken, found, result),
        waiting: logicalAnd(waiting, logicalNot(accepted)),
        next: add(next, used),
      }
    },
    { result: start, waiting: pending, next: typed<State["next"]>(u32(1)) },
  )
  return result
}
