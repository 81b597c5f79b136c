/**
 * Where generated code computes a value: in the innermost block that binds one of its indices. Row kernels, hoisted
 * addresses and common subexpressions are all this one rule.
 */
import { internal } from "../../autodiff/errors.ts"
import { freeVars, type Scalar, type Var } from "../../autodiff/program/loop/scalar.ts"

/**
 * A stretch of code under construction. Blocks of an unfinished outer loop only grow at their end, so what is hoisted
 * into one always precedes the loop that it was hoisted out of.
 */
export interface Block<C, B> {
  readonly code: C[]
  /** What has been computed here, by a key of the generator's own. */
  readonly memo: Map<string, B>
  readonly bound: ReadonlyMap<Var, B>
  readonly parent: Block<C, B> | undefined
  readonly depth: number
}

export const block = <C, B>(
  parent: Block<C, B> | undefined,
  bound: readonly (readonly [Var, B])[] = [],
): Block<C, B> => ({
  code: [],
  memo: new Map(),
  bound: new Map(bound),
  parent,
  depth: parent === undefined ? 0 : parent.depth + 1,
})

export function binding<C, B>(v: Var, at: Block<C, B>): B {
  for (let b: Block<C, B> | undefined = at; b !== undefined; b = b.parent) {
    const found = b.bound.get(v)
    if (found !== undefined) return found
  }
  throw internal(`index ${v.name} is read where nothing binds it`)
}

export function home<C, B>(n: Scalar, at: Block<C, B>): Block<C, B> {
  const free = freeVars(n)
  let b = at
  while (b.parent !== undefined && !bindsAny(b, free)) b = b.parent
  return b
}
function bindsAny<C, B>(b: Block<C, B>, free: ReadonlySet<Var>): boolean {
  for (const v of b.bound.keys()) if (free.has(v)) return true
  return false
}
