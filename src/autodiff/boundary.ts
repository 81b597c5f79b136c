/**
 * Where values meet their public types. Inside, every tensor is a Value whose shape is data; outside, shapes are types that
 * the signatures in `signatures/` compute. The two are held together by tests (test/shape/wording.test.ts, types/), not
 * by the compiler, and this is the one cast that says so.
 */
import { CotangentError } from "./errors.ts"
import { showType } from "./program/type.ts"
import { asyncFunction } from "./shape/messages.ts"
import { Value } from "./value.ts"

export const typed = <T>(implementation: unknown): T => implementation as T

export type AnyFunction = (...args: readonly unknown[]) => unknown

/** What users hand to a transform, checked to be a function. */
export function functionArgument(op: string, f: unknown): AnyFunction {
  if (typeof f === "function") return (...args) => Reflect.apply(f, undefined, args)
  const found =
    f instanceof Value ? showType(f.type) : f instanceof Promise ? "a promise" : f === null ? "null" : typeof f
  throw new CotangentError("function", `${op}: takes a function, got ${found}; write ${op}(f)(x), not ${op}(f(x))`)
}
/** A result that is no promise: by the time it came, the transform would be over. */
export function notAsync(op: string, result: unknown): unknown {
  if (typeof result === "object" && result !== null && "then" in result && typeof result.then === "function") {
    if (result instanceof Promise) result.catch(() => undefined)
    throw new CotangentError("async", asyncFunction(op))
  }
  return result
}
