/**
 * Claims under vmap. A batched choice runs every branch for every example, and a batched loop goes on for those that have
 * ended: what is computed for an example that did not ask for it is thrown away, so its claims must not be raised.
 */
import { bind, bindOne, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import { evalProgram, programClaims, traceClosed } from "../interpreters/trace.ts"
import { not, or } from "../primitives/bitwise.ts"
import type { Operation } from "../program/operation.ts"
import { type Program, subPrograms } from "../program/program.ts"
import { derivedOnce } from "../program/tables.ts"
import { typeOf } from "../program/type.ts"
import type { Value } from "../value.ts"
import { callOperation, isPlainCall } from "./call.ts"

const once = derivedOnce<Program, Program>()

/** The same Program with a bool in front of its inputs, without which none of its claims is made. */
export const claimingWhere = (program: Program): Program =>
  once(program, "claiming", () =>
    traceClosed(program.name, [typeOf("bool", []), ...program.inputs.map((v) => v.type)], (mine, ...inputs) =>
      mine === undefined ? [] : under(excusing(currentInterpreter(), mine), () => evalProgram(program, inputs)),
    ),
  )

const excusing = (parent: Interpreter, mine: Value): Interpreter => ({
  name: parent.name,
  bind: (operation, operands) => under(parent, () => excused(operation, operands, mine)),
})

function excused(operation: Operation, operands: readonly Value[], mine: Value): readonly Value[] {
  const [x, holds] = operands
  if (operation.kind === "check" && x !== undefined && holds !== undefined)
    return bind(operation, [x, bindOne(or.operation, holds, bindOne(not.operation, mine))])
  const inside = subPrograms(operation)
  if (!inside.some(programClaims)) return bind(operation, operands)
  const programs = inside.map(claimingWhere)
  const [first] = programs
  switch (operation.kind) {
    case "program":
      // Custom rules and solves drop the claims inside them when they are batched, so there is nothing to excuse.
      return first !== undefined && isPlainCall(operation)
        ? bind(callOperation(first, operation.name), [mine, ...operands])
        : bind(operation, operands)
    case "scan":
      return bind(operation.over(programs, 1), [mine, ...operands])
    case "while": {
      const from = operation.testConstants
      return bind(operation.over(programs, 1), [mine, ...operands.slice(0, from), mine, ...operands.slice(from)])
    }
    case "cond":
      return bind(operation.over(programs, 1), [...operands.slice(0, 1), mine, ...operands.slice(1)])
    default:
      return bind(operation, operands)
  }
}
