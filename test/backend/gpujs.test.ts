import fc from "fast-check"
import { GPU } from "gpu.js"
import { beforeAll, describe, expect, it } from "vitest"
import { allocate, type Element, type Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine } from "../../src/autodiff/engine.ts"
import {
  inputsOf,
  type Loop,
  mapLoop,
  prefixLoop,
  resultsOf,
  routineLoop,
  scatterLoop,
} from "../../src/autodiff/program/loop/loop.ts"
import {
  type Binary,
  binary,
  cast,
  compare,
  constant,
  fold,
  load,
  type Scalar,
  select,
  type Unary,
  unary,
} from "../../src/autodiff/program/loop/scalar.ts"
import { claimsOf, newProgram, newVariable, type Program } from "../../src/autodiff/program/program.ts"
import { fromArray, typeOf } from "../../src/autodiff/program/type.ts"
import { createGpujs, engineOver } from "../../src/backend/gpujs/engine.ts"
import { openGpu } from "../../src/backend/gpujs/gpu.ts"
import { lower } from "../../src/backend/gpujs/lower.ts"
import { printKernel } from "../../src/backend/gpujs/print.ts"
import { createReference } from "../../src/backend/reference/engine.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { dice, type Palette, randomLoop, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { equation, loopOperation, meaningOf, randomProgram } from "./random-programs.ts"

const modes = ["webasm", "cpu"] as const
type Mode = (typeof modes)[number]
/** What webasm computes as the reference does, bit for bit: it rounds to f32 after every operation. */
const singles: Palette = {
  ...wholeGrammar,
  dtypes: ["f32", "i32", "u32", "bool"],
  unary: (t) => (t === "f32" ? ["neg", "abs", "floor", "ceil", "sqrt"] : wholeGrammar.unary(t)),
  binary: (t) => (t === "f32" ? ["add", "sub", "mul", "div", "min", "max"] : wholeGrammar.binary(t)),
}
/** What loses nothing where floats are doubles between stores, as in mode cpu. */
const exact: Palette = {
  ...singles,
  unary: (t) => (t === "f32" ? ["neg", "abs", "floor", "ceil"] : wholeGrammar.unary(t)),
  binary: (t) => (t === "f32" ? ["add", "sub", "min", "max"] : wholeGrammar.binary(t)),
  monoids: (t) => (t === "f32" ? ["sum", "max", "min"] : wholeGrammar.monoids(t)),
  bitcasts: false,
  // A large integer is rounded when it becomes a float.
  casts: (to, from) => to !== "f32" || from === "f32" || from === "bool",
  wild: false,
}
const palettes: Readonly<Record<Mode, Palette>> = { webasm: singles, cpu: exact }

const programOf = (loop: Loop): Program => {
  const variables = loop.inputs.map((x) => newVariable(fromArray(x)))
  const applied = equation(loopOperation(loop), variables, resultsOf(loop))
  return newProgram({ name: "f", inputs: variables, equations: [applied], outputs: applied.outputs })
}
const runOn = async (engine: Engine, program: Program, inputs: readonly Numbers[]): Promise<readonly Numbers[]> => {
  const buffers = program.inputs.map((v, k) => engine.upload(inputs[k] ?? new Uint8Array(0), v.type.array))
  const results = engine.submit(engine.compile(program), buffers, new Set())
  const read = await Promise.all(results.map((b) => engine.read(b)))
  for (const b of new Set([...buffers, ...results])) engine.release(b)
  return read
}
const one = <T>(xs: readonly T[]): T => {
  const [x] = xs
  if (x === undefined) throw new Error("nothing there")
  return x
}

describe.each(modes)("gpujs/%s", (mode) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createGpujs({ mode })
  })
  const equal = async (loop: Loop, inputs: readonly Numbers[]): Promise<void> => {
    // A scatter and a running sum start by adding to 0, which makes 0 of -0; gathering, and the first of log n steps, do not.
    const plain = (all: readonly Numbers[]) => (loop.form !== "map" ? all.map((xs) => xs.map((x) => x + 0)) : all)
    expect(plain(await runOn(engine, programOf(loop), inputs))).toEqual(plain(kernelOf(loop).run(inputs)))
  }

  it("says what it is and cannot block", () => {
    expect(engine.name).toBe(`gpujs/${mode}`)
    expect(engine.readSync).toBeUndefined()
  })

  it("equals the reference exactly on random Loops of every form", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 4 }), async (seed, depth) => {
        const any = randomLoop(dice(seed), palettes[mode], depth)
        // Sums in another order may overflow elsewhere: where the order changes, values are such that it cannot be seen.
        const p = any.form === "map" ? palettes[mode] : exact
        const d = dice(seed)
        const loop = randomLoop(d, p, depth)
        const inputs = loop.inputs.map((x) => randomValues(d, x, p.wild || x.dtype !== "f32"))
        await equal(loop, inputs)
      }),
      { numRuns: 300 },
    )
  })

  it("equals the meaning of random Programs, words and control flow included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 6 }), async (seed, size) => {
        const d = dice(seed)
        const p = palettes[mode]
        const types = randomTypes(d, p)
        const program = randomProgram(d, p, types, size)
        const inputs = types.map((t) => randomValues(d, t, p.wild || t.dtype !== "f32"))
        const before = engine.bytesHeld()
        const results = await runOn(engine, program, inputs)
        expect(results).toEqual(meaningOf(program, inputs))
        expect(results.length).toBe(program.outputs.length + claimsOf(program).length)
        expect(engine.bytesHeld()).toBe(before)
      }),
      { numRuns: 40 },
    )
  })

  const floats = [
    0,
    -0,
    1,
    -1,
    0.5,
    -2.5,
    3.75,
    7,
    -7.25,
    1e-40,
    2 ** 24 + 2,
    1e30,
    -1e30,
    Number.NaN,
    Infinity,
    -Infinity,
  ].map(Math.fround)
  const integers = [
    0,
    1,
    -1,
    2,
    -3,
    10,
    255,
    256,
    65535,
    65536,
    -65536,
    16777217,
    -16777217,
    123456789,
    -987654321,
    2 ** 31 - 1,
    -(2 ** 31),
    -(2 ** 31) + 1,
  ]
  const valuesOf: Readonly<Record<Element, readonly number[]>> = {
    f32: floats,
    f64: floats,
    i32: integers,
    u32: integers.map((x) => x >>> 0),
    bool: [0, 1],
  }
  /** Every pair of a dtype's values, as two arrays. */
  const pairs = (t: Element): readonly [Numbers, Numbers] => {
    const all = valuesOf[t].flatMap((a) => valuesOf[t].map((b) => [a, b] as const))
    const [first, second] = [allocate(t, all.length), allocate(t, all.length)]
    all.forEach(([a, b], k) => {
      first[k] = a
      second[k] = b
    })
    return [first, second]
  }
  const onPairs = async (t: Element, f: (a: Scalar, b: Scalar) => Scalar): Promise<void> => {
    const values = pairs(t)
    const type = { dtype: t, shape: [values[0].length] }
    const inputs = inputsOf([type, type])
    const [x, y] = inputs
    if (x === undefined || y === undefined) throw new Error("two inputs")
    await equal(
      mapLoop(inputs, type.shape, (...i) => f(load(x, i), load(y, i))),
      values,
    )
  }
  const elements = ["f32", "i32", "u32", "bool"] as const
  it.each(elements.flatMap((t) => wholeGrammar.unary(t).map((fn): [Unary, Element] => [fn, t])))(
    "%s of %s, at its extremes",
    async (fn, t) => {
      await onPairs(t, (a) => unary(fn, a))
    },
  )
  it.each(
    elements.flatMap((t) =>
      wholeGrammar
        .binary(t)
        .filter((fn) => fn !== "rem" || t !== "f32")
        .map((fn): [Binary, Element] => [fn, t]),
    ),
  )("%s of %s, at its extremes", async (fn, t) => {
    await onPairs(t, (a, b) => binary(fn, a, b))
  })
  it.each(elements)("comparisons and selects of %s", async (t) => {
    for (const fn of ["lt", "le", "eq", "ne"] as const) {
      await onPairs(t, (a, b) => compare(fn, a, b))
      await onPairs(t, (a, b) => select(compare(fn, a, b), a, b))
    }
  })
  it.each(elements.flatMap((t) => elements.filter((u) => u !== t).map((u): [Element, Element] => [t, u])))(
    "cast of %s to %s",
    async (t, u) => {
      await onPairs(t, (a) => cast(u, a))
    },
  )

  it("the remainder of f32 is right to an ulp of the dividend, with its sign", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const d = dice(seed)
        const number = (): number => Math.fround((d.below(2 ** 20) - 2 ** 19) / 2 ** d.below(16))
        const [a, b] = [
          Float32Array.from({ length: 50 }, number),
          Float32Array.from(
            { length: 50 },
            () => Math.fround((1 + d.below(2 ** 12)) / 2 ** d.below(8)) * (d.chance(0.5) ? -1 : 1),
          ),
        ]
        const inputs = inputsOf([
          { dtype: "f32", shape: [50] },
          { dtype: "f32", shape: [50] },
        ])
        const [x, y] = inputs
        if (x === undefined || y === undefined) throw new Error("two inputs")
        const found = one(
          await runOn(engine, programOf(mapLoop(inputs, [50], (...i) => binary("rem", load(x, i), load(y, i)))), [
            a,
            b,
          ]),
        )
        found.forEach((r, k) => {
          const [p, q] = [a[k] ?? 0, b[k] ?? 1]
          const ulp = Math.abs(p) * 2 ** -23
          const error = Math.abs(r - (p % q))
          // An ulp off a multiple of the divisor is near it from either side.
          expect(Math.min(error, Math.abs(q) - error)).toBeLessThanOrEqual(ulp)
          expect(Math.abs(r)).toBeLessThanOrEqual(Math.abs(q) + ulp)
          if (r !== 0) expect(Math.sign(r)).toBe(Math.sign(p))
        })
      }),
      { numRuns: 20 },
    )
  })

  it("rounds floats made of indices, and of constants, instead of wrapping them", async () => {
    const loop = mapLoop([], [4, 3], (i, j) => {
      const [x, y] = [cast("f32", i ?? constant(0)), cast("f32", j ?? constant(0))]
      const large = constant(65536, "f32")
      return [
        binary("mul", binary("mul", binary("add", x, large), large), binary("add", y, constant(1, "f32"))),
        binary("add", binary("mul", large, binary("mul", large, large)), x),
      ]
    })
    await equal(loop, [])
  })
  it("sums 5000 terms: no loop stops after 1000 rounds", async () => {
    const inputs = inputsOf([{ dtype: "f32", shape: [5000] }])
    const loop = mapLoop(inputs, [], () => fold("sum", 5000, (k) => load(one(inputs), [k])))
    await equal(loop, [Float32Array.from({ length: 5000 }, (_, k) => (k % 7) - 2)])
  })
  it.each(["sum", "prod", "max", "min", "and", "or"] as const)("folds 1000 large integers: %s", async (monoid) => {
    for (const dtype of ["i32", "u32"] as const) {
      const inputs = inputsOf([{ dtype, shape: [3, 1000] }])
      const loop = mapLoop(inputs, [3], (i) =>
        fold(monoid, 1000, (k) => load(one(inputs), i === undefined ? [k, k] : [i, k])),
      )
      const d = dice(5)
      await equal(
        loop,
        [randomValues(d, { dtype: "f64", shape: [3000] }, false).map(() => d.below(2 ** 32))].map((x) =>
          dtype === "i32" ? Int32Array.from(x) : Uint32Array.from(x),
        ),
      )
    }
  })
  it("finds the largest of large integers, the first of equals, and the first NaN", async () => {
    const d = dice(6)
    for (const dtype of ["i32", "u32", "f32"] as const) {
      const inputs = inputsOf([{ dtype, shape: [4, 300] }])
      const loop = mapLoop(inputs, [4], (i) =>
        (["argmax", "argmin"] as const).map((m) =>
          fold(m, 300, (k) => [load(one(inputs), i === undefined ? [k, k] : [i, k]), k], 1),
        ),
      )
      await equal(loop, [randomValues(d, one(inputs), true)])
    }
  })
  it.each(["f32", "i32", "u32"] as const)("running folds of %s in both directions", async (dtype) => {
    const d = dice(7)
    const inputs = inputsOf([{ dtype, shape: [3, 37, 2] }])
    for (const monoid of ["sum", "max", "min"] as const)
      for (const reverse of [false, true])
        await equal(
          prefixLoop(inputs, [3, 37, 2], { axis: 1, monoid, reverse }, (...i) => load(one(inputs), i)),
          [randomValues(d, one(inputs), dtype !== "f32")],
        )
  })
  it("scatters by a loaded index, dropping what lies outside", async () => {
    const d = dice(8)
    const inputs = inputsOf([
      { dtype: "i32", shape: [200] },
      { dtype: "f32", shape: [200, 3] },
    ])
    const [which, x] = inputs
    if (which === undefined || x === undefined) throw new Error("two inputs")
    const loop = scatterLoop(
      inputs,
      [20, 3],
      [200, 3],
      () => constant(0, "f32"),
      (r, j) => ({
        at: [load(which, r === undefined ? [] : [r]), j ?? constant(0)],
        value: load(x, r === undefined || j === undefined ? [] : [r, j]),
      }),
    )
    await equal(loop, [
      Int32Array.from({ length: 200 }, () => d.below(26) - 3),
      Float32Array.from({ length: 600 }, () => d.below(100) - 50),
    ])
  })
  it.each([
    ["f32", 300, 0.5],
    ["i32", 300, 0.5],
    ["f32", 40, 1],
    ["u32", 1, 1],
  ] as const)("scatters %s into many places, %i sources at two loaded indices", async (dtype, count, spread) => {
    const d = dice(11)
    const inputs = inputsOf([
      { dtype: "i32", shape: [count, 2, 2] },
      { dtype, shape: [3, count, 2] },
      { dtype, shape: [31, 5, 17] },
    ])
    const [which, x, start] = inputs
    if (which === undefined || x === undefined || start === undefined) throw new Error("three inputs")
    const at = (...i: readonly (Scalar | undefined)[]) => i.map((v) => v ?? constant(0))
    const loop = scatterLoop(
      inputs,
      [31, 5, 17],
      [count, 3, 2],
      (...i) => load(start, i),
      (r, j, half) => ({
        at: [load(which, at(r, half, constant(0))), ...at(j), load(which, at(r, half, constant(1)))],
        value: load(x, at(j, r, half)),
      }),
    )
    const numbers = (type: { readonly shape: readonly number[] }): Numbers =>
      allocate(
        dtype,
        type.shape.reduce((a, b) => a * b, 1),
      ).map(() => d.below(200) - (dtype === "u32" ? 0 : 100))
    await equal(loop, [
      Int32Array.from({ length: count * 4 }, () => d.below(Math.ceil(40 * spread)) - 3),
      numbers(x),
      numbers(start),
    ])
  })
  const contractions = [
    ["a product", [64, 96], (i: Scalar, k: Scalar) => [i, k], (k: Scalar, j: Scalar) => [k, j]],
    ["of transposed operands", [64, 96], (i: Scalar, k: Scalar) => [k, i], (k: Scalar, j: Scalar) => [j, k]],
    ["of odd sizes", [63, 97], (i: Scalar, k: Scalar) => [i, k], (k: Scalar, j: Scalar) => [k, j]],
    ["of rows alone in blocks", [68, 10], (i: Scalar, k: Scalar) => [i, k], (k: Scalar, j: Scalar) => [k, j]],
  ] as const
  it.each(contractions)("a large contraction: %s", async (_, [rows, columns], left, right) => {
    const size = 200
    const [a, b, bias] = [
      { dtype: "f32", shape: left(constant(rows), constant(size)).map((x) => (x.op === "const" ? x.value : 0)) },
      { dtype: "f32", shape: right(constant(size), constant(columns)).map((x) => (x.op === "const" ? x.value : 0)) },
      { dtype: "f32", shape: [columns] },
    ] as const
    const inputs = inputsOf([a, b, bias])
    const [x, y, z] = inputs
    if (x === undefined || y === undefined || z === undefined) throw new Error("three inputs")
    const loop = mapLoop(inputs, [rows, columns], (...at) => {
      const [i = constant(0), j = constant(0)]: readonly Scalar[] = at
      const sum = fold("sum", size, (k) => binary("mul", load(x, left(i, k)), load(y, right(k, j))))
      return binary("max", binary("add", sum, load(z, [j])), constant(0, "f32"))
    })
    const { kernels } = lower(loop, { webasm: mode === "webasm" })
    expect(kernels.map((k) => k.block?.width)).toEqual([mode === "webasm" && rows % 4 === 0 ? 4 : undefined])
    const d = dice(12)
    await equal(
      loop,
      inputs.map((t) => Float32Array.from({ length: t.shape.reduce((p, n) => p * n, 1) }, () => d.below(16) - 8)),
    )
  })
  it("a large convolution, whose rows in blocks are rows of one image", async () => {
    const inputs = inputsOf([
      { dtype: "f32", shape: [2, 8, 14, 14] },
      { dtype: "f32", shape: [12, 8, 3, 3] },
    ])
    const [x, w] = inputs
    if (x === undefined || w === undefined) throw new Error("two inputs")
    const loop = mapLoop(inputs, [2, 12, 14, 14], (...at) => {
      const [n = constant(0), o = constant(0), i = constant(0), j = constant(0)]: readonly Scalar[] = at
      const near = (v: Scalar, tap: Scalar): Scalar => binary("sub", binary("add", v, tap), 1)
      return fold("sum", 8, (c) =>
        fold("sum", 3, (p) =>
          fold("sum", 3, (q) => binary("mul", load(x, [n, c, near(i, p), near(j, q)]), load(w, [o, c, p, q]))),
        ),
      )
    })
    expect(lower(loop, { webasm: true }).kernels.map((k) => k.block?.width)).toEqual([4])
    const d = dice(13)
    await equal(
      loop,
      inputs.map((t) => Float32Array.from({ length: t.shape.reduce((p, n) => p * n, 1) }, () => d.below(16) - 8)),
    )
  })
  it("computes softmax's shared folds once a row", async () => {
    const inputs = inputsOf([{ dtype: "f32", shape: [6, 40] }])
    const loop = mapLoop(inputs, [6, 40], (i, j) => {
      const at = (k: Scalar): Scalar => load(one(inputs), i === undefined ? [k, k] : [i, k])
      const top = fold("max", 40, (k) => at(k))
      const e = (k: Scalar): Scalar => unary("exp", binary("sub", at(k), top))
      return binary(
        "div",
        e(j ?? constant(0)),
        fold("sum", 40, (k) => e(k)),
      )
    })
    expect(lower(loop).kernels.map((k) => k.output)).toEqual([[6], [6], [40, 6]])
    const values = randomValues(dice(9), one(inputs), false)
    const found = one(await runOn(engine, programOf(loop), [values]))
    const wanted = one(kernelOf(loop).run([values]))
    found.forEach((x, k) => {
      expect(Math.abs(x - (wanted[k] ?? 0))).toBeLessThanOrEqual(1e-6 * (wanted[k] ?? 0))
    })
  })
  it("indexes five axes", async () => {
    const inputs = inputsOf([{ dtype: "f32", shape: [2, 3, 4, 5, 6] }])
    const loop = mapLoop(inputs, [6, 4, 2, 5, 3], (a, b, c, d, e) =>
      load(
        one(inputs),
        [c, e, b, d, a].flatMap((v) => v ?? []),
      ),
    )
    await equal(loop, [Float32Array.from({ length: 720 }, (_, k) => k)])
  })
  it("runs routines on the host over 32-bit arrays", async () => {
    const type = { dtype: "u32", shape: [4] } as const
    const routine = { name: "test.reverse", run: (xs: readonly Numbers[]) => xs.map((x) => x.slice().reverse()) }
    await equal(routineLoop(inputsOf([type]), routine, [type]), [Uint32Array.of(1, 2 ** 32 - 1, 3, 2 ** 24 + 1)])
  })
  it("gives Threefry's bits", async () => {
    const bits = threefry(5)
    expect(one(await runOn(engine, programOf(bits), [Uint32Array.of(0, 0)])).slice(0, 2)).toEqual(
      Uint32Array.of(0x6b200159, 0x99ba4efe),
    )
    await equal(bits, [Uint32Array.of(0x13198a2e, 0x03707344)])
  })

  it("refuses f64 and takes weak scalars as f32", async () => {
    const weak = newVariable(typeOf("f64", [], true))
    const inputs = inputsOf([{ dtype: "f64", shape: [] }])
    const half = equation(
      loopOperation(mapLoop(inputs, [], () => cast("f32", binary("mul", load(one(inputs), []), constant(0.5, "f64"))))),
      [weak],
      [{ dtype: "f32", shape: [] }],
    )
    const program = newProgram({ name: "f", inputs: [weak], equations: [half], outputs: half.outputs })
    expect(await runOn(engine, program, [Float64Array.of(5)])).toEqual([Float32Array.of(2.5)])
    expect(() => engine.upload(new Float64Array(3), { dtype: "f64", shape: [3] })).toThrow(
      /has no f64 and was given a tensor f64\[3\]/,
    )
    const strong = newVariable(typeOf("f64", []))
    expect(() => engine.compile(newProgram({ name: "g", inputs: [strong], equations: [], outputs: [strong] }))).toThrow(
      /has no f64 and was given a value f64\[\] in g/,
    )
  })
  it("refuses tensors of another engine and arrays it cannot number", async () => {
    const foreign = createReference().upload(new Float32Array(1), { dtype: "f32", shape: [1] })
    await expect(engine.read(foreign)).rejects.toThrow(/a tensor of engine reference was handed to engine gpujs/)
    expect(() => engine.upload(new Uint8Array(0), { dtype: "bool", shape: [2 ** 12, 2 ** 13] })).toThrow(
      /exactly up to 2\^24/,
    )
  })
  it("runs only in the mode asked for", async () => {
    const { compileKernel } = await openGpu(mode)
    expect(
      compileKernel(
        { source: "function(a0) { return a0[this.thread.x] + 1; }", output: [2] },
        [2],
      )([Float32Array.of(1, 2)]),
    ).toEqual(Float32Array.of(2, 3))
  })
})

describe("gpujs", () => {
  it("refuses a mode that is not there", async () => {
    await expect(createGpujs({ mode: "webgpu" })).rejects.toThrow(/mode "webgpu" was asked for and does not run here/)
  })
  it("runs the same where every kernel gives a promise, as on WebGPU", async () => {
    const machine = await openGpu("webasm")
    const compileKernel: typeof machine.compileKernel = (kernel, sizes) => {
      const run = machine.compileKernel(kernel, sizes)
      return async (inputs) => run(inputs)
    }
    const engine = engineOver({ ...machine, compileKernel, compilePipeline: undefined }, "webgpu")
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 6 }), async (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, singles)
        const program = randomProgram(d, singles, types, size)
        const inputs = types.map((t) => randomValues(d, t, true))
        expect(await runOn(engine, program, inputs)).toEqual(meaningOf(program, inputs))
        // What was only passed through is given back when its last kernel has run, which reading does not wait for.
        await expect.poll(() => engine.bytesHeld()).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
  it("prints kernels that run when pasted into gpu.js", () => {
    const inputs = inputsOf([{ dtype: "f32", shape: [2, 3] }])
    const { source, output } = printKernel(
      mapLoop(inputs, [2], (i) => fold("sum", 3, (k) => load(one(inputs), i === undefined ? [k, k] : [i, k]))),
    )
    expect(source).toBe(`function(a0) {
  let s0 = 0;
  const t1 = this.thread.x * 3;
  for (let k0 = 0; k0 < 3; k0++) {
    s0 = s0 + a0[t1 + k0];
  }
  return s0;
}`)
    const kernel: (x: Float32Array) => unknown = new GPU({ mode: "cpu" }).createKernel(source, { output: [...output] })
    expect(kernel(Float32Array.of(1, 2, 3, 4, 5, 6))).toEqual(Float32Array.of(6, 15))
  })
  it("takes no 32-bit integer where 2^24 is the end", () => {
    const inputs = inputsOf([{ dtype: "u32", shape: [4] }])
    const { kernels } = lower(
      mapLoop(inputs, [4], (...i) => binary("mul", load(one(inputs), i), constant(2654435769, "u32"))),
    )
    for (const k of kernels)
      for (const n of k.source.match(/\d+(\.\d+)?/g) ?? []) expect(Number(n)).toBeLessThanOrEqual(2 ** 24)
  })
})

/** Threefry-2x32 with 20 rounds: row i enciphers the counter (i, 0). */
function threefry(n: number): Loop {
  const inputs = inputsOf([{ dtype: "u32", shape: [2] }])
  const word = (v: number): Scalar => constant(v, "u32")
  const rotate = (x: Scalar, r: number): Scalar =>
    binary("or", binary("shl", x, constant(r, "u32")), binary("shr", x, constant(32 - r, "u32")))
  return mapLoop(inputs, [n, 2], (i, half) => {
    const [k0, k1] = [load(one(inputs), [constant(0)]), load(one(inputs), [constant(1)])]
    const ks = [k0, k1, binary("xor", binary("xor", k0, k1), word(0x1bd11bda))]
    const key = (s: number): Scalar => ks[s % 3] ?? k0
    let x: Scalar = binary("add", cast("u32", i ?? constant(0)), k0)
    let y: Scalar = k1
    for (let round = 0; round < 20; round++) {
      x = binary("add", x, y)
      y = binary(
        "xor",
        rotate(
          y,
          [
            [13, 15, 26, 6],
            [17, 29, 16, 24],
          ][(round >> 2) & 1]?.[round & 3] ?? 0,
        ),
        x,
      )
      if ((round & 3) === 3) {
        const s = (round >> 2) + 1
        x = binary("add", x, key(s))
        y = binary("add", binary("add", y, key(s + 1)), word(s))
      }
    }
    return select(compare("eq", half ?? constant(0), constant(0)), x, y)
  })
}
