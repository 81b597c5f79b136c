/** A Program over other floats: `retype(program, "f64")` is the oracle of float32 code, run by the same engine. */

import { internal } from "../errors.ts"
import { derivedOperation } from "../primitives/loop.ts"
import { retypeLoop } from "../program/loop/derive/retype.ts"
import type { CondOperation, Operation, ScanOperation, WhileOperation } from "../program/operation.ts"
import {
  type Atom,
  type Equation,
  literal,
  newProgram,
  newVariable,
  type Program,
  type Variable,
} from "../program/program.ts"
import { derivedOnce } from "../program/tables.ts"
import { type TensorType, typeOf } from "../program/type.ts"
import { meaningOf } from "./meaning.ts"

const once = derivedOnce<Program, Program>()

/** Every f32 and f64 of the program becomes `float`, weak scalars included; integers, bools and keys stay. */
export const retype = (program: Program, float: "f32" | "f64"): Program =>
  once(program, float, () => derive(program, float))

const typeOver = (t: TensorType, float: "f32" | "f64"): TensorType =>
  t.dtype === "f32" || t.dtype === "f64" ? typeOf(float, t.shape, t.weak && float === "f64") : t

function derive(program: Program, float: "f32" | "f64"): Program {
  const to = (t: TensorType): TensorType => typeOver(t, float)
  const variables = new Map<Variable, Variable>()
  const variable = (v: Variable): Variable => {
    let out = variables.get(v)
    if (out === undefined) {
      out = newVariable(to(v.type))
      variables.set(v, out)
    }
    return out
  }
  const atom = (a: Atom): Atom => (a.kind === "literal" ? literal(a.value, to(a.type)) : variable(a))
  const equations = program.equations.map(
    (e): Equation => ({
      ...e,
      operation: operationOver(
        e.operation,
        e.inputs.map((a) => a.type),
        float,
      ),
      inputs: e.inputs.map(atom),
      outputs: e.outputs.map(variable),
    }),
  )
  return newProgram({
    name: `${program.name} in ${float}`,
    inputs: program.inputs.map(variable),
    equations,
    outputs: program.outputs.map(atom),
  })
}

function operationOver(operation: Operation, types: readonly TensorType[], float: "f32" | "f64"): Operation {
  switch (operation.kind) {
    case "loop": {
      if (operation.results !== undefined) return operation // keys only, no float in sight
      const loop = meaningOf(operation, types)
      const over = retypeLoop(loop, float)
      if (over === loop) return operation
      // A primitive that means this on other floats stays itself, with the rules that are written for it.
      return meaningOf(
        operation,
        types.map((t) => typeOver(t, float)),
      ) === over
        ? operation
        : derivedOperation(operation.name, over)
    }
    case "program": {
      const program = retype(operation.program, float)
      return {
        ...operation,
        program,
        key: `${operation.key} in ${float}`,
        results: () => program.outputs.map((a) => a.type),
      }
    }
    case "scan": {
      const body = retype(operation.body, float)
      const results = body.outputs.map((a, k) =>
        k < operation.carry ? a.type : typeOf(a.type.dtype, [operation.length, ...a.type.shape]),
      )
      return { ...operation, body, key: `${operation.key} in ${float}`, results: () => results } satisfies ScanOperation
    }
    case "while": {
      const [test, body] = [retype(operation.test, float), retype(operation.body, float)]
      return {
        ...operation,
        test,
        body,
        key: `${operation.key} in ${float}`,
        results: () => body.outputs.map((a) => a.type),
      } satisfies WhileOperation
    }
    case "cond": {
      const branches = operation.branches.map((b) => retype(b, float))
      return {
        ...operation,
        branches,
        key: `${operation.key} in ${float}`,
        results: () => (branches[0]?.outputs ?? []).map((a) => a.type),
      } satisfies CondOperation
    }
    case "check":
      return operation
    case "collective":
    case "opaque":
      throw internal(`${operation.name} cannot be retyped: it never runs by itself`)
  }
}
