/** Tracing: operations are written down as a Program instead of being run. */
import { internal } from "../errors.ts"
import { currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import type { Operation } from "../program/operation.ts"
import {
  type Atom,
  type Equation,
  literal,
  newProgram,
  newVariable,
  type Program,
  type Variable,
} from "../program/program.ts"
import type { TensorType } from "../program/type.ts"
import { ConcreteTensor, fromLiteral } from "../tensor.ts"
import { Tracer, type Value } from "../value.ts"
import { resultTypes } from "./meaning.ts"

class TraceTracer extends Tracer {
  readonly owner: Trace
  readonly variable: Variable
  constructor(owner: Trace, variable: Variable) {
    super(variable.type)
    this.owner = owner
    this.variable = variable
  }
  get transform(): string {
    return this.owner.name
  }
}

class Trace implements Interpreter {
  readonly name: string
  readonly equations: Equation[] = []
  /** Values from outside, in the order in which they were met, each with the variable that stands for it. */
  readonly captured = new Map<Value, Variable>()

  constructor(name: string) {
    this.name = name
  }
  readonly bind = (operation: Operation, operands: readonly Value[]): readonly Value[] => {
    const inputs = operands.map((x) => this.atom(x))
    const outputs = resultTypes(
      operation,
      inputs.map((a) => a.type),
    ).map(newVariable)
    this.equations.push({
      operation,
      inputs,
      outputs,
      site: operation.kind === "check" ? operation.claim.site : undefined,
    })
    return outputs.map((v) => new TraceTracer(this, v))
  }
  input(type: TensorType): TraceTracer {
    return new TraceTracer(this, newVariable(type))
  }
  atom(x: Value): Atom {
    if (x instanceof TraceTracer && x.owner === this) return x.variable
    if (x instanceof ConcreteTensor && x.literal !== undefined) return literal(x.literal, x.type)
    let variable = this.captured.get(x)
    if (variable === undefined) {
      variable = newVariable(x.type)
      this.captured.set(x, variable)
    }
    return variable
  }
}

export interface Traced {
  /** Takes the captured values, then the arguments. */
  readonly program: Program
  readonly captured: readonly Value[]
}

/**
 * The Program of a function of values of these types. What the function uses from outside is captured and becomes
 * leading inputs; a scalar made from a number is baked in.
 */
export function trace(
  name: string,
  types: readonly TensorType[],
  f: (...inputs: readonly Value[]) => readonly Value[],
): Traced {
  const tracing = new Trace(name)
  const inputs = types.map((t) => tracing.input(t))
  const outputs = under(tracing, () => f(...inputs)).map((x) => tracing.atom(x))
  const captured = [...tracing.captured.keys()]
  const program = newProgram({
    name,
    inputs: [...tracing.captured.values(), ...inputs.map((t) => t.variable)],
    equations: liveEquations(tracing.equations, outputs),
    outputs,
  })
  return { program, captured }
}

/** The Program of a function that may use nothing from outside, as derived programs are. */
export function traceClosed(
  name: string,
  types: readonly TensorType[],
  f: (...inputs: readonly Value[]) => readonly Value[],
): Program {
  const { program, captured } = trace(name, types, f)
  if (captured.length > 0) throw internal(`${name} captured ${captured.length} values`)
  return program
}

/** Equations whose results are used, and those that check something: a claim counts even if nobody uses its value. */
function liveEquations(equations: readonly Equation[], outputs: readonly Atom[]): readonly Equation[] {
  const used = new Set<Atom>(outputs)
  const live: Equation[] = []
  for (let k = equations.length - 1; k >= 0; k--) {
    const e = equations[k]
    if (e === undefined || !(claims(e.operation) || e.outputs.some((v) => used.has(v)))) continue
    for (const a of e.inputs) used.add(a)
    live.unshift(e)
  }
  return live
}
const claiming = new WeakMap<Program, boolean>()
function claims(operation: Operation): boolean {
  switch (operation.kind) {
    case "check":
      return true
    case "program":
      return programClaims(operation.program)
    case "scan":
      return programClaims(operation.body)
    case "while":
      return programClaims(operation.test) || programClaims(operation.body)
    case "cond":
      return operation.branches.some(programClaims)
    default:
      return false
  }
}
/** Whether running it makes any claim. */
export function programClaims(program: Program): boolean {
  let known = claiming.get(program)
  if (known === undefined) {
    known = program.equations.some((e) => claims(e.operation))
    claiming.set(program, known)
  }
  return known
}

/** Runs a Program in the current interpreter, equation by equation. */
export function evalProgram(program: Program, inputs: readonly Value[]): readonly Value[] {
  const values = new Map<Variable, Value>()
  program.inputs.forEach((v, k) => {
    const x = inputs[k]
    if (x === undefined) throw internal(`${program.name} takes ${program.inputs.length} inputs, got ${inputs.length}`)
    values.set(v, x)
  })
  const read = (a: Atom): Value => {
    if (a.kind === "literal") return fromLiteral(a.value, a.type)
    const x = values.get(a)
    if (x === undefined) throw internal(`${program.name} reads a variable before it is assigned`)
    return x
  }
  const interpreter = currentInterpreter()
  for (const e of program.equations) {
    const results = interpreter.bind(e.operation, e.inputs.map(read))
    e.outputs.forEach((v, k) => {
      const x = results[k]
      if (x !== undefined) values.set(v, x)
    })
  }
  return program.outputs.map(read)
}
