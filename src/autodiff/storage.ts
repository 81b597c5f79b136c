/**
 * Storage: the record by which tensors hold an engine's memory. Several tensors may share one (a reshape, two results of a
 * function that are the same value); it counts them, so that donating one never takes the memory of another.
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
  /** How many tensors were made over this record. One that was collected still counts: it costs a copy, never a value. */
  aliases: number
}

// Held by the registry are buffers, never storages: a buffer must not keep alive the record whose death it waits for.
const collected = new FinalizationRegistry<EngineBuffer>((buffer) => buffer.engine.release(buffer))

export function newStorage(buffer: EngineBuffer, faults: readonly Fault[] = []): Storage {
  const storage: Storage = { buffer, faults, aliases: 0 }
  // A registration costs more than a small buffer is worth; engines find room for those by themselves (by spilling).
  if (sizeOf(buffer.type.shape) > small) collected.register(storage, buffer.residence ?? buffer, storage)
  return storage
}
const small = 1024
/** The engine owns the buffer from here on. */
export const handOver = (storage: Storage): void => {
  collected.unregister(storage)
}

const raise = (claim: Claim): never => {
  const Kind = claim.code === "not-converged" ? SolverError : CheckError
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

/** What results inherit from their operands and from the words of their own claims. */
export function faultsOf(
  engine: Engine,
  operands: readonly Storage[],
  claims: readonly Claim[],
  words: readonly EngineBuffer[],
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
    else {
      if (read(word)[0] !== 0) faults = [...faults, { claim, word: undefined }]
      engine.release(word)
    }
  })
  return faults
}
const none: readonly Fault[] = []
