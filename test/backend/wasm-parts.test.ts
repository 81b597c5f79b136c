/** Kernels in parts: whatever the number and the order of the parts, the bits of the whole, each element by one of them. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { bytesOf } from "../../src/autodiff/dtype.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  type MapLoop,
  mapLoop,
  prefixLoop,
  resultsOf,
  scatterLoop,
  sizeOf,
} from "../../src/autodiff/program/loop/loop.ts"
import {
  binary,
  compare,
  constant,
  fold,
  foldAll,
  type Input,
  load,
  type Scalar,
  select,
  unary,
} from "../../src/autodiff/program/loop/scalar.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { gemmModule, type Tile, tilesOfRuntime } from "../../src/backend/wasm/gemm.ts"
import { type Assembled, assemble, hostFunctions } from "../../src/backend/wasm/kernel.ts"
import { exported } from "../../src/backend/wasm/kernels.ts"
import { randomCase } from "./wasm-random-loops.ts"

const guard = 1 << 16
const runs = Number(process.env.RUNS ?? 120)
const numbersOfParts = [1, 2, 3, 4, 7]
/** A NaN as f32 and as f64, and no small integer. */
const poison = 0xffa5a5a5

// Threads share their memory, so these kernels are made for one that is shared; 6 rows are no whole vectors.
const memory = new WebAssembly.Memory({ initial: 8, maximum: 65536, shared: true })
const everyTile: readonly (readonly Tile[])[] = [tilesOfRuntime(), [{ rows: 6, madd: false }]]
const instantiate = (bytes: Uint8Array<ArrayBuffer>, more: WebAssembly.ModuleImports = {}): WebAssembly.Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { ...hostFunctions, memory, ...more } }).exports
const products = new Map<string, WebAssembly.ExportValue>()
function panelsOf(tile: Tile): WebAssembly.ExportValue {
  const key = JSON.stringify(tile)
  const made = products.get(key) ?? instantiate(gemmModule(tile, { shared: true })).panels!
  products.set(key, made)
  return made
}

interface Placed {
  readonly at: number
  /** In words. */
  readonly length: number
  readonly type: ArrayType
}
interface Run extends Assembled {
  readonly inputs: readonly Placed[]
  readonly results: readonly Placed[]
  readonly part: (part: number, parts: number) => void
  /** The memory up to the end of what belongs to this run, as words, a copy. */
  readonly words: () => Uint32Array
  readonly scratchAt: number
  /** Everything poisoned but the inputs. */
  readonly begin: () => void
}

/** A loop with its tensors in memory; where `over`, results lie over inputs that may be written over. */
function prepare(loop: Loop, seed: number, tiles: readonly Tile[], over = false): Run {
  if (loop.form === "view" || loop.form === "routine") throw new Error("no code")
  const assembled = assemble(loop, { tiles, shared: true })
  const { bytes, tile, scratch } = assembled
  let end = guard
  const place = (type: ArrayType): Placed => {
    const length = (sizeOf(type.shape) * Math.max(4, bytesOf(type.dtype))) / 4
    const at = end
    end += Math.ceil((length * 4 + 64) / 64) * 64
    return { at, length, type }
  }
  const inputs = loop.inputs.map(place)
  const free = over ? inputs.filter((_, k) => assembled.inPlace.has(loop.inputs[k]!.slot)) : []
  const results = resultsOf(loop).map((type) => {
    const k = free.findIndex((x) => x.length === sizeOf(type.shape) * (type.dtype === "f64" ? 2 : 1))
    const [under] = k < 0 ? [] : free.splice(k, 1)
    return under === undefined ? place(type) : { ...under, type }
  })
  const addresses = [...inputs, ...results].map((x) => x.at)
  const scratchAt = end
  if (scratch > 0) addresses.push(end)
  end += scratch * 10
  const missing = end + guard - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / guard))
  const run = exported(instantiate(bytes, tile === undefined ? {} : { panels: panelsOf(tile) }), "run")
  return {
    ...assembled,
    inputs,
    results,
    scratchAt,
    words: () => new Uint32Array(memory.buffer, 0, end / 4).slice(),
    part: (part, parts) => run(...addresses, part, parts),
    begin: () => {
      new Uint32Array(memory.buffer).fill(poison, guard / 4, end / 4)
      inputs.forEach((x, k) => {
        fill(x, seed + k)
      })
    },
  }
}
/** Numbers whose sums depend on their order. */
function fill({ at, type }: Placed, seed: number): void {
  let state = (seed * 2654435761 + 12345) >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const size = sizeOf(type.shape)
  const { buffer } = memory
  const view =
    type.dtype === "f32"
      ? new Float32Array(buffer, at, size)
      : type.dtype === "f64"
        ? new Float64Array(buffer, at, size)
        : new Int32Array(buffer, at, size)
  const isFloat = type.dtype === "f32" || type.dtype === "f64"
  for (let k = 0; k < size; k++)
    view[k] = isFloat ? next() * 3 - 1 : Math.floor(next() * (type.dtype === "bool" ? 2 : 12))
}
const words = (x: Placed): Uint32Array => new Uint32Array(memory.buffer, x.at, x.length).slice()
/** Every NaN the same: which of two NaN an instruction gives is the compiler's choice. */
function canonical({ type }: Placed, x: Uint32Array): Uint32Array {
  const { buffer } = x.slice()
  // Storing NaN stores the one of JavaScript.
  const same = (v: number): number => (Number.isNaN(v) ? Number.NaN : v)
  if (type.dtype === "f32") return new Uint32Array(new Float32Array(buffer).map(same).buffer)
  if (type.dtype === "f64") return new Uint32Array(new Float64Array(buffer).map(same).buffer)
  return x
}

function shuffled(n: number, seed: number): readonly number[] {
  const order = Array.from({ length: n }, (_, k) => k)
  let state = seed >>> 0
  for (let k = n - 1; k > 0; k--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const other = state % (k + 1)
    ;[order[k], order[other]] = [order[other]!, order[k]!]
  }
  return order
}

/** Everything that parts promise, of one loop; gives into how many it can be cut. */
function check(loop: Loop, seed: number, print = "", tiles = everyTile[0]!): number {
  const fail = (what: string): never => expect.fail(`${what}\n${print}`)
  const run = prepare(loop, seed, tiles)
  const isEmpty = run.results.every((x) => x.length === 0)
  run.begin()
  run.part(0, 1)
  const whole = run.results.map(words)
  for (const parts of new Set([...numbersOfParts, Math.min(run.splits, 9), Math.min(run.splits + 1, 10)])) {
    const writers = run.results.map((x) => new Int32Array(x.length).fill(-1))
    let busy = 0
    for (const part of shuffled(parts, seed)) {
      run.begin()
      const before = run.words()
      run.part(part, parts)
      const after = run.words()
      let wrote = false
      run.results.forEach((x, r) => {
        const first = x.at / 4
        const want = canonical(x, whole[r]!)
        const now = canonical(x, words(x))
        for (let k = 0; k < x.length; k++) {
          if (after[first + k] === before[first + k]) continue
          wrote = true
          if (writers[r]![k]! >= 0)
            fail(`word ${k} of result ${r} is written by ${writers[r]![k]} and ${part} of ${parts}`)
          writers[r]![k] = part
          if (now[k] !== want[k]) fail(`word ${k} of result ${r} has other bits from part ${part} of ${parts}`)
        }
      })
      // Nothing but results, the rest of their last vectors, and this part's scratch.
      const allow = (from: number, length: number): void => before.set(after.subarray(from, from + length), from)
      for (const x of run.results) allow(x.at / 4, Math.ceil(x.length / 4) * 4)
      allow((run.scratchAt + part * run.scratch) / 4, run.scratch / 4)
      const strange = before.findIndex((x, k) => x !== after[k])
      if (strange >= 0) fail(`part ${part} of ${parts} writes at ${strange * 4}, which is no result's nor its scratch`)
      if (wrote) busy++
    }
    writers.forEach((of, r) => {
      const nobodys = of.indexOf(-1)
      if (nobodys >= 0 && whole[r]![nobodys] !== poison)
        fail(`word ${nobodys} of result ${r} is written by none of ${parts}`)
    })
    if (!isEmpty && busy !== Math.min(parts, run.splits))
      fail(`${busy} of ${parts} parts have something to do, and splits is ${run.splits}`)
  }
  for (const over of [false, true]) {
    const again = over ? prepare(loop, seed, tiles, true) : run
    for (const parts of numbersOfParts) {
      again.begin()
      for (const part of shuffled(parts, seed + parts)) again.part(part, parts)
      again.results.forEach((x, r) => {
        const [now, want] = [canonical(x, words(x)), canonical(x, whole[r]!)]
        const k = now.findIndex((v, at) => v !== want[at])
        if (k >= 0) fail(`word ${k} of result ${r} has other bits from ${parts} parts${over ? ", over an input" : ""}`)
      })
    }
  }
  return run.splits
}

const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })

describe("every form of random Loop", () => {
  for (const form of ["map", "prefix", "scatter"] as const)
    it(form, () => {
      let cut = 0
      fc.assert(
        fc.property(randomCase(form), fc.nat({ max: 1000 }), ({ loop, print }, seed) => {
          if (check(loop, seed, print) > 1) cut++
        }),
        { numRuns: runs },
      )
      expect(cut).toBeGreaterThan(runs / 20)
    })
})

describe("loops with work to share", () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 130 }), fc.constantFrom(2, 3, 64, 96, 127, 128))
  it("maps, and folds in lanes of either index", () => {
    fc.assert(
      fc.property(size, size, fc.nat({ max: 6 }), fc.nat({ max: 1000 }), (rows, columns, kind, seed) => {
        const xs = inputsOf([f32(rows, columns), f32(columns), f32(rows + columns)])
        const [x, y, z] = xs
        const row = (i: Scalar, of: (v: Scalar) => Scalar = (v) => v): Scalar =>
          fold("sum", columns, (k) => of(load(x!, [i, k])))
        const loops: readonly (() => MapLoop)[] = [
          () => mapLoop(xs, [rows, columns], (i, j) => unary("exp", binary("mul", load(x!, [i!, j!]), load(y!, [j!])))),
          () =>
            mapLoop(xs, [rows, columns], (i, j) =>
              binary(
                "div",
                load(x!, [i!, j!]),
                row(i!, (v) => unary("exp", v)),
              ),
            ),
          () => mapLoop(xs, [rows], (i) => row(i!)),
          () => mapLoop(xs, [columns], (j) => fold("sum", rows, (k) => load(x!, [k, j!]))),
          // The fold has lanes, and so has the index outside: an element must be in the same ones for any number of parts.
          () =>
            mapLoop(xs, [rows], (i) =>
              fold("sum", columns, (k) => binary("mul", load(z!, [binary("add", i!, k)]), load(y!, [k]))),
            ),
          () =>
            mapLoop(xs, [columns], (j) =>
              binary(
                "sub",
                load(y!, [j!]),
                fold("max", columns, (k) => load(y!, [k])),
              ),
            ),
          () => mapLoop(xs, [rows, columns], (i, j) => [load(x!, [i!, j!]), compare("lt", load(y!, [j!]), row(i!))]),
        ]
        check(loops[kind]!(), seed, `${kind} of [${rows}, ${columns}]`)
      }),
      { numRuns: runs },
    )
  })
  it("permutations", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 4, max: 70 })), {
          minLength: 2,
          maxLength: 4,
        }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        fc.nat({ max: 1000 }),
        (shape, order, seed) => {
          fc.pre(sizeOf(shape) < 20_000)
          const axes = order.filter((d) => d < shape.length)
          const [x] = inputsOf([f32(...axes.map((d) => shape[d]!))])
          check(
            mapLoop([x!], shape, (...i) =>
              load(
                x!,
                axes.map((d) => i[d]!),
              ),
            ),
            seed,
            `[${shape}] of [${axes}]`,
          )
        },
      ),
      { numRuns: runs },
    )
  })
  it("running sums along either axis", () => {
    fc.assert(
      fc.property(
        size,
        size,
        fc.nat({ max: 1 }),
        fc.boolean(),
        fc.nat({ max: 1000 }),
        (rows, columns, axis, reverse, seed) => {
          const [x] = inputsOf([f32(rows, columns)])
          const options = { axis, monoid: "sum", reverse } as const
          const loop = prefixLoop([x!], [rows, columns], options, (...i) => load(x!, i))
          const splits = check(loop, seed)
          if (axis === 1) expect(splits).toBe(rows)
          else if (columns > 32) expect(splits).toBeGreaterThan(1)
        },
      ),
      { numRuns: runs },
    )
  })
  it("rows and columns added at loaded places; single places cannot be shared", () => {
    const scattered = (rows: number, columns: number, of: number, kind: number): Loop => {
      const types: readonly ArrayType[] = [
        f32(rows, columns),
        { dtype: "i32", shape: [of] },
        f32(of, columns),
        f32(rows, of),
      ]
      const xs = inputsOf(types)
      const [into, which, byRow, byColumn] = xs
      const start = (...i: readonly Scalar[]): Scalar => load(into!, i)
      if (kind === 0)
        return scatterLoop(xs, [rows, columns], [of, columns], start, (r, j) => ({
          at: [load(which!, [r!]), j!],
          value: load(byRow!, [r!, j!]),
        }))
      // As many sources as there are rows, more, or fewer.
      const sources = Math.max(1, rows + ((of % 5) - 2))
      return scatterLoop(xs, [rows, columns], [of, sources], start, (r, i) => ({
        at: [i!, load(which!, [r!])],
        value: load(byColumn!, [i!, r!]),
      }))
    }
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 1 }),
        fc.nat({ max: 1000 }),
        (rows, columns, of, kind, seed) => {
          const splits = check(scattered(rows, columns, of, kind), seed, `${kind}: ${of} into [${rows}, ${columns}]`)
          // Rows of one element lie next to each other: they are shared out by the cache line, where there are any to share.
          if (kind === 1 && columns === 1) expect([1, Math.ceil(rows / 16), rows]).toContain(splits)
          else expect(splits).toBe(kind === 0 ? Math.ceil(columns / 16) : rows)
        },
      ),
      { numRuns: runs },
    )
    const xs = inputsOf([{ dtype: "i32", shape: [200] }])
    const counts = scatterLoop(
      xs,
      [12],
      [200],
      () => constant(0, "f32"),
      (r) => ({
        at: [load(xs[0]!, [r!])],
        value: constant(1, "f32"),
      }),
    )
    expect(check(counts, 1)).toBe(1)
  })
  it("a fold to one number is whole, and so is what little comes of one", () => {
    const [x] = inputsOf([f32(64, 64)])
    const total = foldAll("sum", [64, 64], (ks) => load(x!, ks))
    expect(
      check(
        mapLoop([x!], [64], (i) => binary("sub", load(x!, [i!, i!]), total)),
        1,
      ),
    ).toBe(1)
    expect(
      check(
        mapLoop([x!], [], () => foldAll("sum", [64, 64], (ks) => load(x!, ks))),
        1,
      ),
    ).toBe(1)
  })
})

/** `ik,kj->ij` with sizes by letter, and what surrounds the sum. */
function einsum(spec: string, size: Readonly<Record<string, number>>, withBias: boolean): MapLoop {
  const [left = "", out = ""] = spec.split("->")
  const [la = "", lb = ""] = left.split(",")
  const shape = (letters: string): readonly number[] => [...letters].map((c) => size[c] ?? 1)
  const summed = [...new Set(la + lb)].filter((c) => !out.includes(c))
  const inputs = inputsOf([f32(...shape(la)), f32(...shape(lb)), f32(...shape(out).slice(-1))])
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
    if (!withBias) return sum
    const x = binary("add", sum, load(bias!, i.slice(-1)))
    return select(compare("lt", x, 0), constant(0, "f32"), x)
  })
}

describe("contractions", () => {
  const specs = [
    "ik,kj->ij",
    "ki,kj->ij",
    "ik,jk->ij",
    "bik,bkj->bij",
    "abik,abkj->abij",
    "bik,jk->bji",
    "aik,bkj->aibj",
    "ikl,lkj->ij",
    "iakb,kbj->iaj",
    "ki,kabj->abij",
    "jk,bkxy->bjxy",
    "aik,kxy->aixy",
  ] as const
  const size = fc.oneof(fc.integer({ min: 1, max: 9 }), { arbitrary: fc.integer({ min: 8, max: 40 }), weight: 3 })
  const small = fc.integer({ min: 1, max: 5 })
  it("of every size and order of axes, with and without an epilogue", () => {
    let [packed, cut] = [0, 0]
    const sizes = fc.record({
      a: small,
      b: small,
      i: size,
      j: size,
      k: size,
      l: small,
      x: size,
      y: fc.integer({ min: 1, max: 17 }),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...specs),
        sizes,
        fc.boolean(),
        fc.constantFrom(...everyTile),
        fc.nat({ max: 1000 }),
        (spec, of, withBias, tiles, seed) => {
          const loop = einsum(spec, of, withBias)
          fc.pre(sizeOf(loop.shape) < 30_000 && sizeOf(loop.shape) * of.k < 600_000)
          const splits = check(loop, seed, `${spec} ${JSON.stringify(of)}`, tiles)
          if (assemble(loop).scratch === 0) return
          packed++
          if (splits > 1) cut++
        },
      ),
      { numRuns: runs },
    )
    expect(packed).toBeGreaterThan(runs / 8)
    expect(cut).toBeGreaterThan((packed * 4) / 5)
  })
  it("of several blocks in k, m and n", () => {
    const splits = [
      check(einsum("ik,kj->ij", { i: 150, k: 700, j: 40 }, false), 1),
      check(einsum("ik,jk->ij", { i: 9, k: 1030, j: 77 }, true), 2),
      check(einsum("ikl,lkj->ij", { i: 37, k: 30, l: 40, j: 24 }, true), 3),
      check(einsum("ik,kj->ij", { i: 5, k: 400, j: 1500 }, true), 4),
    ]
    expect(Math.min(...splits)).toBeGreaterThan(3)
  })
  it("of windows over an image, with an epilogue by channel", () => {
    for (const [images, size, channels] of [
      [3, 12, 7],
      [1, 14, 5],
      [1, 28, 16],
    ] as const) {
      const xs = inputsOf([f32(images, 5, size, size), f32(channels, 5, 3, 3), f32(channels)])
      const [x, w, bias] = xs
      const place = (i: Scalar, u: Scalar): Scalar => binary("sub", binary("add", i, u), 1)
      const loop = mapLoop(xs, [images, channels, size, size], (b, o, y, z) => {
        const sum = foldAll("sum", [5, 3, 3], ([c, u, v]) =>
          binary("mul", load(x!, [b!, c!, place(y!, u!), place(z!, v!)]), load(w!, [o!, c!, u!, v!])),
        )
        return binary("max", binary("add", sum, load(bias!, [o!])), constant(0, "f32"))
      })
      for (const tiles of everyTile) expect(check(loop, size, `${images} of ${size}`, tiles)).toBeGreaterThan(3)
    }
  })
  it("the parts together are the product", () => {
    const loop = einsum("ik,kj->ij", { i: 50, k: 60, j: 70 }, true)
    const run = prepare(loop, 5, everyTile[0]!)
    run.begin()
    const inputs = run.inputs.map((x) => new Float32Array(memory.buffer, x.at, x.length).slice())
    const want = kernelOf(loop).run(inputs)[0]!
    for (const part of [2, 0, 1]) run.part(part, 3)
    const [result] = run.results
    const got = new Float32Array(memory.buffer, result!.at, result!.length)
    expect(Math.max(...got.map((x, k) => Math.abs(x - want[k]!)))).toBeLessThan(1e-4)
  })
})

describe("what is said about kernels", () => {
  it("work grows as flops, bytes and operations do", () => {
    const of = (n: number): number => assemble(einsum("ik,kj->ij", { i: n, j: n, k: n }, false)).work
    expect(of(256)).toBeCloseTo((2 * 256 ** 3) / 35, 0)
    const [x] = inputsOf([f32(512, 512)])
    const [copy, exp] = [(v: Scalar) => unary("neg", v), (v: Scalar) => unary("exp", v)].map(
      (f) => assemble(mapLoop([x!], [512, 512], (...i) => f(load(x!, i)))).work,
    )
    expect(copy).toBeCloseTo((2 * 4 * 512 * 512) / 30, 0)
    expect(exp! / copy!).toBeGreaterThan(2)
    expect(exp! / copy!).toBeLessThan(20)
  })
  it("scratch is whole lines for each part", () => {
    const { scratch } = assemble(einsum("ik,kj->ij", { i: 65, j: 65, k: 65 }, false))
    expect(scratch).toBeGreaterThan(65 * 65 * 8)
    expect(scratch % 64).toBe(0)
  })
})
