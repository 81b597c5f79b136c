/** Products of every shape and order of axes on the wasm engine, on numbers whose sums are exact in any order. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { inputsOf, type MapLoop, mapLoop, sizeOf } from "../../src/autodiff/program/loop/loop.ts"
import {
  binary,
  compare,
  constant,
  foldAll,
  type Input,
  load,
  type Scalar,
  select,
  type Var,
} from "../../src/autodiff/program/loop/scalar.ts"
import { asContraction } from "../../src/backend/compile/contraction.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { plainTile, tileFor } from "../../src/backend/wasm/gemm.ts"
import { newHeap } from "../../src/backend/wasm/heap.ts"
import { assemble } from "../../src/backend/wasm/kernel.ts"
import type { Kernel } from "../../src/backend/wasm/kernels.ts"
import { kernelsOn } from "./wasm-run.ts"

const heap = newHeap(2 ** 28)
/** With the tiles that this runtime has, and with one whose rows are no whole vectors, which needs a newer one to be fast. */
const everyTile = [kernelsOn(heap), kernelsOn(heap, { tiles: [{ rows: 6, madd: false }] })]

function integers(n: number, seed: number): Float32Array {
  let state = seed >>> 0
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 29) - 3
  })
}
function check(loop: MapLoop, seed: number): void {
  for (const kernels of everyTile) checkWith(kernels, loop, seed)
}
function checkWith(kernels: (loop: MapLoop) => Kernel, loop: MapLoop, seed: number): void {
  const inputs = loop.inputs.map((x, k) => integers(sizeOf(x.shape), seed + k))
  const want = kernelOf(loop).run(inputs)[0]!
  const sizes = [...inputs, want].map((x) => Math.max(4, x.length * 4))
  const at = sizes.map(heap.take)
  for (const [k, x] of inputs.entries()) heap.bytes().set(new Uint8Array(x.buffer), at[k])
  const to = at.at(-1)!
  // NaN everywhere else: what is read over an end must not reach a result.
  heap.bytes().fill(0xff, to, to + sizes.at(-1)!)
  kernels(loop).run(at)
  const got = new Float32Array(heap.bytes().slice(to, to + want.length * 4).buffer)
  for (const [k, bytes] of sizes.entries()) {
    heap.bytes().fill(0xff, at[k]!, at[k]! + bytes)
    heap.give(at[k]!, bytes)
  }
  for (let i = 0; i < want.length; i++)
    if (want[i] !== got[i]) expect.fail(`element ${i}: ${got[i]}, and the reference gives ${want[i]}`)
}
const isPacked = (loop: MapLoop): boolean => assemble(loop).scratch > 0

/** `ik,kj->ij` with sizes by letter, and what surrounds the sum. */
function einsum(
  spec: string,
  size: Readonly<Record<string, number>>,
  around: (sum: Scalar, bias: Scalar) => Scalar = (x) => x,
): MapLoop {
  const [left = "", out = ""] = spec.split("->")
  const [la = "", lb = ""] = left.split(",")
  const shape = (letters: string): readonly number[] => [...letters].map((c) => size[c] ?? 1)
  const summed = [...new Set(la + lb)].filter((c) => !out.includes(c))
  const inputs = inputsOf([
    { dtype: "f32", shape: shape(la) },
    { dtype: "f32", shape: shape(lb) },
    { dtype: "f32", shape: shape(out).slice(-1) },
  ])
  const [a, b, bias] = inputs
  return mapLoop(inputs, shape(out), (...i) => {
    const sum = foldAll("sum", shape(summed.join("")), (ks) => {
      const at = (x: Input, letters: string): Scalar =>
        load(
          x,
          [...letters].map((c) => (out.includes(c) ? i[out.indexOf(c)] : ks[summed.indexOf(c)]) ?? constant(0)),
        )
      return binary("mul", at(a!, la), at(b!, lb))
    })
    return around(sum, load(bias!, i.slice(-1)))
  })
}
const relu = (sum: Scalar, bias: Scalar): Scalar => {
  const x = binary("add", sum, bias)
  return select(compare("lt", x, 0), constant(0, "f32"), x)
}

interface Geometry {
  readonly n: number
  readonly g: number
  readonly c: number
  readonly o: number
  readonly size: number
  readonly window: number
  readonly stride: number
  readonly pad: number
  readonly dilation: number
}
/** Convolution of [n, g, c, h, w] with [g, o, c, u, v], and its two gradients. */
function convolutions(q: Geometry): readonly MapLoop[] {
  const out = Math.floor((q.size + 2 * q.pad - q.dilation * (q.window - 1) - 1) / q.stride) + 1
  if (out < 1) return []
  const image = { dtype: "f32", shape: [q.n, q.g, q.c, q.size, q.size] } as const
  const kernel = { dtype: "f32", shape: [q.g, q.o, q.c, q.window, q.window] } as const
  const result = { dtype: "f32", shape: [q.n, q.g, q.o, out, out] } as const
  const place = (i: Var, u: Var): Scalar =>
    binary("sub", binary("add", binary("mul", i, q.stride), binary("mul", u, q.dilation)), q.pad)
  const [x, w] = inputsOf([image, kernel])
  const forward = mapLoop([x!, w!], result.shape, (b, g, o, y, z) =>
    foldAll("sum", [q.c, q.window, q.window], ([c, u, v]) =>
      binary("mul", load(x!, [b!, g!, c!, place(y!, u!), place(z!, v!)]), load(w!, [g!, o!, c!, u!, v!])),
    ),
  )
  const [x2, d] = inputsOf([image, result])
  const ofKernel = mapLoop([x2!, d!], kernel.shape, (g, o, c, u, v) =>
    foldAll("sum", [q.n, out, out], ([b, y, z]) =>
      binary("mul", load(x2!, [b!, g!, c!, place(y!, u!), place(z!, v!)]), load(d!, [b!, g!, o!, y!, z!])),
    ),
  )
  return [forward, ofKernel]
}

describe("contractions", () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }))
  it("matmul in every orientation, with and without an epilogue", () => {
    const specs = ["ik,kj->ij", "ki,kj->ij", "ik,jk->ij", "ki,jk->ij", "ik,kj->ji"] as const
    fc.assert(
      fc.property(
        fc.constantFrom(...specs),
        size,
        size,
        size,
        fc.boolean(),
        fc.nat(),
        (spec, i, j, k, epilogue, seed) => {
          check(einsum(spec, { i, j, k }, epilogue ? relu : undefined), seed)
        },
      ),
      { numRuns: 300 },
    )
  })
  it("several axes of every kind, in any order", () => {
    const specs = [
      "abik,abkj->abij",
      "bik,kj->bij",
      "bik,jk->bji",
      "biak,bkja->ibj",
      "aik,bkj->aibj",
      "aik,bkj->abij",
      "ikl,lkj->ij",
      "iakb,kbj->iaj",
      "ki,kabj->abij",
      "ibk,kbj->jib",
    ]
    const small = fc.integer({ min: 1, max: 7 })
    fc.assert(
      fc.property(
        fc.constantFrom(...specs),
        fc.record({ a: small, b: small, i: size, j: size, k: size, l: small }),
        fc.nat(),
        (spec, sizes, seed) => {
          check(einsum(spec, sizes), seed)
        },
      ),
      { numRuns: 300 },
    )
  })
  it("convolutions and the gradients of their kernels: guarded operands", () => {
    const small = fc.integer({ min: 1, max: 4 })
    const geometry = fc.record({
      n: small,
      g: fc.integer({ min: 1, max: 2 }),
      c: small,
      o: fc.integer({ min: 1, max: 9 }),
      size: fc.integer({ min: 1, max: 12 }),
      window: small,
      stride: fc.integer({ min: 1, max: 3 }),
      pad: fc.integer({ min: 0, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    })
    fc.assert(
      fc.property(geometry, fc.nat(), (q, seed) => {
        for (const loop of convolutions(q)) check(loop, seed)
      }),
      { numRuns: 200 },
    )
  })
  it("rows of an image that are fours and no eights, and neither", () => {
    for (const size of [12, 28, 14])
      for (const loop of convolutions({ n: 2, g: 1, c: 5, o: 7, size, window: 3, stride: 1, pad: 1, dilation: 1 })) {
        expect(isPacked(loop)).toBe(true)
        check(loop, size)
      }
  })
  it("blocks in k, m and n", () => {
    check(einsum("ik,kj->ij", { i: 150, k: 700, j: 40 }), 1)
    check(einsum("ik,jk->ij", { i: 9, k: 1030, j: 77 }, relu), 2)
    check(einsum("ikl,lkj->ij", { i: 37, k: 30, l: 40, j: 24 }), 3)
    check(einsum("ik,kj->ij", { i: 5, k: 400, j: 2500 }), 4)
  })
  it("chooses a tile by rows, and only products know what the runtime has", () => {
    const [six, four] = [
      { rows: 6, madd: true },
      { rows: 4, madd: true },
    ]
    const chosen = (m: number): number => tileFor([six, four], m).rows
    expect([4, 8, 20].map(chosen)).toEqual([4, 4, 4])
    expect([5, 6, 10, 16, 32, 128, 512].map(chosen)).toEqual([6, 6, 6, 6, 6, 6, 6])
    for (const loop of [
      einsum("ik,kj->ij", { i: 10, j: 10, k: 10 }, relu),
      einsum("ik,k->i", { i: 100, k: 100 }),
      einsum("ik,kj->ij", { i: 64, j: 64, k: 64 }, relu),
    ]) {
      const { bytes, tile } = assemble(loop, { tiles: [six, four] })
      // The product comes as an import; what a kernel computes itself has the same instructions everywhere.
      expect(tile === undefined).toBe(!isPacked(loop))
      if (tile === undefined) expect(bytes).toEqual(assemble(loop, { tiles: [plainTile] }).bytes)
      expect(WebAssembly.validate(bytes)).toBe(true)
      expect(Buffer.from(bytes).includes(Buffer.from([0xfd, 0x85, 0x02]))).toBe(false)
    }
  })
  it("packs what is worth packing, and sees the contraction in each", () => {
    const square = { i: 64, j: 64, k: 64 }
    for (const spec of ["ik,kj->ij", "ki,kj->ij", "ik,jk->ij", "ki,jk->ij", "ik,kj->ji"])
      expect(isPacked(einsum(spec, square, relu))).toBe(true)
    for (const loop of convolutions({ n: 2, g: 2, c: 8, o: 16, size: 16, window: 3, stride: 1, pad: 1, dilation: 1 })) {
      expect(asContraction(loop)).toBeDefined()
      expect(isPacked(loop)).toBe(true)
    }
    expect(isPacked(einsum("ik,kj->ij", { i: 10, j: 10, k: 10 }))).toBe(false)
    expect(isPacked(einsum("ik,k->i", { i: 1000, k: 1000 }))).toBe(false)
  })
})
