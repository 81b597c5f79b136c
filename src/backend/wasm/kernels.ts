/** Compiled Loops, each once: called with addresses, so that where tensors lie does not matter. */
import { EngineError, internal } from "../../autodiff/errors.ts"
import { type ArrayType, type Loop, resultsOf } from "../../autodiff/program/loop/loop.ts"
import { gemmModule, type Tile, tilesOfRuntime } from "./gemm.ts"
import type { Heap } from "./heap.ts"
import { assemble, type CodeLoop } from "./kernel.ts"
import type { Linker } from "./threads/definitions.ts"

export interface Kernel {
  /** Its module's number. */
  readonly definition: number
  /** Takes the address of each input, then of each result, and does all of the work. */
  readonly run: (addresses: readonly number[]) => void
  readonly results: readonly ArrayType[]
  /** Slots of inputs over which a result of the same length may be written. */
  readonly inPlace: ReadonlySet<number>
  /** Bytes of memory that each part needs while it runs. */
  readonly scratch: number
  /** How many parts at most get any work. */
  readonly splits: number
  /** Nanoseconds on one core, roughly. */
  readonly work: number
}
export interface KernelOptions {
  readonly tiles?: readonly Tile[]
  /** Whether threads share the memory. */
  readonly shared?: boolean
}

export function newKernels(heap: Heap, linker: Linker, options: KernelOptions = {}): (loop: CodeLoop) => Kernel {
  const { tiles = tilesOfRuntime(), shared = false } = options
  const known = new WeakMap<Loop, Kernel>()
  // Loops that nobody has any more take their code along.
  const dropped = new FinalizationRegistry<number>((definition) => linker.forget(definition))
  const products = new Map<Tile, number>()
  const productOf = (tile: Tile): number => {
    const made = products.get(tile) ?? linker.define({ bytes: gemmModule(tile, { shared }), imports: [] })
    products.set(tile, made)
    return made
  }
  // Kernels called from here run one at a time, so they can share what they write on the way.
  let room = { address: 0, bytes: 0 }
  const scratchOf = (bytes: number): number => {
    if (bytes > room.bytes) {
      if (room.address !== 0) heap.give(room.address, room.bytes)
      room = { address: heap.take(bytes), bytes }
      if (room.address === 0) {
        room.bytes = 0
        throw new EngineError(
          "out-of-memory",
          `wasm: no memory for ${bytes} bytes in which to pack a product, ${heap.held()} are held`,
          { asked: bytes, held: heap.held() },
        )
      }
    }
    return room.address
  }
  const compile = (loop: CodeLoop): Kernel => {
    const { bytes, tile, scratch, inPlace, splits, work } = assemble(loop, { tiles, shared })
    const imports = tile === undefined ? [] : [{ name: "panels", from: productOf(tile), export: "panels" }]
    const definition = linker.define({ bytes, imports })
    dropped.register(loop, definition)
    const run = exported(linker.exports(definition), "run")
    const runAll = (addresses: readonly number[]): void =>
      scratch > 0 ? run(...addresses, scratchOf(scratch), 0, 1) : invoke(run, addresses)
    return { definition, run: runAll, results: resultsOf(loop), inPlace, scratch, splits, work }
  }
  return (loop) => {
    let kernel = known.get(loop)
    if (kernel === undefined) {
      kernel = compile(loop)
      known.set(loop, kernel)
    }
    return kernel
  }
}

type Numbers = (...numbers: readonly number[]) => void
/** All of the work as one part. Spreading an array into a call costs more than a small kernel does. */
function invoke(run: Numbers, a: readonly number[]): void {
  const [x = 0, y = 0, z = 0, w = 0] = a
  if (a.length === 2) run(x, y, 0, 1)
  else if (a.length === 3) run(x, y, z, 0, 1)
  else if (a.length === 4) run(x, y, z, w, 0, 1)
  else run(...a, 0, 1)
}

/** An exported function by name; what it takes and gives is known to who wrote its module. */
export function exported(exports: WebAssembly.Exports, name: string): Numbers {
  const found = exports[name]
  if (typeof found !== "function") throw internal(`the module exports no function ${name}`)
  return found as Numbers
}
