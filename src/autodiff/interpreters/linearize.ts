/**
 * Linearization: the primal runs once, under the enclosing interpreter, while everything done to tangents is written down
 * as a linear program. It is forward mode whose tangents are unknowns.
 */

import { internal } from "../errors.ts"
import { bind, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import type { Maybe, Operation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { derivedOnce, flagKey } from "../program/tables.ts"
import type { TensorType } from "../program/type.ts"
import { Tracer, type Value } from "../value.ts"
import { JvpInterpreter } from "./jvp.ts"
import { resultTypes } from "./meaning.ts"
import { evalProgram, trace } from "./trace.ts"
import { hasTangent, zeros } from "./zeros.ts"

/** A tangent that is not known yet. */
export class Unknown extends Tracer {
  readonly owner: LinearTrace
  constructor(owner: LinearTrace, type: TensorType) {
    super(type)
    this.owner = owner
  }
  get transform(): string {
    return this.owner.name
  }
}
/** An operand is an unknown of this program, or a value of the enclosing level: a residual. */
export interface LinearEquation {
  readonly operation: Operation
  readonly operands: readonly Value[]
  readonly outputs: readonly Unknown[]
}

class LinearTrace implements Interpreter {
  readonly name: string
  readonly equations: LinearEquation[] = []
  readonly #parent: Interpreter
  constructor(name: string, parent: Interpreter) {
    this.name = name
    this.#parent = parent
  }
  owns(x: Value): x is Unknown {
    return x instanceof Unknown && x.owner === this
  }
  /** What touches no unknown is done now: a rule may mix work on primals with work on tangents. */
  readonly bind = (operation: Operation, operands: readonly Value[]): readonly Value[] => {
    if (!operands.some((x) => this.owns(x))) return under(this.#parent, () => bind(operation, operands))
    const outputs = resultTypes(
      operation,
      operands.map((x) => x.type),
    ).map((t) => new Unknown(this, t))
    this.equations.push({ operation, operands, outputs })
    return outputs
  }
}

export interface Linearized {
  readonly outputs: readonly Value[]
  /** The unknowns of the inputs; undefined for those without a tangent. */
  readonly inputs: readonly (Unknown | undefined)[]
  readonly equations: readonly LinearEquation[]
  /** The tangents of the results: an unknown, or zero. */
  readonly tangents: readonly Maybe[]
}

/** Runs `f` once on its primals and records the linear map of tangents of those inputs that are `active`. */
export function linearizeValues(
  f: (...inputs: readonly Value[]) => readonly Value[],
  primals: readonly Value[],
  active: readonly boolean[],
  name = "linearize",
): Linearized {
  const parent = currentInterpreter()
  const linear = new LinearTrace(name, parent)
  const interpreter = new JvpInterpreter(name, parent, linear, (operation, xs, ts) =>
    operation.linearize(xs, ts, (work) => under(linear, work)),
  )
  const inputs = primals.map((x, k) =>
    active[k] === true && hasTangent(x.type) ? new Unknown(linear, x.type) : undefined,
  )
  const results = under(interpreter, () => f(...primals.map((x, k) => interpreter.dual(x, inputs[k]))))
  const pairs = results.map((x) => interpreter.split(x))
  // A tangent that hangs on no unknown (a custom rule fed with zeros) can only be zero.
  const tangents = pairs.map(([, t]) => (t !== undefined && linear.owns(t) ? t : undefined))
  return { outputs: pairs.map(([x]) => x), inputs, equations: linear.equations, tangents }
}

/** A function that is linear as it stands, written down: where `given` has no value the input is an unknown. */
export function recordLinear(
  f: (...inputs: readonly Value[]) => readonly Value[],
  types: readonly TensorType[],
  given: readonly Maybe[],
  name: string,
): Pick<Linearized, "inputs" | "equations" | "tangents"> {
  const linear = new LinearTrace(name, currentInterpreter())
  const inputs = types.map((t, k) => (given[k] === undefined ? new Unknown(linear, t) : undefined))
  const operands = types.map((_, k) => inputs[k] ?? given[k]).filter((x) => x !== undefined)
  return { inputs, equations: linear.equations, tangents: under(linear, () => f(...operands)) }
}

/** The linear map applied: tangents of the inputs (undefined is zero) give tangents of the results, in the current interpreter. */
export function applyLinear(
  of: Pick<Linearized, "inputs" | "equations" | "tangents">,
  tangents: readonly Maybe[],
): readonly Maybe[] {
  const values = new Map<Value, Value>()
  of.inputs.forEach((u, k) => {
    if (u !== undefined) values.set(u, tangents[k] ?? zeros(u.type))
  })
  const read = (x: Value): Value => values.get(x) ?? x
  for (const e of of.equations) {
    const results = bind(e.operation, e.operands.map(read))
    e.outputs.forEach((u, k) => {
      const x = results[k]
      if (x !== undefined) values.set(u, x)
    })
  }
  return of.tangents.map((t) => t && read(t))
}

/** A Program split in two: what is known without tangents, and the linear rest. */
export interface SplitProgram {
  /** inputs -> outputs, then residuals. */
  readonly primal: Program
  /** For each residual: the input it is, or undefined where it is computed. */
  readonly residualInputs: readonly (number | undefined)[]
  readonly residuals: number
  /** residuals, then tangents of active inputs -> tangents of those results that have one. */
  readonly linear: Program
  readonly activeInputs: readonly boolean[]
  readonly activeOutputs: readonly boolean[]
}

const once = derivedOnce<Program, SplitProgram>()

/** `force`: results that get a tangent even where it is zero, as a loop's carry must. */
export function linearizeProgram(
  program: Program,
  active: readonly boolean[],
  force: readonly boolean[] = [],
): SplitProgram {
  return once(program, `${flagKey(active)} ${flagKey(force)}`, () => split(program, active, force))
}

function split(program: Program, active: readonly boolean[], force: readonly boolean[]): SplitProgram {
  let linearized: Linearized | undefined
  const residuals: Value[] = []
  let residualInputs: readonly (number | undefined)[] = []
  const types = program.inputs.map((v) => v.type)
  const primal = trace(`${program.name}`, types, (...inputs) => {
    linearized = linearizeValues((...xs) => evalProgram(program, xs), inputs, active, program.name)
    const own = new Set<Value>([
      ...linearized.inputs.filter((u) => u !== undefined),
      ...linearized.equations.flatMap((e) => e.outputs),
    ])
    const seen = new Set<Value>()
    // Literals stay in the linear program; everything else has to be handed over.
    for (const e of linearized.equations)
      for (const x of e.operands)
        if (!own.has(x) && !seen.has(x) && x instanceof Tracer) {
          seen.add(x)
          residuals.push(x)
        }
    residualInputs = residuals.map((x) => {
      const at = inputs.indexOf(x)
      return at < 0 ? undefined : at
    })
    return [...linearized.outputs, ...residuals]
  })
  if (primal.captured.length > 0 || linearized === undefined)
    throw internal(`linearizing ${program.name} captured values`)
  const found: Linearized = linearized
  const activeInputs = found.inputs.map((u) => u !== undefined)
  const activeOutputs = found.tangents.map(
    (t, k) => t !== undefined || (force[k] === true && hasTangent(found.outputs[k]?.type ?? missing())),
  )
  const tangentTypes = types.filter((_, k) => activeInputs[k] === true)
  const linear = trace(`linear(${program.name})`, [...residuals.map((x) => x.type), ...tangentTypes], (...inputs) => {
    const given = new Map<Value, Value>(residuals.map((x, k) => [x, inputs[k] ?? missing()]))
    const equations = found.equations.map((e) => ({ ...e, operands: e.operands.map((x) => given.get(x) ?? x) }))
    let next = residuals.length
    const tangents = found.inputs.map((u) => (u === undefined ? undefined : inputs[next++]))
    const out = applyLinear({ ...found, equations }, tangents)
    return out.flatMap((t, k) => (activeOutputs[k] === true ? [t ?? zeros(found.outputs[k]?.type ?? missing())] : []))
  })
  if (linear.captured.length > 0) throw internal(`the linear part of ${program.name} captured values`)
  return {
    primal: primal.program,
    residualInputs,
    residuals: residuals.length,
    linear: linear.program,
    activeInputs,
    activeOutputs,
  }
}
const missing = (): never => {
  throw internal("a linear program lacks a value")
}
