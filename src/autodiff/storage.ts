/**
 * Storage: the record by which tensors hold a value in an engine's memory. A tensor and its reshapes share one: donating
 * one of them donates the record, and using another afterwards is an error. A result of a function is a value of its own,
 * also where it lies in the very memory of an operand, of a constant or of another result: memory is given away with the
 * last of its values. Tensors are not counted: one that has been collected, or is never used again, is in nobody's way,
 * and no count could know.
 */
import type { Engine, EngineBuffer } from "./engine.ts"
import { CheckError, SolverError } from "./errors.ts"
import { sizeOf } from "./program/loop/loop.ts"
import type { Claim } from "./program/program.ts"

/** A claim that may have failed: known at once where the engine can block, else by a word still to be read. */
export interface Fault {
  readonly claim: Claim
  readonly word: EngineBuffer | undefined
}

export interface Storage {
  readonly buffer: EngineBuffer
  /** A claim about a value is often met after the value was made: it is then added to the record. */
  faults: readonly Fault[]
  /** Of a value that came to lie in memory where another one lay: that one. */
  readonly first: Storage | undefined
  /** On the first: how many values that nobody donated yet lie in the buffer. */
  values: number
  /** Where it was donated, once it was. */
  donated: string | undefined
}

// Held by the registry are buffers, never storages: a buffer must not keep alive the record whose death it waits for.
const collected = new FinalizationRegistry<EngineBuffer>((buffer) => buffer.engine.release(buffer))

export function newStorage(buffer: EngineBuffer, faults: readonly Fault[] = []): Storage {
  const storage: Storage = { buffer, faults, first: undefined, values: 1, donated: undefined }
  // A registration costs more than a small buffer is worth; engines find room for those by themselves (by spilling).
  if (sizeOf(buffer.type.shape) > small) {
    const held = buffer.residence ?? buffer
    collected.register(storage, held, held)
  }
  return storage
}
const small = 1024
export const firstIn = (storage: Storage): Storage => storage.first ?? storage
/** One more value in the memory of another. Only the first is registered, which all others keep alive. */
export function sharing(storage: Storage, faults: readonly Fault[] = storage.faults): Storage {
  const first = firstIn(storage)
  first.values++
  return { buffer: first.buffer, faults, first, values: 0, donated: undefined }
}
/** Marks a value as given away; not twice. */
export function donate(storage: Storage, where: string): void {
  if (storage.donated !== undefined) return
  storage.donated = where
  firstIn(storage).values--
}
/** The engine owns the buffer from here on. */
export const handOver = ({ buffer }: Storage): void => letGo(buffer.residence ?? buffer)
/**
 * For engines: there is nothing to release any more when tensors over this die, as its bytes were moved to an array. In a
 * loop that never waits, registrations of the dead would else pile up.
 */
export const letGo = (held: EngineBuffer): void => {
  collected.unregister(held)
}

const raise = (claim: Claim): never => {
  const Kind = claim.kind === "solver" ? SolverError : CheckError
  throw new Kind(claim.code, claim.message, { site: claim.site }, claim.site)
}
/** Raises the first fault whose word says so; for engines that can block. */
export function raiseFaultsSync(storage: Storage): void {
  for (const { claim, word } of storage.faults) {
    const read = word?.engine.readSync
    if (word === undefined || (read !== undefined && read(word)[0] !== 0)) raise(claim)
  }
}
export async function raiseFaults(storage: Storage): Promise<void> {
  for (const { claim, word } of storage.faults)
    if (word === undefined || (await word.engine.read(word))[0] !== 0) raise(claim)
}

/**
 * What results inherit from their operands and from the words of their own claims. Words are released, unless they are
 * `kept`: an engine may find that a word equals another one, a result or an operand, and give one buffer for both.
 */
export function faultsOf(
  engine: Engine,
  operands: readonly Storage[],
  claims: readonly Claim[],
  words: readonly EngineBuffer[],
  kept: readonly EngineBuffer[],
): readonly Fault[] {
  let faults: readonly Fault[] = none
  for (const operand of operands)
    if (operand.faults.length > 0)
      faults = faults.length === 0 ? operand.faults : [...new Set([...faults, ...operand.faults])]
  claims.forEach((claim, k) => {
    const word = words[k]
    if (word === undefined) return
    const read = engine.readSync
    // An engine that can block is asked at once, so that a loop of good steps never drags a list of words along.
    if (read === undefined) faults = [...faults, { claim, word }]
    else if (read(word)[0] !== 0) faults = [...faults, { claim, word: undefined }]
  })
  if (engine.readSync !== undefined) for (const word of new Set(words)) if (!kept.includes(word)) engine.release(word)
  return faults
}
const none: readonly Fault[] = []
