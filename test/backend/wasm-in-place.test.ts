/** Results written over inputs that nobody reads any more: the same bits, and no memory. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Element, Numbers } from "../../src/autodiff/dtype.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  prefixLoop,
  resultsOf,
  scatterLoop,
  sizeOf,
} from "../../src/autodiff/program/loop/loop.ts"
import {
  binary,
  cast,
  compare,
  constant,
  fold,
  load,
  type Scalar,
  select,
  unary,
  type Var,
} from "../../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Program } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { readInPlace } from "../../src/backend/compile/in-place.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { contents } from "./wasm-random-loops.ts"
import { kernelFor, pairs, runWasm } from "./wasm-run.ts"

const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })

/** Maps, running folds and scatters of several inputs of one shape, each read at the output index or also elsewhere. */
const cases = fc.record({
  shape: fc.array(fc.constantFrom(1, 2, 3, 4, 5, 9, 16, 33), { maxLength: 3 }),
  dtypes: fc.array(fc.constantFrom<Element>("f32", "i32", "u32", "bool", "f64"), { minLength: 1, maxLength: 4 }),
  ways: fc.array(fc.nat({ max: 7 }), { minLength: 4, maxLength: 4 }),
  results: fc.array(fc.record({ mix: fc.nat(), as: fc.constantFrom<Element>("f32", "i32", "bool", "f64") }), {
    minLength: 1,
    maxLength: 3,
  }),
  form: fc.constantFrom("map", "map", "prefix", "scatter"),
  seed: fc.nat(),
})
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never

function loopOf({ shape, dtypes, ways, results, form }: Case): Loop {
  const inputs = inputsOf(dtypes.map((dtype) => ({ dtype, shape })))
  const read = (k: number, i: readonly Var[]): Scalar => {
    const x = inputs[k % inputs.length]!
    const here = load(x, i)
    const last = i.at(-1)
    if (last === undefined) return here
    const at = (j: Scalar): Scalar => load(x, [...i.slice(0, -1), j], 1)
    switch (ways[k % inputs.length]) {
      case 0:
        return at(binary("add", last, 1))
      case 1:
        return at(binary("sub", constant(last.size - 1), last))
      case 2:
        return fold("max", last.size, at)
      case 3:
        return fold("max", i[0]!.size, (k) => load(x, [k, ...i.slice(1)]))
      default:
        return here
    }
  }
  const value = (mix: number, as: Element, i: readonly Var[]): Scalar => {
    const [x, y, z] = [0, 1, 2].map((d) => cast(as, read((mix >> (2 * d)) % 4, i)))
    const test = compare("lt", cast("f32", x!), cast("f32", y!))
    const chosen = select(test, z!, y!)
    return as === "bool" ? binary("or", chosen, x!) : binary("max", chosen, x!)
  }
  const [first = { mix: 0, as: "f32" as const }] = results
  if (form === "prefix" && shape.length > 0)
    return prefixLoop(
      inputs,
      shape,
      { axis: first.mix % shape.length, monoid: "max", reverse: first.mix % 3 === 0 },
      (...i) => value(first.mix, first.as, i),
    )
  if (form === "scatter")
    return scatterLoop(
      inputs,
      shape,
      shape,
      (...i) => (first.mix % 2 === 0 ? read(0, i) : value(first.mix, "i32", i)),
      (...r) => ({ at: r, value: first.mix % 2 === 0 ? cast(inputs[0]!.dtype, read(1, r)) : value(1, "i32", r) }),
    )
  return mapLoop(inputs, shape, (...i) => results.map(({ mix, as }) => value(mix, as, i)))
}

describe("results written over inputs", () => {
  it("have the bits that they have elsewhere", () => {
    let [shared, several] = [0, 0]
    fc.assert(
      fc.property(cases, (made) => {
        const loop = loopOf(made)
        const over = pairs(loop)
        if (over.size > 0) shared++
        if (over.size > 1) several++
        const values = loop.inputs.map((x, k) => contents(x, made.seed + k, false))
        const want = kernelOf(loop).run(values)
        expect(runWasm(loop, values, over)).toEqual(want)
        expect(runWasm(loop, values)).toEqual(want)
      }),
      { numRuns: Number(process.env.RUNS ?? 500) },
    )
    expect(shared).toBeGreaterThan(150)
    expect(several).toBeGreaterThan(20)
  })

  it("are those that are read at the output index alone, and never those of a packed product", () => {
    const [a, b, row] = inputsOf([f32(4, 6), f32(4, 6), f32(6)])
    const map = (body: (i: Var, j: Var) => Scalar): Loop => mapLoop([a!, b!, row!], [4, 6], (i, j) => body(i!, j!))
    const slots = (loop: Loop): readonly number[] => [...readInPlace(loop)].filter((s) => s < 2)
    expect(slots(map((i, j) => binary("add", load(a!, [i, j]), load(b!, [i, j]))))).toEqual([0, 1])
    expect(
      slots(
        map((i, j) =>
          binary(
            "add",
            load(a!, [i, j]),
            fold("max", 6, (k) => load(a!, [i, k])),
          ),
        ),
      ),
    ).toEqual([1])
    expect(slots(map((i, j) => binary("add", load(b!, [i, j]), load(b!, [i, constant(0)]))))).toEqual([0])
    expect(slots(map((i, j) => load(a!, [i, binary("sub", constant(5), j)])))).toEqual([1])
    expect([...readInPlace(map((i, j) => binary("add", load(a!, [i, j]), load(row!, [j]))))]).toEqual([0, 1])
    const [x, y, bias] = inputsOf([f32(32, 32), f32(32, 32), f32(32, 32)])
    const dense = mapLoop([x!, y!, bias!], [32, 32], (i, j) =>
      binary(
        "add",
        fold("sum", 32, (k) => binary("mul", load(x!, [i!, k]), load(y!, [k, j!]))),
        load(bias!, [i!, j!]),
      ),
    )
    expect([...readInPlace(dense)]).toEqual([2])
    expect(kernelFor(dense).inPlace.size).toBe(0)
  })
})

/** Adam's step as one Loop: parameter, first and second moment and gradient give the first three anew. */
const adam = (type: ArrayType): Loop => {
  const xs = inputsOf([type, type, type, type])
  const c = (x: number): Scalar => constant(Math.fround(x), "f32")
  const blend = (old: Scalar, fresh: Scalar, keep: number): Scalar =>
    binary("add", binary("mul", old, c(keep)), binary("mul", fresh, c(1 - keep)))
  return mapLoop(xs, type.shape, (...i) => {
    const [p, m, v, g] = xs.map((x) => load(x, i))
    const [mean, square] = [blend(m!, g!, 0.9), blend(v!, binary("mul", g!, g!), 0.999)]
    const step = binary("div", mean, binary("add", unary("sqrt", square), c(1e-8)))
    return [binary("sub", p!, binary("mul", step, c(0.001))), mean, square]
  })
}
function programOf(...loops: readonly Loop[]): Program {
  const inputs = loops[0]!.inputs.map((x) => newVariable(fromArray({ dtype: x.dtype, shape: x.shape })))
  let values = inputs
  const equations = loops.map((loop) => {
    const outputs = resultsOf(loop).map((t) => newVariable(fromArray(t)))
    const operation = { kind: "loop", name: loop.form, params: {}, key: `${loop.id}`, meaning: () => loop } as const
    const equation = { operation, inputs: values.slice(0, loop.inputs.length), outputs, site: undefined }
    values = outputs
    return equation
  })
  return newProgram({ name: "steps", inputs, equations, outputs: values })
}

describe("the wasm engine's plans", () => {
  it("update donated state where it lies, and leave the caller's own alone", () => {
    const type = f32(50_000)
    const engine = createWasm()
    const step = engine.compile(programOf(adam(type)))
    const values = [1, 2, 3, 4].map((k) => contents(type, k, false).map((x) => Math.abs(x)))
    const gradient = engine.upload(values[3]!, type)
    let state = values.slice(0, 3).map((v) => engine.upload(v, type))
    const held = engine.bytesHeld()
    let want: readonly Numbers[] = values.slice(0, 3)
    for (let round = 0; round < 3; round++) {
      const donated = state
      state = [...engine.submit(step, [...state, gradient], new Set([0, 1, 2]))]
      expect(engine.bytesHeld()).toBe(held)
      for (const b of donated) expect(() => engine.readSync!(b)).toThrow(/release/)
      want = kernelOf(adam(type)).run([...want, values[3]!])
    }
    expect(state.map((b) => engine.readSync!(b))).toEqual(want)
    expect(engine.readSync!(gradient)).toEqual(values[3])
  })

  it("add into a donated table without a copy, and into a copy of a kept one", () => {
    const engine = createWasm()
    const [table, rows, which] = inputsOf([f32(1000, 64), f32(10, 64), { dtype: "i32", shape: [10] }])
    const loop = scatterLoop(
      [table!, rows!, which!],
      table!.shape,
      rows!.shape,
      (...i) => load(table!, i),
      (r, j) => ({ at: [load(which!, [r!]), j!], value: load(rows!, [r!, j!]) }),
    )
    const step = engine.compile(programOf(loop))
    const values = loop.inputs.map((x, k) => contents(x, k, false))
    const [want] = kernelOf(loop).run(values)
    for (const donated of [new Set<number>(), new Set([0])]) {
      const buffers = values.map((v, k) => engine.upload(v, loop.inputs[k]!))
      const held = engine.bytesHeld()
      const [made] = engine.submit(step, buffers, donated)
      expect(engine.readSync!(made!)).toEqual(want)
      // The small uploads come into memory as well.
      const grown = engine.bytesHeld() - held - 10 * 65 * 4
      if (donated.size > 0) expect(grown).toBeLessThan(2000)
      else expect(grown).toBeGreaterThanOrEqual(sizeOf(table!.shape) * 4)
      if (donated.size === 0) expect(engine.readSync!(buffers[0]!)).toEqual(values[0])
    }
  })
})
