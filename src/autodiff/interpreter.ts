/**
 * The current interpreter. Every operation goes to it; a transform puts its own in place while it runs a function, and
 * runs each of its rules under the one that was current before. Nothing else in the library is dynamic state.
 */
import { internal } from "./errors.ts"
import type { Operation } from "./program/operation.ts"
import type { Value } from "./value.ts"

export interface Interpreter {
  /** As users know it: "grad", "vmap", "jit". */
  readonly name: string
  readonly bind: (operation: Operation, operands: readonly Value[]) => readonly Value[]
}

let current: Interpreter | undefined

/** The interpreter that concrete tensors meet; set once, by `src/install.ts`. */
let base: Interpreter | undefined
export const installBase = (interpreter: Interpreter): void => {
  base = interpreter
}

export function currentInterpreter(): Interpreter {
  const found = current ?? base
  if (found === undefined) throw internal("no interpreter is installed")
  return found
}

export const bind = (operation: Operation, operands: readonly Value[]): readonly Value[] =>
  currentInterpreter().bind(operation, operands)

/** For operations with one result. */
export function bindOne(operation: Operation, ...operands: readonly Value[]): Value {
  const [out] = bind(operation, operands)
  if (out === undefined) throw internal(`${operation.name} gave no result`)
  return out
}

/** Runs `f` under an interpreter; what was current before is current again after success and after a throw. */
export function under<R>(interpreter: Interpreter, f: () => R): R {
  const before = current
  current = interpreter
  try {
    return f()
  } finally {
    current = before
  }
}
