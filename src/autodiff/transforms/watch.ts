/** Watching every operation of a function, those inside its loops, branches and jitted parts too. */
import { type AnyFunction, functionArgument } from "../boundary.ts"
import { bind, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import { evalProgram, traceClosed } from "../interpreters/trace.ts"
import type { Operation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import type { Value } from "../value.ts"
import { callOperation } from "./call.ts"
import { condOperation } from "./cond.ts"
import { scanOperation } from "./scan-operation.ts"
import { whileOperation } from "./while-loop.ts"

/** What a result is replaced by: itself, perhaps with a claim about it. */
export type Watch = (operation: Operation, operands: readonly Value[], result: Value) => Value

/** The same function, each of its results handed to `watch` under the interpreter that was current. */
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
      return inside === operation ? results.map((x) => watch(operation, operands, x)) : results
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
      // Only jit is its program and nothing else; the others keep rules of their own.
      return operation.name === "jit"
        ? callOperation(program, "jit")
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
