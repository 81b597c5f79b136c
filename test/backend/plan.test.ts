import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import type { EngineBuffer } from "../../src/autodiff/engine.ts"
import { type ArrayType, inputsOf, mapLoop, sizeOf, viewLoop } from "../../src/autodiff/program/loop/loop.ts"
import { binary, constant, load } from "../../src/autodiff/program/loop/scalar.ts"
import { claimsOf, literal, newProgram, newVariable } from "../../src/autodiff/program/program.ts"
import { fromArray, typeOf } from "../../src/autodiff/program/type.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { type Device, runPlan, runPlanLater } from "../../src/backend/compile/run.ts"
import { simplifiedPlan } from "../../src/backend/compile/stages.ts"
import { createReference } from "../../src/backend/reference/engine.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { dice, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { equation, loopOperation, meaningOf, randomProgram } from "./random-programs.ts"

interface Cell {
  readonly name: number
  type: ArrayType
  values: Numbers
}
/** A device that writes its results over spare inputs and spoils whatever it may: what is still needed then shows. */
function jealous() {
  const live = new Set<Cell>()
  let made = 0
  const make = (type: ArrayType, values: Numbers): Cell => {
    const cell = { name: made++, type, values }
    live.add(cell)
    return cell
  }
  const alive = (cell: Cell): Cell => {
    if (!live.has(cell)) throw new Error(`buffer ${cell.name} is used after it was freed`)
    return cell
  }
  const device: Device<Cell> = {
    loop: (step, inputs, spare) => {
      const kernel = kernelOf(step.loop)
      const results = kernel.run(inputs.map((x) => alive(x).values))
      const free = spare.filter((x) => inputs.includes(x))
      expect(free).toEqual(spare)
      for (const x of free) x.values = x.values.slice().fill(77)
      return kernel.results.map((type, k) => {
        const values = results[k] ?? new Uint8Array(0)
        const over = free.shift()
        if (over === undefined) return make(type, values)
        over.values = values
        over.type = type
        return over
      })
    },
    constant: (type, value) =>
      make(type, kernelOf(mapLoop([], type.shape, () => constant(value, type.dtype))).run([])[0] ?? new Uint8Array(0)),
    allocate: (type) =>
      make(type, kernelOf(mapLoop([], type.shape, () => constant(55, type.dtype))).run([])[0] ?? new Uint8Array(0)),
    row: (from, type, index) =>
      make(type, alive(from).values.slice(index * sizeOf(type.shape), (index + 1) * sizeOf(type.shape))),
    store: (into, type, index, row) => alive(into).values.set(alive(row).values, index * sizeOf(type.shape)),
    free: (cell) => {
      live.delete(alive(cell))
      cell.values = cell.values.slice().fill(99)
    },
  }
  return { device, make, live, alive }
}

const seeds = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 8 }))
/** A program, its inputs (one of them perhaps passed twice) and which are donated. */
function scene(seed: number, size: number) {
  const d = dice(seed)
  const types = randomTypes(d, wholeGrammar)
  const twice = d.chance(0.3) ? types.slice(0, 1) : []
  const program = randomProgram(d, wholeGrammar, [...types, ...twice], size)
  const values = types.map((t) => randomValues(d, t, true))
  const all = [...values, ...values.slice(0, twice.length)]
  const donated = new Set(program.inputs.flatMap((_, k) => (d.chance(0.4) ? [k] : [])))
  return { program, types, values, all, donated, twice: twice.length }
}

describe("a plan", () => {
  it("runs as its program means, on a device that spoils what it may", () => {
    fc.assert(
      fc.property(seeds, ([seed, size]) => {
        const { program, types, values, all, donated, twice } = scene(seed, size)
        const wanted = meaningOf(program, all)
        for (const plan of [planOf(program), simplifiedPlan(program)]) {
          const { device, make, live, alive } = jealous()
          const cells = types.map((t, k) => make(t, (values[k] ?? new Uint8Array(0)).slice()))
          const inputs = [...cells, ...cells.slice(0, twice)]
          const results = runPlan(plan, device, inputs, donated, (b) => alive(b).values[0] ?? 0)
          expect(results.map((r) => alive(r).values)).toEqual(wanted)
          // What the caller keeps is as it was; nothing else outlives the run but the results.
          const kept = inputs.filter(
            (c, k) => !donated.has(k) || inputs.some((other, j) => other === c && !donated.has(j)),
          )
          for (const c of kept) expect(alive(c).values).toEqual(values[cells.indexOf(c)])
          expect(live).toEqual(new Set([...kept, ...results]))
        }
      }),
      { numRuns: 600 },
    )
  })

  it("runs the same where scalars have to be waited for", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async ([seed, size]) => {
        const { program, all, donated } = scene(seed, size)
        const { device, make } = jealous()
        const cells = program.inputs.map((v, k) => make(v.type.array, (all[k] ?? new Uint8Array(0)).slice()))
        const results = await runPlanLater(planOf(program), device, cells, donated, async (b) => b.values[0] ?? 0)
        expect(results.map((r) => r.values)).toEqual(meaningOf(program, all))
      }),
      { numRuns: 200 },
    )
  })

  it("on the reference engine: results, words, bytes held, inputs left alone", async () => {
    const engine = createReference()
    await fc.assert(
      fc.asyncProperty(seeds, async ([seed, size]) => {
        const { program, types, values, all, donated, twice } = scene(seed, size)
        const before = engine.bytesHeld()
        const uploaded = types.map((t, k) => engine.upload(values[k] ?? new Uint8Array(0), t))
        const inputs = [...uploaded, ...uploaded.slice(0, twice)]
        const results = engine.submit(engine.compile(program), inputs, donated)
        expect(results.length).toBe(program.outputs.length + claimsOf(program).length)
        expect(await Promise.all(results.map((b) => engine.read(b)))).toEqual(meaningOf(program, all))
        const kept = inputs.filter(
          (b, k) => !donated.has(k) || inputs.some((other, j) => other === b && !donated.has(j)),
        )
        for (const b of new Set<EngineBuffer>([...kept, ...results])) engine.release(b)
        expect(engine.bytesHeld()).toBe(before)
      }),
      { numRuns: 300 },
    )
  })

  it("bakes literals in, drops dead steps and dead results, keeps views free", () => {
    const type: ArrayType = { dtype: "f32", shape: [2, 3] }
    const scalar: ArrayType = { dtype: "f32", shape: [] }
    const x = newVariable(fromArray(type))
    const [a, s] = inputsOf([type, scalar])
    if (a === undefined || s === undefined) throw new Error("two inputs")
    const both = mapLoop([a, s], type.shape, (...i) => [
      binary("mul", load(a, i), load(s, [])),
      binary("add", load(a, i), load(s, [])),
    ])
    const first = equation(loopOperation(both), [x, literal(3, typeOf("f32", []))], [type, type])
    const dead = equation(loopOperation(both), [x, literal(4, typeOf("f32", []))], [type, type])
    const [product] = first.outputs
    if (product === undefined) throw new Error("a product")
    const view = equation(loopOperation(viewLoop({ slot: 0, ...type }, [6])), [product], [{ dtype: "f32", shape: [6] }])
    const plan = planOf(newProgram({ name: "f", inputs: [x], equations: [first, dead, view], outputs: view.outputs }))
    expect(plan.steps.map((step) => step.kind)).toEqual(["loop", "view"])
    const [step] = plan.steps
    expect(step?.kind === "loop" && step.loop).toBe(
      mapLoop([a], type.shape, (...i) => binary("mul", load(a, i), constant(3, "f32"))),
    )
    expect(plan.dying).toEqual([[0], step?.kind === "loop" ? step.outputs : []])
  })

  it("hands an input through as the very buffer", () => {
    const engine = createReference()
    const x = newVariable(fromArray({ dtype: "f32", shape: [4] }))
    const view = equation(
      loopOperation(viewLoop({ slot: 0, dtype: "f32", shape: [4] }, [2, 2])),
      [x],
      [{ dtype: "f32", shape: [2, 2] }],
    )
    const program = newProgram({ name: "f", inputs: [x], equations: [view], outputs: [...view.outputs, x] })
    const buffer = engine.upload(new Float32Array([1, 2, 3, 4]), { dtype: "f32", shape: [4] })
    for (const donated of [new Set<number>(), new Set([0])])
      expect(engine.submit(engine.compile(program), [buffer], donated)).toEqual([buffer, buffer])
  })
})
