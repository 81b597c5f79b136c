/**
 * Forward mode: each value travels with its tangent. A rule for the primal runs under the enclosing interpreter, and what
 * it does to tangents under `tangents`: the same one here, a linear trace when linearizing (linearize.ts).
 */
import { internal } from "../errors.ts"
import { bind, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import { derivedOperation } from "../primitives/loop.ts"
import { jvpLoop, type Source } from "../program/loop/derive/jvp.ts"
import type { Dual, LoopOperation, Maybe, Operation } from "../program/operation.ts"
import { Tracer, type Value } from "../value.ts"
import { meaningOf } from "./meaning.ts"

class Dualised extends Tracer {
  readonly owner: JvpInterpreter
  readonly primal: Value
  readonly tangent: Value
  constructor(owner: JvpInterpreter, primal: Value, tangent: Value) {
    super(primal.type)
    this.owner = owner
    this.primal = primal
    this.tangent = tangent
  }
  get transform(): string {
    return this.owner.name
  }
}

/** How an operation that is no Loop gives results and tangents together. */
export type DualOf = (
  operation: Exclude<Operation, LoopOperation>,
  primals: readonly Value[],
  tangents: readonly Maybe[],
) => Dual

export class JvpInterpreter implements Interpreter {
  readonly name: string
  readonly #parent: Interpreter
  readonly #tangents: Interpreter
  readonly #dual: DualOf

  constructor(name: string, parent: Interpreter, tangents: Interpreter, dual: DualOf) {
    this.name = name
    this.#parent = parent
    this.#tangents = tangents
    this.#dual = dual
  }
  dual(primal: Value, tangent: Maybe): Value {
    return tangent === undefined ? primal : new Dualised(this, primal, tangent)
  }
  /** A value of this level taken apart. One of an enclosing level, even of another jvp, is a constant here. */
  split(x: Value): readonly [primal: Value, tangent: Maybe] {
    return x instanceof Dualised && x.owner === this ? [x.primal, x.tangent] : [x, undefined]
  }
  readonly bind = (operation: Operation, operands: readonly Value[]): readonly Value[] => {
    const primals: Value[] = []
    const tangents: Maybe[] = []
    let constant = true
    for (const x of operands) {
      const [primal, tangent] = this.split(x)
      primals.push(primal)
      tangents.push(tangent)
      if (tangent !== undefined) constant = false
    }
    if (constant) return under(this.#parent, () => bind(operation, primals))
    const made =
      operation.kind === "loop"
        ? this.#loop(operation, primals, tangents)
        : under(this.#parent, () => this.#dual(operation, primals, tangents))
    return made.outputs.map((x, k) => this.dual(x, made.tangents[k]))
  }
  #loop(operation: LoopOperation, primals: readonly Value[], tangents: readonly Maybe[]): Dual {
    const outputs = under(this.#parent, () => bind(operation, primals))
    return { outputs, tangents: under(this.#tangents, () => loopTangents(operation, primals, outputs, tangents)) }
  }
}

/** The tangents of a Loop's results: the written rule, or the derived Loop. */
function loopTangents(
  operation: LoopOperation,
  primals: readonly Value[],
  outputs: readonly Value[],
  tangents: readonly Maybe[],
): readonly Maybe[] {
  if (operation.jvp !== undefined) return operation.jvp(primals, outputs, tangents)
  const loop = meaningOf(
    operation,
    primals.map((x) => x.type),
  )
  const derived = jvpLoop(
    loop,
    tangents.map((t) => t !== undefined),
  )
  if (derived === undefined) return outputs.map(() => undefined)
  const operand = ({ of, index }: Source): Value => {
    const x = of === "primal" ? primals[index] : of === "output" ? outputs[index] : tangents[index]
    if (x === undefined) throw internal(`the derived jvp of ${operation.name} lacks an operand`)
    return x
  }
  // A linear operation is its own derivative: where the Loops are one, the name stays readable. The Loops alone do not
  // tell: select(x < 0, -t, t) has itself as derivative too, but reads the primal x in its test.
  const itself = derived.loop === loop && derived.sources.every(({ of, index }, k) => of === "tangent" && index === k)
  const made = itself
    ? bind(
        operation,
        tangents.filter((t) => t !== undefined),
      )
    : bind(derivedOperation(`jvp(${operation.name})`, derived.loop), derived.sources.map(operand))
  const out: Maybe[] = outputs.map(() => undefined)
  derived.results.forEach((r, k) => {
    out[r] = made[k]
  })
  return out
}

/** Results and tangents of a function of values; tangents that are undefined are zero. */
export function jvpValues(
  f: (...inputs: readonly Value[]) => readonly Value[],
  primals: readonly Value[],
  tangents: readonly Maybe[],
  name = "jvp",
): Dual {
  const parent = currentInterpreter()
  const interpreter = new JvpInterpreter(name, parent, parent, (operation, xs, ts) => operation.jvp(xs, ts))
  const results = under(interpreter, () => f(...primals.map((x, k) => interpreter.dual(x, tangents[k]))))
  const pairs = results.map((x) => interpreter.split(x))
  return { outputs: pairs.map(([x]) => x), tangents: pairs.map(([, t]) => t) }
}
