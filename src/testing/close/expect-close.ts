import { type Closeness, close } from "./close.ts"

/**
 * Throws unless two tensors (or nested arrays, typed arrays, numbers, trees of them) have the same shapes and close
 * elements: what `close` reports, as an error. Its message names the worst element, both values and their distance.
 *
 * @param options `ulps`, or `rtol` and `atol` as in NumPy; an element passes when either allows it. Without any, 4 ulps.
 * @throws Error where structures or shapes differ or an element is too far off. EngineError on an engine that cannot
 * block; read first: `expectClose(await x.array(), …)`.
 * @example
 * ```ts
 * import { exp, log, tensor } from "cotangent"
 * import { expectClose } from "cotangent/testing"
 * expectClose(log(exp(tensor([0.5, 1]))), [0.5, 1], { rtol: 1e-6 })
 * ```
 */
export function expectClose(actual: unknown, expected: unknown, options: Closeness = {}): void {
  const report = close(actual, expected, options)
  if (!report.close) throw new Error(`expectClose: ${report.message}`)
}
