/**
 * Storage: the record by which tensors hold an engine's memory. Several tensors may share one (a reshape, a residual of
 * a pullback); it counts them, so that an error can say whether a tensor was donated itself or lost its memory with another.
 */
import type { Engine, EngineBuffer } from "./engine.ts"
import { CheckError, DonationError } from "./errors.ts"
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
  /** How many tensors were ever made over this record. */
  aliases: number
  /** Where it was donated, once it was. */
  donated: string | undefined
}

// Held by the registry are buffers, never storages: a buffer must not keep alive the record whose death it waits for.
const collected = new FinalizationRegistry<EngineBuffer>((buffer) => buffer.engine.release(buffer))

export function newStorage(buffer: EngineBuffer, faults: readonly Fault[] = []): Storage {
  const storage: Storage = { buffer, faults, aliases: 0, donated: undefined }
  // A registration costs more than a small buffer is worth; engines find room for those by themselves (by spilling).
  if (sizeOf(buffer.type.shape) > small) collected.register(storage, buffer.residence ?? buffer, storage)
  return storage
}
const small = 1024
/** Takes the memory from every tensor over it: from here on the engine owns the buffer. */
export function donate(storage: Storage, site: string | undefined): void {
  storage.donated = site ?? "a donating call"
  collected.unregister(storage)
}

/** The buffer, or the error that it was given away. */
export function bufferOf(storage: Storage, use: string): EngineBuffer {
  if (storage.donated === undefined) return storage.buffer
  const shared = storage.aliases > 1 ? ", or shares its memory with one that was" : ""
  throw new DonationError(
    "donated",
    `${use}: this tensor was donated to a compiled function (${storage.donated})${shared}, and its memory is gone; use what that function returned, or leave the argument out of \`donate\``,
  )
}

const raise = (claim: Claim): never => {
  throw new CheckError(claim.code, claim.message, { site: claim.site }, claim.site)
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
