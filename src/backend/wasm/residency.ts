/**
 * Which buffers are in WebAssembly memory. A buffer is resident, or its bytes lie in an array that it owns (a small
 * upload that nobody has used yet, or one that was spilled), which ordinary garbage collection frees. In a synchronous
 * loop no finaliser ever runs, so results pile up: beyond a budget the least recently used are spilled.
 */

import { bytesOf } from "../../autodiff/dtype.ts"
import type { Engine, EngineBuffer } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import { type ArrayType, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { letGo } from "../../autodiff/storage.ts"
import type { Heap } from "./heap.ts"

/**
 * A buffer's place in memory, apart from the buffer: a registry that waits for a tensor's death must hold this and not
 * the buffer, or it would keep spilled bytes alive.
 */
export interface Residence extends EngineBuffer {
  /** 0 while it is not in memory. */
  address: number
  readonly bytes: number
  /** Whose it is, while it is in memory. */
  owner: WasmBuffer | undefined
  released: boolean
  /** When it came into being and when it was last used, in ticks. */
  readonly born: number
  used: number
  older: Residence | undefined
  newer: Residence | undefined
}
export interface WasmBuffer extends EngineBuffer {
  readonly residence: Residence
  /** The contents, where they are (also) outside of memory. */
  spilled: Uint8Array | undefined
}

export interface Residency {
  /** In memory, contents unspecified. */
  readonly make: (type: ArrayType) => WasmBuffer
  /** In memory, in the place of a buffer that is there and as long, which is thereby released. */
  readonly takeOver: (from: WasmBuffer, type: ArrayType) => WasmBuffer
  /** Outside of memory until it is used; takes the bytes over. */
  readonly lazy: (type: ArrayType, bytes: Uint8Array) => WasmBuffer
  /** Where the buffer is, brought in if it has to be; it stays there until the next tick. */
  readonly addressOf: (buffer: WasmBuffer) => number
  /** The same, for writing. */
  readonly addressToWrite: (buffer: WasmBuffer) => number
  /** The bytes, wherever they are: a view, to be copied at once. */
  readonly contents: (buffer: WasmBuffer) => Uint8Array
  readonly release: (residence: Residence) => void
  /** Ends the time in which buffers that were asked for must stay where they are. */
  readonly tick: () => void
  /** Until `act` is over, no tick ends that time: host code in the midst of a run may run something itself. */
  readonly during: <R>(act: () => R) => R
  /** Takes a buffer's memory from it, which gives what gives it back: until then nobody gets it, not even by spilling. */
  readonly withhold: (residence: Residence) => () => void
  readonly now: () => number
  /** What is in memory and came into being after a moment: to be released when what was to use it failed. */
  readonly bornSince: (moment: number) => readonly Residence[]
  /** The address of so many bytes that are no buffer's, for `heap.give` to take back. */
  readonly room: (bytes: number) => number
}

export interface ResidencyOptions {
  /** Bytes in memory beyond which the oldest buffers are spilled; it grows when spilled ones come back. */
  readonly budget: number
  /** The same for their number. */
  readonly most: number
}

export const byteLength = (type: ArrayType): number => sizeOf(type.shape) * bytesOf(type.dtype)
/** A copy this small is kept when it is brought in: spilling it again then costs nothing. */
const small = 4096

export function newResidency(engine: Engine, heap: Heap, options: ResidencyOptions): Residency {
  let { budget, most } = options
  let newest: Residence | undefined
  let oldest: Residence | undefined
  let count = 0
  let clock = 1
  /** The tick in which the outermost run began, while there is one. */
  let busySince = Number.POSITIVE_INFINITY

  const link = (r: Residence): void => {
    r.older = newest
    r.newer = undefined
    if (newest === undefined) oldest = r
    else newest.newer = r
    newest = r
  }
  const unlink = (r: Residence): void => {
    if (r.older === undefined) oldest = r.newer
    else r.older.newer = r.newer
    if (r.newer === undefined) newest = r.older
    else r.newer.older = r.older
    // Out of the list, it must not keep alive who was beside it, and they who came after them.
    r.older = undefined
    r.newer = undefined
  }
  const part = (r: Residence): number => {
    const { address } = r
    unlink(r)
    count--
    r.address = 0
    r.owner = undefined
    return address
  }
  const leave = (r: Residence): void => heap.give(part(r), r.bytes)
  const spillOldest = (): boolean => {
    const r = oldest
    const owner = r?.owner
    // What was used in this tick is in use now; in the order of use, everything after it is as well.
    if (r === undefined || owner === undefined || r.used >= Math.min(clock, busySince)) return false
    owner.spilled ??= heap.bytes().slice(r.address, r.address + r.bytes)
    letGo(r)
    leave(r)
    return true
  }
  const take = (bytes: number, what: string): number => {
    while (heap.held() + bytes > budget && spillOldest()) {}
    let address = heap.take(bytes)
    while (address === 0) {
      if (!spillOldest())
        throw new EngineError(
          "out-of-memory",
          `wasm: no memory for ${bytes} bytes (${what}), ${heap.held()} bytes are in use at once; use smaller batches, checkpoint, or donate arguments that are not needed again`,
          { asked: bytes, held: heap.held() },
        )
      address = heap.take(bytes)
    }
    return address
  }
  const enter = (r: Residence, owner: WasmBuffer): void => {
    while (count >= most && spillOldest()) {}
    r.address = take(r.bytes, `${r.type.dtype}[${r.type.shape.join(", ")}]`)
    r.owner = owner
    r.used = clock
    count++
    link(r)
  }
  const create = (type: ArrayType, spilled: Uint8Array | undefined): WasmBuffer => {
    const residence: Residence = {
      engine,
      type,
      address: 0,
      bytes: byteLength(type),
      owner: undefined,
      released: false,
      born: clock,
      used: 0,
      older: undefined,
      newer: undefined,
    }
    return { engine, type, residence, spilled }
  }
  const addressOf = (buffer: WasmBuffer): number => {
    const r = buffer.residence
    if (r.address !== 0) {
      r.used = clock
      if (r !== newest) {
        unlink(r)
        link(r)
      }
      return r.address
    }
    const { spilled } = buffer
    if (spilled === undefined || r.released) throw internal("a wasm buffer was used after its release")
    const wasHere = r.used > 0
    enter(r, buffer)
    heap.bytes().set(spilled, r.address)
    // What comes back was in use after all: there was too little room for this program.
    if (wasHere && spilled.length > small) budget += spilled.length
    else if (wasHere) most++
    if (spilled.length > small) buffer.spilled = undefined
    return r.address
  }

  return {
    make: (type) => {
      const buffer = create(type, undefined)
      enter(buffer.residence, buffer)
      return buffer
    },
    takeOver: (from, type) => {
      const [old, buffer] = [from.residence, create(type, undefined)]
      const { residence } = buffer
      residence.address = old.address
      residence.owner = buffer
      residence.used = clock
      unlink(old)
      link(residence)
      old.address = 0
      old.owner = undefined
      old.released = true
      from.spilled = undefined
      return buffer
    },
    lazy: create,
    addressOf,
    addressToWrite: (buffer) => {
      const address = addressOf(buffer)
      buffer.spilled = undefined
      return address
    },
    contents: (buffer) => {
      const { address, bytes, released } = buffer.residence
      if (address !== 0) return heap.bytes().subarray(address, address + bytes)
      if (buffer.spilled === undefined || released) throw internal("a wasm buffer was read after its release")
      return buffer.spilled
    },
    release: (r) => {
      r.released = true
      if (r.address === 0) return
      if (r.owner !== undefined) r.owner.spilled = undefined
      leave(r)
    },
    tick: () => {
      clock++
    },
    during: (act) => {
      const before = busySince
      busySince = Math.min(before, clock)
      try {
        return act()
      } finally {
        busySince = before
      }
    },
    withhold: (r) => {
      r.released = true
      if (r.owner !== undefined) r.owner.spilled = undefined
      const address = part(r)
      return () => heap.give(address, r.bytes)
    },
    now: () => clock,
    bornSince: (moment) => {
      const found: Residence[] = []
      for (let r = newest; r !== undefined; r = r.older) if (r.born > moment) found.push(r)
      return found
    },
    room: (bytes) => take(bytes, "what is computed on the way"),
  }
}
