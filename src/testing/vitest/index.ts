/**
 * `import "cotangent/testing/vitest"` adds matchers for tensors to vitest's `expect`. Needs vitest 4, an optional peer
 * dependency. `matchers` is what it adds.
 *
 * @example
 * ```ts
 * import { matchers } from "cotangent/testing"
 * console.log(Object.keys(matchers))
 * ```
 */
import "../../install.ts"
import { expect } from "vitest"
import type { Closeness } from "../close/close.ts"
import { matchers } from "../matchers.ts"

declare module "vitest" {
  interface Matchers<T> {
    /** That a tensor, or a tree of them, is close to another: `{ ulps, rtol, atol }`, 4 ulps unless given. */
    toBeCloseTensor(expected: unknown, options?: Closeness): void
    /** That no element of a tensor, or of a tree of them, is NaN or infinite. */
    toBeFiniteTensor(): void
    /** That a tensor has this shape. */
    toHaveShape(expected: readonly number[]): void
  }
}

expect.extend(matchers)

export { matchers }
