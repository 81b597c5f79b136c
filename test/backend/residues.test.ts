/** The gradient of a strided convolution by its image: a product for each residue, and the same bits. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import { convolution } from "../../src/autodiff/primitives/convolution.ts"
import { transposeLoop } from "../../src/autodiff/program/loop/derive/transpose.ts"
import { type ArrayType, inputsOf, type MapLoop, mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import { binary, compare, constant, fold, load, select } from "../../src/autodiff/program/loop/scalar.ts"
import { rewrite } from "../../src/autodiff/program/loop/walk.ts"
import { newProgram, newVariable } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { asContraction, onlyFold } from "../../src/backend/compile/contraction.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { byResidues, splitSteps } from "../../src/backend/compile/residues.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { loopOperation } from "./random-programs.ts"
import { contents } from "./wasm-random-loops.ts"

interface Geometry {
  readonly batch: number
  readonly channels: number
  readonly outputs: number
  readonly axes: readonly {
    readonly size: number
    readonly window: number
    readonly stride: number
    readonly low: number
  }[]
}
/** The Loop that the transpose rule derives for the image of a convolution, if it derives a map. */
function imageGradient({ batch, channels, outputs, axes }: Geometry): MapLoop | undefined {
  const image: ArrayType = { dtype: "f32", shape: [batch, 1, channels, ...axes.map((a) => a.size)] }
  const kernel: ArrayType = { dtype: "f32", shape: [1, outputs, channels, ...axes.map((a) => a.window)] }
  const size = axes.map((a) => Math.floor((a.size + 2 * a.low - a.window) / a.stride) + 1)
  if (size.some((n) => n < 1)) return undefined
  const operation = convolution.by({
    stride: axes.map((a) => a.stride),
    dilation: axes.map(() => 1),
    low: axes.map((a) => a.low),
    size,
  })
  const forward = operation.meaning([image, kernel])
  const [term] = transposeLoop(forward, 0, 0, [true, false]).terms
  return term?.loop.form === "map" ? term.loop : undefined
}
/** With what fusion puts around the sum: here what a relu's derivative does, reading another array at the same place. */
function masked(loop: MapLoop): MapLoop {
  const [body] = loop.bodies
  const sum = onlyFold(body!)!
  const types = [...loop.inputs, { dtype: "f32" as const, shape: loop.shape }]
  const inputs = inputsOf(types)
  return mapLoop(inputs, loop.shape, (...i) => {
    const mask = compare("lt", constant(0, "f32"), load(inputs.at(-1)!, i))
    return rewrite(body!, (n) => (n === sum ? select(mask, sum, constant(0, "f32")) : n))
  })
}
function runSequence(loop: MapLoop, inputs: readonly Numbers[]): Numbers | undefined {
  const sequence = byResidues(loop)
  if (sequence === undefined) return undefined
  const arrays = [...inputs]
  for (const step of sequence.steps) arrays.push(...kernelOf(step.loop).run(step.from.map((k) => arrays[k]!)))
  return arrays[sequence.outputs[0]!]
}

const axis = fc.record({
  size: fc.integer({ min: 1, max: 11 }),
  window: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  low: fc.integer({ min: 0, max: 2 }),
})
const geometries = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  channels: fc.integer({ min: 2, max: 5 }),
  outputs: fc.integer({ min: 1, max: 5 }),
  axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
})

describe("sums that step along an output axis", () => {
  it("are contractions for each residue, with the bits of the loop that divides", () => {
    let split = 0
    fc.assert(
      fc.property(geometries, fc.boolean(), fc.nat(), (geometry, isMasked, seed) => {
        const plain = imageGradient(geometry)
        if (plain === undefined) return
        const loop = isMasked ? masked(plain) : plain
        const inputs = loop.inputs.map((x, k) => contents(x, seed + k, seed % 4 === 0))
        const got = runSequence(loop, inputs)
        if (got === undefined) return
        split++
        expect(got).toEqual(kernelOf(loop).run(inputs)[0])
      }),
      { numRuns: 300 },
    )
    expect(split).toBeGreaterThan(60)
  })

  it("leave no division in the product, nor in the copy where the steps are whole", () => {
    for (const size of [12, 11]) {
      const axes = [0, 1].map(() => ({ size, window: 3, stride: 2, low: 1 }))
      const sequence = byResidues(imageGradient({ batch: 2, channels: 8, outputs: 8, axes })!)!
      const [product, copy] = sequence.steps
      expect(asContraction(product!.loop)?.outer.map((a) => a.index.name)).toEqual(["i0", "i1", "i2"])
      expect(copy!.loop.shape).toEqual(size === 12 ? [2, 1, 8, 6, 2, 6, 2] : [2, 1, 8, 11, 11])
    }
  })

  it("stay as they are at stride 1, and where there is no product", () => {
    const axes = [0, 1].map(() => ({ size: 12, window: 3, stride: 1, low: 1 }))
    expect(byResidues(imageGradient({ batch: 2, channels: 8, outputs: 8, axes })!)).toBeUndefined()
    const [x] = inputsOf([{ dtype: "f32", shape: [6, 5] }])
    const repeated = mapLoop([x!], [12], (i) => fold("sum", 5, (k) => load(x!, [binary("div", i!, 2), k])))
    expect(byResidues(repeated)).toBeUndefined()
  })

  it("run on the wasm engine, the result under its own shape", () => {
    const engine = createWasm()
    for (const [size, stride] of [
      [16, 2],
      [15, 2],
      [13, 3],
    ] as const) {
      const axes = [0, 1].map(() => ({ size, window: 3, stride, low: 1 }))
      const loop = masked(imageGradient({ batch: 3, channels: 6, outputs: 8, axes })!)
      const inputs = loop.inputs.map((t) => newVariable(fromArray({ dtype: t.dtype, shape: t.shape })))
      const outputs = [newVariable(fromArray({ dtype: "f32", shape: loop.shape }))]
      const equation = { operation: loopOperation(loop), inputs, outputs, site: undefined }
      const program = newProgram({ name: "gradient", inputs, equations: [equation], outputs })
      const plan = splitSteps(planOf(program))
      expect(plan.steps.map((s) => s.kind)).toEqual(["loop", "loop", "view"])
      expect(plan.slots[plan.outputs[0]!]).toEqual({ dtype: "f32", shape: loop.shape })
      // Small integers: sums are exact in any order.
      const values = loop.inputs.map((t, k) => contents(t, k, false).map((v) => Math.round(v)))
      const buffers = values.map((v, k) => engine.upload(v, loop.inputs[k]!))
      const [made] = engine.submit(engine.compile(program), buffers, new Set())
      const [want] = kernelOf(loop).run(values)
      const got = engine.readSync!(made!)
      expect(got.length).toBe(want!.length)
      for (let k = 0; k < want!.length; k++) if (got[k] !== want![k]) expect.fail(`${k}: ${got[k]}, not ${want![k]}`)
    }
  })
})
