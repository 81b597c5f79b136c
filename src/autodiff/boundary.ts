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

/** How operations are called that take functions and values together; every other one is `op(f)(x)`. */
const calls: Readonly<Record<string, string>> = {
  scan: "scan((carry, x) => [carry, y], init, xs)",
  forLoop: "forLoop(lower, upper, (i, state) => state, init)",
  whileLoop: "whileLoop((state) => test, (state) => state, init)",
  cond: "cond(predicate, (x) => …, (x) => …, x)",
  switchOn: "switchOn(index, [(x) => …, (x) => …], x)",
  linearSolve: "linearSolve(matvec, b, { solve: (matvec, b) => … })",
  customJvp: "customJvp(f, ([x], [dx]) => [out, tangentOut])",
  customVjp: "customVjp(f, { forward, backward })",
  withEngine: 'withEngine("reference", () => …)',
  "tree.map": "tree.map((x) => …, tree)",
}
/** What users hand to a transform, checked to be a function. */
export function functionArgument(op: string, f: unknown): AnyFunction {
  if (typeof f === "function") return (...args) => Reflect.apply(f, undefined, args)
  const found =
    f instanceof Value ? showType(f.type) : f instanceof Promise ? "a promise" : f === null ? "null" : typeof f
  const call = calls[op]
  throw new CotangentError(
    "function",
    `${op}: takes a function, got ${found}; write ${call ?? `${op}(f)(x), not ${op}(f(x))`}`,
  )
}
/** A result that is no promise: by the time it came, the transform would be over. */
export function notAsync(op: string, result: unknown): unknown {
  if (typeof result === "object" && result !== null && "then" in result && typeof result.then === "function") {
    if (result instanceof Promise) result.catch(() => undefined)
    throw new CotangentError("async", asyncFunction(op))
  }
  return result
}
