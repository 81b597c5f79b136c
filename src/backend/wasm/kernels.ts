/** Compiled Loops, each once: called with addresses, so that where tensors lie does not matter. */
import { EngineError } from "../../autodiff/errors.ts"
import { type ArrayType, type Loop, resultsOf } from "../../autodiff/program/loop/loop.ts"
import { gemmModule, type Tile, tilesOfRuntime } from "./gemm.ts"
import type { Heap } from "./heap.ts"
import { assemble, type CodeLoop, hostFunctions } from "./kernel.ts"

export interface Kernel {
  /** Takes the address of each input, then of each result. */
  readonly run: (...addresses: readonly number[]) => void
  readonly results: readonly ArrayType[]
  /** Slots of inputs over which a result of the same length may be written. */
  readonly inPlace: ReadonlySet<number>
}

export function newKernels(heap: Heap, tiles: readonly Tile[] = tilesOfRuntime()): (loop: CodeLoop) => Kernel {
  const known = new WeakMap<Loop, Kernel>()
  const imports: WebAssembly.ModuleImports = { ...hostFunctions, memory: heap.memory }
  const instantiate = (bytes: Uint8Array<ArrayBuffer>, more: WebAssembly.ModuleImports = {}): WebAssembly.Exports =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { ...imports, ...more } }).exports
  const products = new Map<Tile, WebAssembly.ExportValue>()
  const panelsOf = (tile: Tile): WebAssembly.ExportValue => {
    const made = products.get(tile) ?? instantiate(gemmModule(tile)).panels!
    products.set(tile, made)
    return made
  }
  // Kernels run one at a time, so they can share what they write on the way.
  let scratch = { address: 0, bytes: 0 }
  const scratchOf = (bytes: number): number => {
    if (bytes > scratch.bytes) {
      if (scratch.address !== 0) heap.give(scratch.address, scratch.bytes)
      scratch = { address: heap.take(bytes), bytes }
      if (scratch.address === 0) {
        scratch.bytes = 0
        throw new EngineError(
          "out-of-memory",
          `wasm: no memory for ${bytes} bytes in which to pack a product, ${heap.held()} are held`,
          {
            asked: bytes,
            held: heap.held(),
          },
        )
      }
    }
    return scratch.address
  }
  const compile = (loop: CodeLoop): Kernel => {
    const results = resultsOf(loop)
    const made = assemble(loop, tiles)
    const { inPlace } = made
    if (made.tile === undefined) return { run: exported(instantiate(made.bytes), "run"), results, inPlace }
    const run = exported(instantiate(made.bytes, { panels: panelsOf(made.tile) }), "run")
    return { run: (...addresses) => run(...addresses, scratchOf(made.scratch)), results, inPlace }
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

/** An exported function by name; what it takes and gives is known to who wrote its module. */
export function exported(exports: WebAssembly.Exports, name: string): (...numbers: readonly number[]) => void {
  const found = exports[name]
  if (typeof found !== "function") throw new Error(`the module exports no function ${name}`)
  return found as (...numbers: readonly number[]) => void
}
