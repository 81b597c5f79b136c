/** The base interpreter: operations on concrete tensors run at once. */
import { engineNow } from "../current-engine.ts"
import type { Engine, Executable } from "../engine.ts"
import { DonationError, EngineError, internal, TracerError } from "../errors.ts"
import type { Interpreter } from "../interpreter.ts"
import type { Operation } from "../program/operation.ts"
import { claimsOf, newProgram, newVariable, type Program } from "../program/program.ts"
import { cannotRun } from "../program/runnable.ts"
import { showType, type TensorType } from "../program/type.ts"
import { faultsOf, handOver, newStorage, type Storage } from "../storage.ts"
import { ConcreteTensor } from "../tensor.ts"
import { Tracer, type Value } from "../value.ts"
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
    if (executable !== undefined) return submit(executable, types, tensors, operation.name)
    if (x === undefined) throw internal(`${operation.name}: a view of nothing`)
    x.buffer(operation.name)
    return types.map((type) => new ConcreteTensor(type, x.storage))
  },
}

const nothing: ReadonlySet<number> = new Set()

/** Runs a compiled program on concrete tensors. Operands at `donating` are gone afterwards. */
export function submit(
  executable: Executable,
  types: readonly TensorType[],
  operands: readonly ConcreteTensor[],
  name: string,
  donating: ReadonlySet<number> = nothing,
  site?: string,
): readonly ConcreteTensor[] {
  const storages = operands.map((x) => x.storage)
  const buffers = operands.map((x) => x.buffer(name))
  const given = donating.size === 0 ? nothing : giveAway(operands, donating, site)
  const made = executable.engine.submit(executable, buffers, given)
  const claims = claimsIn(executable.program)
  const faults =
    claims.length === 0 && !storages.some((s) => s.faults.length > 0)
      ? none
      : faultsOf(executable.engine, storages, claims, made.slice(types.length))
  const fresh: Storage[] = []
  return types.map((type, k) => {
    const buffer = made[k]
    if (buffer === undefined) throw internal(`${name} gave ${made.length} of ${types.length} results`)
    // A result may be an operand's own buffer (a view, a value handed through): then they share the record.
    const at = buffers.indexOf(buffer)
    const shared = at >= 0 && !given.has(at) ? storages[at] : fresh.find((s) => s.buffer === buffer)
    const storage = shared ?? newStorage(buffer, faults)
    if (shared === undefined) fresh.push(storage)
    else if (faults.length > 0) shared.faults = [...new Set([...shared.faults, ...faults])]
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
/**
 * Marks the donated tensors as gone and says whose memory the engine may take: that of a tensor which shares it with none.
 * One that shares it (a view of it lives on, the state holds it twice) is read and left alone.
 */
function giveAway(
  operands: readonly ConcreteTensor[],
  donating: ReadonlySet<number>,
  site: string | undefined,
): ReadonlySet<number> {
  const given = new Set<number>()
  for (const k of donating) {
    const x = operands[k]
    if (x === undefined) continue
    const elsewhere = operands.findIndex((y, j) => y === x && !donating.has(j))
    if (elsewhere >= 0)
      throw new DonationError(
        "donated-twice",
        "jit: a donated tensor is also an argument that is not donated, or one that the function closes over; leave it out of `donate`, or pass a copy",
      )
    if (x.storage.aliases === 1 && operands.every((y, j) => j === k || y.storage !== x.storage)) given.add(k)
  }
  for (const k of donating) {
    const x = operands[k]
    if (x === undefined) continue
    x.donated = site ?? "a donating call"
    if (given.has(k)) handOver(x.storage)
  }
  return given
}
