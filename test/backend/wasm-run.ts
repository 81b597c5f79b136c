/** One kernel of the wasm engine over a memory of its own, results poisoned before, perhaps written over inputs. */
import { allocate, type Numbers } from "../../src/autodiff/dtype.ts"
import { type Loop, resultsOf, sizeOf } from "../../src/autodiff/program/loop/loop.ts"
import { type Heap, newHeap } from "../../src/backend/wasm/heap.ts"
import { hostFunctions } from "../../src/backend/wasm/kernel.ts"
import { type Kernel, type KernelOptions, newKernels } from "../../src/backend/wasm/kernels.ts"
import { newLinker } from "../../src/backend/wasm/threads/definitions.ts"

const heap = newHeap(2 ** 28)
const kernels = kernelsOn(heap)

/** Kernels for one thread. */
export function kernelsOn(memory: Heap, options: KernelOptions = {}): ReturnType<typeof newKernels> {
  return newKernels(memory, newLinker({ ...hostFunctions, memory: memory.memory }), options)
}

export function kernelFor(loop: Loop): Kernel {
  if (loop.form === "view" || loop.form === "routine") throw new Error("no code")
  return kernels(loop)
}
const bytes = (n: Numbers): number => n.length * (n instanceof Float64Array ? 8 : 4)

/** Runs a Loop; `over` gives for a result the slot of the input in whose place it is written. */
export function runWasm(
  loop: Loop,
  inputs: readonly Numbers[],
  over: ReadonlyMap<number, number> = new Map(),
): readonly Numbers[] {
  const kernel = kernelFor(loop)
  const results = resultsOf(loop).map((t) => allocate(t.dtype, sizeOf(t.shape)))
  const all = [...inputs, ...results]
  const taken = all.map((n) => heap.take(Math.max(1, bytes(n))))
  heap.bytes().fill(0xa5, Math.min(...taken), Math.max(...taken) + 4096)
  const at = taken.map((own, k) => taken[over.get(k - inputs.length) ?? -1] ?? own)
  const words = (n: Numbers): Numbers => (n instanceof Uint8Array ? Uint32Array.from(n) : n)
  inputs.forEach((n, k) => {
    const w = words(n)
    heap.bytes().set(new Uint8Array(w.buffer, w.byteOffset, w.byteLength), at[k])
  })
  kernel.run(at)
  const out = results.map((n, k) => {
    const from = at[inputs.length + k]!
    const copy = heap.bytes().slice(from, from + bytes(n)).buffer
    if (n instanceof Uint8Array) return Uint8Array.from(new Uint32Array(copy))
    return n instanceof Float32Array
      ? new Float32Array(copy)
      : n instanceof Float64Array
        ? new Float64Array(copy)
        : n instanceof Int32Array
          ? new Int32Array(copy)
          : new Uint32Array(copy)
  })
  all.forEach((n, k) => {
    heap.give(taken[k]!, Math.max(1, bytes(n)))
  })
  return out
}

/** For each result the first input that it may be written over, as the engine pairs them when every input dies. */
export function pairs(loop: Loop): ReadonlyMap<number, number> {
  const free = [...kernelFor(loop).inPlace]
  const long = (t: { readonly dtype: string; readonly shape: readonly number[] }): number =>
    sizeOf(t.shape) * (t.dtype === "f64" ? 8 : 4)
  const over = new Map<number, number>()
  resultsOf(loop).forEach((type, k) => {
    const slot = free.find((s) => loop.inputs.some((x) => x.slot === s && long(x) === long(type)))
    if (slot === undefined) return
    free.splice(free.indexOf(slot), 1)
    over.set(k, slot)
  })
  return over
}
