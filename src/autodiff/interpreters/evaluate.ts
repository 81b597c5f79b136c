/** The base interpreter: operations on concrete tensors run at once. */
import { engineNow } from "../current-engine.ts"
import type { Engine, Executable } from "../engine.ts"
import { EngineError, internal, TracerError } from "../errors.ts"
import type { Interpreter } from "../interpreter.ts"
import type { Operation } from "../program/operation.ts"
import { claimsOf, newProgram, newVariable, type Program } from "../program/program.ts"
import { cannotRun } from "../program/runnable.ts"
import { showType, type TensorType } from "../program/type.ts"
import { faultsOf, firstIn, handOver, newStorage, type Storage, sharing } from "../storage.ts"
import { ConcreteTensor } from "../tensor.ts"
import { Tracer, type Value } from "../value.ts"
import { type Donation, donating } from "./donation.ts"
import { meaningOf, resultTypes } from "./meaning.ts"

/** An operation made ready for operands of given types on one engine. */
interface Ready {
  readonly executable: Executable | undefined
  readonly types: readonly TensorType[]
}
type Table = Map<string, Ready>
const tables = new WeakMap<Engine, { readonly simple: Table; readonly withPrograms: Table }>()
/**
 * How many are kept, the oldest going first: a program has hundreds, an endless variety would leak. An eager scan whose
 * body bakes in a number that changes is another operation each time, and a compiled one holds far more than an addition.
 */
const bounds = { simple: 1 << 14, withPrograms: 512 } as const

function prepare(engine: Engine, operation: Operation, operands: readonly ConcreteTensor[]): Ready {
  let both = tables.get(engine)
  if (both === undefined) {
    both = { simple: new Map(), withPrograms: new Map() }
    tables.set(engine, both)
  }
  const kind = operation.kind === "loop" || operation.kind === "check" ? "simple" : "withPrograms"
  const known = both[kind]
  let key = operation.key
  for (const x of operands) key += `|${x.type.id}`
  let out = known.get(key)
  if (out === undefined) {
    const [oldest] = known.size >= bounds[kind] ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
    out = make(
      engine,
      operation,
      operands.map((x) => x.type),
    )
    known.set(key, out)
  }
  return out
}
function make(engine: Engine, operation: Operation, types: readonly TensorType[]): Ready {
  if (operation.kind === "opaque" || operation.kind === "collective") throw cannotRun(operation)
  const results = resultTypes(operation, types)
  if (isView(operation, types)) return { executable: undefined, types: results }
  const inputs = types.map(newVariable)
  const outputs = results.map(newVariable)
  const program =
    operation.kind === "program"
      ? operation.program
      : newProgram({
          name: operation.name,
          inputs,
          equations: [{ operation, inputs, outputs, site: undefined }],
          outputs,
        })
  return { executable: engine.compile(program), types: results }
}
const isView = (operation: Operation, types: readonly TensorType[]): boolean =>
  operation.kind === "loop" && meaningOf(operation, types).form === "view"

/** Concrete operands, or what to do about it. */
function concrete(operation: Operation, operands: readonly Value[]): readonly ConcreteTensor[] {
  return operands.map((x) => {
    if (x instanceof ConcreteTensor) return x
    if (x instanceof Tracer)
      throw new TracerError(
        "leaked",
        `${operation.name}: the ${showType(x.type)} traced by ${x.transform} is used after ${x.transform} has finished; return it from the function instead of keeping it outside`,
        { transform: x.transform },
      )
    throw internal(`${operation.name} of something that is no tensor`)
  })
}
function engineOf(operation: Operation, operands: readonly ConcreteTensor[]): Engine {
  const [first] = operands
  if (first === undefined) return engineNow()
  for (const x of operands)
    if (x.engine !== first.engine)
      throw new EngineError(
        "two-engines",
        `${operation.name}: one operand is on ${first.engine.name} and another on ${x.engine.name}; bring them together with await x.to("${first.engine.name}")`,
        { engines: [first.engine.name, x.engine.name] },
      )
  return first.engine
}

export const evaluate: Interpreter = {
  name: "evaluation",
  bind: (operation, operands) => {
    const tensors = concrete(operation, operands)
    const engine = engineOf(operation, tensors)
    const { executable, types } = prepare(engine, operation, tensors)
    const [x] = tensors
    if (executable !== undefined) {
      const results = submit(executable, types, tensors, operation.name)
      // The pullback of what was checked reads the operand, not the result.
      const [checked] = results
      if (operation.kind === "check" && x !== undefined && checked !== undefined)
        x.storage.faults = checked.storage.faults
      return results
    }
    if (x === undefined) throw internal(`${operation.name}: a view of nothing`)
    x.buffer(operation.name)
    // A number's tensor is everybody's, and a reshape of it may be donated.
    const storage = x.literal === undefined ? x.storage : sharing(x.storage)
    return types.map((type) => new ConcreteTensor(type, storage))
  },
}

const nothing: ReadonlySet<number> = new Set()

/** Runs a compiled program on concrete tensors. */
export function submit(
  executable: Executable,
  types: readonly TensorType[],
  operands: readonly ConcreteTensor[],
  name: string,
  donation?: Donation,
): readonly ConcreteTensor[] {
  const storages = operands.map((x) => x.storage)
  const buffers = operands.map((x) => x.buffer(name))
  const made =
    donation === undefined
      ? executable.engine.submit(executable, buffers, nothing)
      : donating(operands, donation, (given) => executable.engine.submit(executable, buffers, given))
  const claims = claimsIn(executable.program)
  const faults =
    claims.length === 0 && !storages.some((s) => s.faults.length > 0)
      ? none
      : faultsOf(executable.engine, storages, claims, made.slice(types.length), [
          ...buffers,
          ...made.slice(0, types.length),
        ])
  const fresh: Storage[] = []
  return types.map((type, k) => {
    const buffer = made[k]
    if (buffer === undefined) throw internal(`${name} gave ${made.length} of ${types.length} results`)
    // A result may be the buffer of an operand or of another result (a view, a value handed through): then it is one more
    // value in that memory, unless all that lay there was donated. The memory lives on in the result, its records are dead.
    const operand = storages[buffers.indexOf(buffer)]
    const holder =
      operand !== undefined && firstIn(operand).values > 0 ? operand : fresh.find((s) => s.buffer === buffer)
    if (holder !== undefined) return new ConcreteTensor(type, sharing(holder, faults))
    if (operand !== undefined) handOver(operand)
    const storage = newStorage(buffer, faults)
    fresh.push(storage)
    return new ConcreteTensor(type, storage)
  })
}
const none: readonly never[] = []
const claimTable = new WeakMap<Program, ReturnType<typeof claimsOf>>()
function claimsIn(program: Program): ReturnType<typeof claimsOf> {
  let known = claimTable.get(program)
  if (known === undefined) {
    known = claimsOf(program)
    claimTable.set(program, known)
  }
  return known
}
