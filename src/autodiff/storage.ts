/**
 * Storage: the record by which tensors hold an engine's memory. Tensors that are one value share one: a reshape, what a
 * function hands through. Donating one of them donates the record, and using another afterwards is an error. Nobody is
 * counted: a tensor that has been collected, or is never used again, is in nobody's way, and no count could know.
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
  /**
   * How many values lie in the buffer: an engine may find that two results are equal, or that one equals an operand, which
   * their user cannot know. Memory with more than one value in it is never given away.
   */
  values: number
  /** Where it was donated, once it was. */
  donated: string | undefined
}

// Held by the registry are buffers, never storages: a buffer must not keep alive the record whose death it waits for.
const collected = new FinalizationRegistry<EngineBuffer>((buffer) => buffer.engine.release(buffer))

export function newStorage(buffer: EngineBuffer, faults: readonly Fault[] = [], values = 1): Storage {
  const storage: Storage = { buffer, faults, values, donated: undefined }
  // A registration costs more than a small buffer is worth; engines find room for those by themselves (by spilling).
  if (sizeOf(buffer.type.shape) > small) {
    const held = buffer.residence ?? buffer
    collected.register(storage, held, held)
  }
  return storage
}
const small = 1024
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
