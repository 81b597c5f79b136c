/** Matchers for `expect.extend`, in vitest or in anything that has jest's. */
import { flatten } from "../autodiff/tree.ts"
import { Value } from "../autodiff/value.ts"
import { type Closeness, close } from "./close/close.ts"
import { indexAt } from "./close/leaf.ts"

/** What a matcher answers. `message` is what to say where the answer was not the one expected. */
export interface Matched {
  readonly pass: boolean
  readonly message: () => string
}

/** The first element that is NaN or infinite, or undefined. */
function firstNotFinite(x: unknown): string | undefined {
  const { leaves, paths } = flatten(x, "result")
  for (const [k, leaf] of leaves.entries()) {
    const data = leaf.dataSync()
    const at = data.findIndex((v) => !Number.isFinite(v))
    if (at >= 0) return `${paths[k]}[${indexAt(leaf.shape, at).join(", ")}] is ${data[at]}`
  }
  return undefined
}

/**
 * The matchers that `import "cotangent/testing/vitest"` adds, to add them yourself: `expect.extend(matchers)`.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { matchers } from "cotangent/testing"
 * console.log(matchers.toHaveShape(tensor([1, 2]), [3]).message())
 * ```
 */
export const matchers = {
  toBeCloseTensor(received: unknown, expected: unknown, options: Closeness = {}): Matched {
    const report = close(received, expected, options)
    return { pass: report.close, message: () => `toBeCloseTensor: ${report.message}` }
  },
  toBeFiniteTensor(received: unknown): Matched {
    const found = firstNotFinite(received)
    return {
      pass: found === undefined,
      message: () => `toBeFiniteTensor: ${found ?? "every element is finite, and one was expected not to be"}`,
    }
  },
  toHaveShape(received: unknown, expected: readonly number[]): Matched {
    const shape = received instanceof Value ? received.shape : undefined
    const found = shape === undefined ? `no tensor but ${typeof received}` : `[${shape.join(", ")}]`
    const pass = shape !== undefined && `${shape}` === `${expected}` && shape.length === expected.length
    return {
      pass,
      message: () => `toHaveShape: the shape is ${found}, expected ${pass ? "any other" : `[${expected.join(", ")}]`}`,
    }
  },
} as const
