/**
 * One growing memory and its free space. Small blocks come from size classes, so that an eager operation allocates in
 * nanoseconds; large ones are the best fit among free ranges, which coalesce. A zone at either end stays free, because
 * vectors may be read over the end of a tensor.
 */
import { guard } from "./emit/memory.ts"

const page = 1 << 16
/** Every block starts on a cache line. */
const line = 64
const largestSmall = 1 << 14
const slab = 1 << 17

export interface Heap {
  readonly memory: WebAssembly.Memory
  /** Whether threads can share it. */
  readonly isShared: boolean
  /** The address of a free block of at least so many bytes, or 0 where memory has come to its end. */
  readonly take: (bytes: number) => number
  /** Gives back a block that was taken for so many bytes. */
  readonly give: (address: number, bytes: number) => void
  /** Bytes taken and not given back, rounded as they were taken. */
  readonly held: () => number
  /** The whole memory, as it is now: growing makes older views empty. */
  readonly bytes: () => Uint8Array<ArrayBuffer>
}

/** Four classes to a doubling: at most a quarter of a block is wasted. */
function classOf(lines: number): number {
  if (lines <= 4) return lines - 1
  const log = 31 - Math.clz32(lines - 1)
  return 4 * (log - 1) + ((lines - 1) >> (log - 2)) - 4
}
function classBytes(k: number): number {
  if (k < 4) return (k + 1) * line
  const log = (k >> 2) + 1
  return (((k & 3) + 5) << (log - 2)) * line
}

/** Address space is reserved up to the maximum: where there is too little of it, less is asked for. */
function reserve(pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 3, maximum: Math.max(3, pages), shared })
  } catch (error) {
    if (pages <= 64) throw error
    return reserve(pages >> 1, shared)
  }
}

/** A memory of at most so many bytes, shared by threads or not. */
export function newHeap(limit: number, isShared = false): Heap {
  const pages = Math.min(65536, Math.floor(limit / page))
  const memory = reserve(pages, isShared)
  const first = guard
  let end = memory.buffer.byteLength - guard
  let view = new Uint8Array(memory.buffer)
  let held = 0

  const small: number[][] = []
  const slabs: { next: number; end: number }[] = []

  // Free ranges by address: starts[k] .. starts[k] + sizes[k].
  const starts: number[] = [first]
  const sizes: number[] = [end - first]

  const indexAfter = (address: number): number => {
    let [low, high] = [0, starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (starts[middle]! < address) low = middle + 1
      else high = middle
    }
    return low
  }
  const addRange = (address: number, bytes: number): void => {
    const k = indexAfter(address)
    const joinsBefore = k > 0 && starts[k - 1]! + sizes[k - 1]! === address
    const joinsAfter = k < starts.length && address + bytes === starts[k]
    if (joinsBefore) {
      sizes[k - 1]! += bytes
      if (joinsAfter) {
        sizes[k - 1]! += sizes[k]!
        starts.splice(k, 1)
        sizes.splice(k, 1)
      }
    } else if (joinsAfter) {
      starts[k] = address
      sizes[k]! += bytes
    } else {
      starts.splice(k, 0, address)
      sizes.splice(k, 0, bytes)
    }
  }
  const takeRange = (bytes: number): number => {
    let best = -1
    for (let k = 0; k < sizes.length; k++) {
      const size = sizes[k]!
      if (size >= bytes && (best < 0 || size < sizes[best]!)) best = k
    }
    if (best < 0) return grow(bytes) ? takeRange(bytes) : 0
    const address = starts[best]!
    if (sizes[best] === bytes) {
      starts.splice(best, 1)
      sizes.splice(best, 1)
    } else {
      starts[best] = address + bytes
      sizes[best]! -= bytes
    }
    return address
  }
  const grow = (bytes: number): boolean => {
    const now = memory.buffer.byteLength / page
    const last = starts.length - 1
    const tail = last >= 0 && starts[last]! + sizes[last]! === end ? sizes[last]! : 0
    const needed = Math.ceil((bytes - tail) / page)
    // By a quarter of what there is, for fewer growths; by what is needed, where that is all there is left.
    for (const more of [Math.max(needed, now >> 2), needed]) {
      if (now + more > pages) continue
      try {
        memory.grow(more)
      } catch {
        continue
      }
      view = new Uint8Array(memory.buffer)
      addRange(end, more * page)
      end += more * page
      return true
    }
    return false
  }
  const roundLarge = (bytes: number): number => (Math.ceil(bytes / 1024) + 1) * 1024

  return {
    memory,
    isShared,
    bytes: () => view,
    held: () => held,
    take: (bytes) => {
      if (bytes > largestSmall) {
        const whole = roundLarge(bytes)
        const address = takeRange(whole)
        if (address !== 0) held += whole
        return address
      }
      const k = classOf(Math.max(1, Math.ceil(bytes / line)))
      const size = classBytes(k)
      const free = small[k]?.pop()
      if (free !== undefined) {
        held += size
        return free
      }
      let from = slabs[k]
      if (from === undefined || from.next + size > from.end) {
        const start = takeRange(slab)
        if (start === 0) return 0
        from = { next: start, end: start + slab }
        slabs[k] = from
      }
      const address = from.next
      from.next += size
      held += size
      return address
    },
    give: (address, bytes) => {
      if (bytes > largestSmall) {
        const whole = roundLarge(bytes)
        held -= whole
        addRange(address, whole)
        return
      }
      const k = classOf(Math.max(1, Math.ceil(bytes / line)))
      held -= classBytes(k)
      const list = small[k]
      if (list === undefined) small[k] = [address]
      else list.push(address)
    },
  }
}
