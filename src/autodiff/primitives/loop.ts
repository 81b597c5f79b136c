import type { Loop } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"

/**
 * The operation that a derived rule makes: a Loop without a file of its own. `name` says what it was derived from, for
 * reading; the Loop is the identity.
 */
export const derivedOperation = (name: string, loop: Loop): LoopOperation => ({
  kind: "loop",
  name,
  params: {},
  key: `loop ${loop.id}`,
  meaning: () => loop,
})
