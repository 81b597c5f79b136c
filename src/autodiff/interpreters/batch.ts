/** Batching: each value may carry a leading axis that the function does not see. */

import { internal } from "../errors.ts"
import { bind, bindOne, currentInterpreter, type Interpreter, under } from "../interpreter.ts"
import { broadcast } from "../primitives/broadcast.ts"
import { keyToWords, wordsToKey } from "../primitives/key-words.ts"
import { derivedOperation } from "../primitives/loop.ts"
import { transpose } from "../primitives/transpose.ts"
import { batchLoop } from "../program/loop/derive/batch.ts"
import type { BatchAxis, Batched, LoopOperation, Operation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { derivedOnce, flagKey } from "../program/tables.ts"
import { type TensorType, typeOf } from "../program/type.ts"
import { Tracer, type Value } from "../value.ts"
import { meaningOf } from "./meaning.ts"
import { evalProgram, trace } from "./trace.ts"

class BatchTracer extends Tracer {
  readonly owner: BatchInterpreter
  /** The value of the enclosing level, its batch axis first. */
  readonly whole: Value
  constructor(owner: BatchInterpreter, whole: Value) {
    super(typeOf(whole.dtype, whole.shape.slice(1), whole.type.weak))
    this.owner = owner
    this.whole = whole
  }
  get transform(): string {
    return this.owner.name
  }
}

class BatchInterpreter implements Interpreter {
  readonly name = "vmap"
  readonly axis: BatchAxis
  readonly #parent: Interpreter
  constructor(parent: Interpreter, axis: BatchAxis) {
    this.#parent = parent
    this.axis = axis
  }
  wrap(x: Value, batched: boolean): Value {
    return batched ? new BatchTracer(this, x) : x
  }
  split(x: Value): readonly [value: Value, batched: boolean] {
    return x instanceof BatchTracer && x.owner === this ? [x.whole, true] : [x, false]
  }
  readonly bind = (operation: Operation, operands: readonly Value[]): readonly Value[] => {
    const pairs = operands.map((x) => this.split(x))
    const values = pairs.map(([x]) => x)
    const batched = pairs.map(([, b]) => b)
    const named = operation.kind === "collective" && operation.axisName === this.axis.name
    if (!named && !batched.includes(true)) return under(this.#parent, () => bind(operation, values))
    const made = under(this.#parent, () =>
      operation.kind === "loop" && operation.batch === undefined
        ? batchedLoop(operation, values, batched, this.axis.size)
        : (operation.batch?.(values, batched, this.axis) ?? { values: [], batched: [] }),
    )
    return made.values.map((x, k) => this.wrap(x, made.batched[k] === true))
  }
}

/** The derived rule. The name is kept where the batched meaning is the operation's own on larger operands. */
function batchedLoop(
  operation: LoopOperation,
  values: readonly Value[],
  batched: readonly boolean[],
  size: number,
): Batched {
  const types = values.map((x, k) => (batched[k] === true ? typeOf(x.dtype, x.shape.slice(1)) : x.type))
  const loop = batchLoop(meaningOf(operation, types), batched, size)
  const out = bind(derivedOperation(`batch(${operation.name})`, loop), values)
  return { values: out, batched: out.map(() => true) }
}

/** Runs `f` on values whose leading axis is the batch where `batched` says so. */
export function batchValues(
  f: (...inputs: readonly Value[]) => readonly Value[],
  values: readonly Value[],
  batched: readonly boolean[],
  axis: BatchAxis,
): Batched {
  const interpreter = new BatchInterpreter(currentInterpreter(), axis)
  const results = under(interpreter, () => f(...values.map((x, k) => interpreter.wrap(x, batched[k] === true))))
  const pairs = results.map((x) => interpreter.split(x))
  return { values: pairs.map(([x]) => x), batched: pairs.map(([, b]) => b) }
}

/** An unbatched value repeated along a new leading axis. */
export function repeat(x: Value, size: number): Value {
  if (x.dtype === "key") return bindOne(wordsToKey.operation, repeat(bindOne(keyToWords.operation, x), size))
  return bindOne(broadcast.to([size, ...x.shape]), x)
}
/** Moves an axis, counted from the start, to another place. */
export function moveAxis(x: Value, from: number, to: number): Value {
  if (from === to) return x
  if (x.dtype === "key") return bindOne(wordsToKey.operation, moveAxis(bindOne(keyToWords.operation, x), from, to))
  const order = x.shape.map((_, d) => d).filter((d) => d !== from)
  order.splice(to, 0, from)
  return bindOne(transpose.by(order), x)
}

export interface BatchedProgram {
  readonly program: Program
  readonly batched: readonly boolean[]
}
const once = derivedOnce<Program, BatchedProgram>()

/** `force`: results that are batched even where they need not be, as a loop's carry must. */
export function batchProgram(
  program: Program,
  batched: readonly boolean[],
  axis: BatchAxis,
  force: readonly boolean[] = [],
): BatchedProgram {
  return once(program, `${axis.size} ${axis.name ?? ""} ${flagKey(batched)} ${flagKey(force)}`, () =>
    derive(program, batched, axis, force),
  )
}
function derive(
  program: Program,
  batched: readonly boolean[],
  axis: BatchAxis,
  force: readonly boolean[],
): BatchedProgram {
  const types = program.inputs.map(
    (v, k): TensorType => (batched[k] === true ? typeOf(v.type.dtype, [axis.size, ...v.type.shape]) : v.type),
  )
  let flags: readonly boolean[] = []
  const { program: made, captured } = trace(`batch(${program.name})`, types, (...inputs) => {
    const out = batchValues((...xs) => evalProgram(program, xs), inputs, batched, axis)
    flags = out.batched.map((b, k) => b || force[k] === true)
    return out.values.map((x, k) => (flags[k] === true && out.batched[k] !== true ? repeat(x, axis.size) : x))
  })
  if (captured.length > 0) throw internal(`batching ${program.name} captured values`)
  return { program: made, batched: flags }
}
