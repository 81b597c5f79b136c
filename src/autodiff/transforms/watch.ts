/** Watching every operation of a function, those inside its loops, branches and jitted parts too. */
import { type AnyFunction, functionArgument } from "../boundary.ts"
import { bind, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import { evalProgram, traceClosed } from "../interpreters/trace.ts"
import type { Operation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import type { Value } from "../value.ts"
import { callOperation, isPlainCall } from "./call.ts"
import { condOperation } from "./cond.ts"
import { scanOperation } from "./scan-operation.ts"
import { whileOperation } from "./while-loop.ts"

export interface Watch {
  /** What a result is replaced by: itself, perhaps with a claim about it. Not asked for what holds Programs. */
  readonly replace?: (operation: Operation, operands: readonly Value[], result: Value) => Value
  /** Told of every operation once, those that hold Programs too, after what is inside them. */
  readonly met?: (operation: Operation, operands: readonly Value[], results: readonly Value[]) => void
}

/** The same function, each of its operations shown to `watch` under the interpreter that was current. */
export function watched(name: string, f: unknown, watch: Watch): AnyFunction {
  const call = functionArgument(name, f)
  return (...args) => under(watching(name, currentInterpreter(), watch), () => call(...args))
}

const watching = (name: string, parent: Interpreter, watch: Watch): Interpreter => ({
  name,
  bind: (operation, operands) =>
    under(parent, () => {
      const inside = watchInside(name, operation, watch)
      const results = bind(inside, operands)
      // What holds programs has been watched within, where the culprit has a name of its own.
      const { replace } = watch
      const replaced =
        inside === operation && replace !== undefined ? results.map((x) => replace(operation, operands, x)) : results
      watch.met?.(inside, operands, replaced)
      return replaced
    }),
})

/** The operation over watched sub-programs; itself where it has none. */
function watchInside(name: string, operation: Operation, watch: Watch): Operation {
  const over = (program: Program): Program =>
    traceClosed(
      program.name,
      program.inputs.map((v) => v.type),
      (...inputs) => under(watching(name, currentInterpreter(), watch), () => evalProgram(program, inputs)),
    )
  switch (operation.kind) {
    case "program": {
      const program = over(operation.program)
      return isPlainCall(operation)
        ? callOperation(program, operation.name)
        : { ...operation, program, key: `${operation.key} watched ${program.id}` }
    }
    case "scan":
      return scanOperation({ ...operation, body: over(operation.body) })
    case "while":
      return whileOperation({ ...operation, test: over(operation.test), body: over(operation.body) })
    case "cond":
      return condOperation(operation.branches.map(over))
    default:
      return operation
  }
}
