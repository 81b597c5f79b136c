import {
  add,
  CotangentError,
  cond,
  conv2d,
  cumsum,
  type Explanation,
  einsum,
  explain,
  type F32,
  grad,
  greater,
  jit,
  less,
  matmul,
  max,
  mul,
  ones,
  random,
  type Scalar,
  scan,
  scatterAdd,
  sin,
  sort,
  sub,
  sum,
  take,
  tanh,
  tensor,
  transpose,
  whileLoop,
  withEngine,
  zeros,
} from "cotangent"
import fc from "fast-check"
import { GPU } from "gpu.js"
import { describe, expect, test } from "vitest"

interface Pasted {
  readonly title: string
  readonly source: string
  readonly output: readonly number[]
}
/** The kernels of an explanation, as someone who pastes them would read them off: from `function` to its brace. */
function kernelsOf(text: string): readonly Pasted[] {
  return text.split("\n\n").flatMap((part) => {
    const title = part.split("\n")[0] ?? ""
    return [...part.matchAll(/^( *)gpu.*output: \[([\d, ]+)\] \}\) with source =\n\1(function[\s\S]*?\n\1\})/gm)].map(
      (m) => ({
        title,
        source: m[3] ?? "",
        output: (m[2] ?? "").split(", ").map(Number),
      }),
    )
  })
}
function paste(gpu: GPU, { source, output }: Pasted): (...inputs: readonly (readonly number[])[]) => readonly number[] {
  const kernel: unknown = Reflect.apply(gpu.createKernel, gpu, [source, { output }])
  return (...inputs) => {
    const out: unknown = typeof kernel === "function" ? Reflect.apply(kernel, undefined, inputs) : []
    const flat = (x: unknown): readonly number[] =>
      typeof x === "number" ? [x] : Array.from(x as ArrayLike<unknown>).flatMap(flat)
    return flat(out)
  }
}

const loss = jit((w: F32<[2, 2]>) => {
  const [h] = scan(
    (c: F32<[2]>, v: F32<[2]>) => [tanh(matmul(w, mul(c, v))), sum(c)],
    tensor([1, 2]),
    random.normal(random.key(0), [4, 2]),
  )
  return sum(h)
})
const square = (): F32<[2, 2]> =>
  tensor([
    [0.1, 0.2],
    [0.3, 0.4],
  ])

describe.each(["cpu", "webasm"] as const)("explain, pasted into gpu.createKernel (%s)", (mode) => {
  const x = [0.5, 1, 2]
  test("the one kernel that sum(sin(x) x) is fused to gives its value", async () => {
    const f = (v: F32<[3]>) => sum(mul(sin(v), v))
    const text = explain(f)(tensor([0.5, 1, 2]))
    const [kernel, ...rest] = kernelsOf(text)
    expect(rest).toEqual([])
    if (kernel === undefined) throw new Error(text)
    expect(kernel.title).toMatch(/sin mul sum/)
    const gpu = new GPU({ mode })
    const [value] = paste(gpu, kernel)(x)
    expect(value).toBeCloseTo(await f(tensor([0.5, 1, 2])).item(), 5)
    await gpu.destroy()
  })

  test("a matrix product, pasted, is the matrix product", async () => {
    const a = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const b = tensor([
      [1, 0],
      [0, 1],
      [2, 2],
    ])
    const [product] = kernelsOf(explain((v: typeof a, w: typeof b) => matmul(v, w))(a, b))
    if (product === undefined) throw new Error("no kernel")
    const gpu = new GPU({ mode })
    expect(paste(gpu, product)([1, 2, 3, 4, 5, 6], [1, 0, 0, 1, 2, 2])).toEqual([7, 8, 16, 17])
    await gpu.destroy()
  })

  test("every kernel of a gradient through jit, scan and keys compiles as it is printed, indented or not", async () => {
    const found = kernelsOf(explain(grad(loss))(square()))
    expect(found.length).toBeGreaterThan(8)
    expect(found.some((k) => k.source.endsWith("\n  }"))).toBe(true)
    const gpu = new GPU({ mode })
    for (const kernel of found) {
      const inputs = (/^ *function\(([^)]*)\)/.exec(kernel.source)?.[1] ?? "").split(", ").filter((p) => p !== "")
      const out = paste(gpu, kernel)(...inputs.map(() => new Array<number>(16).fill(1)))
      expect(out.length, kernel.source).toBe(kernel.output.reduce((p, n) => p * n, 1))
    }
    await gpu.destroy()
  })
})

test("explain begins with the Program and names bytes and operations", () => {
  const text = explain((v: F32<[3]>) => sum(mul(sin(v), v)))(tensor([1, 2, 3]))
  expect(text).toContain("b: f32[3] = sin a")
  expect(text).toContain("map (x0: f32[3]) -> f32[]")
  expect(text).toMatch(/sin mul sum: 16 bytes, 9 operations\nreduction; 12 read, 4 written/)
  expect(text).toContain("total: 1 kernel, 16 bytes, 9 operations")
})

test("text and data are one: the data prints as the text", () => {
  const f = grad(loss)
  expect(String(explain(f, { as: "data" })(square()))).toBe(explain(f)(square()))
  expect(explain(f, { as: "text" })(square())).toBe(explain(f)(square()))
})

test("another form is refused by name", () => {
  const made = (): unknown => explain((x: F32<[1]>) => x, { as: JSON.parse('"json"') })
  expect(made).toThrow(CotangentError)
  expect(made).toThrow('explain: `as` is "text" or "data", got "json"')
})

const only = ({ kernels }: Explanation) => {
  const [kernel, ...more] = kernels
  if (kernel === undefined || more.length > 0) throw new Error(`${kernels.length} kernels`)
  return kernel
}
const data = { as: "data" } as const

describe("what a kernel is, and how much there is to do", () => {
  test("products: m, n, k and batch, 2mnk operations, each element read and written once", () => {
    const size = fc.integer({ min: 2, max: 24 })
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 1, max: 5 }), (m, n, k, batch) => {
        const { form, operations, bytesRead, bytesWritten, intensity } = only(
          explain((a: F32, b: F32) => einsum("b i k, b k j -> b i j", a, b), data)(
            zeros([batch, m, k]),
            zeros([batch, k, n]),
          ),
        )
        expect(form).toMatchObject({ kind: "product", m, n, k, batch })
        expect(operations).toBe(2 * batch * m * n * k)
        expect(bytesRead).toBe(4 * batch * (m * k + k * n))
        expect(bytesWritten).toBe(4 * batch * m * n)
        expect(intensity).toBeCloseTo(operations / (bytesRead + bytesWritten), 12)
      }),
      { numRuns: 60 },
    )
  })

  test("a large product is packed on wasm and nowhere else; a convolution is a product", () => {
    const product = explain((a: F32<[64, 64]>) => matmul(a, a), data)
    expect(only(product(zeros([64, 64]))).form).toMatchObject({ kind: "product", packed: true })
    const elsewhere = withEngine("reference", () => product(zeros([64, 64])))
    expect(elsewhere.engine).toBe("reference")
    expect(only(elsewhere).form).toMatchObject({ kind: "product", packed: false })
    const { kernels } = explain(
      (x: F32<[2, 4, 8, 8]>, w: F32<[8, 4, 3, 3]>) => conv2d(x, w, { padding: "same" }),
      data,
    )(zeros([2, 4, 8, 8]), zeros([8, 4, 3, 3]))
    const [conv] = kernels.filter((k) => k.form.kind === "product")
    expect(conv?.form).toMatchObject({ k: 36 })
    // At the border each product is also compared with where the image ends.
    expect(conv?.operations).toBeGreaterThanOrEqual(2 * 2 * 8 * 8 * 8 * 36)
  })

  const forms: Readonly<Record<string, readonly [Explanation, kind: string, operations: number, read: number]>> = {
    "an elementwise chain": [explain((x: F32<[100]>) => add(mul(x, x), 1), data)(zeros([100])), "map", 200, 400],
    "a transpose": [explain((x: F32<[4, 6]>) => transpose(x), data)(zeros([4, 6])), "copy", 0, 96],
    // A maximum of 16 for each row, a difference for each element.
    "what a maximum of each row is taken from": [
      explain((x: F32<[8, 16]>) => sub(x, max(x, { axis: 1, keepDims: true })), data)(zeros([8, 16])),
      "rows",
      2 * 8 * 16,
      512,
    ],
    "a sum": [explain((x: F32<[5, 6]>) => sum(x, { axis: 1 }), data)(zeros([5, 6])), "reduction", 30, 120],
    "a running sum": [explain((x: F32<[7]>) => cumsum(x, { axis: 0 }), data)(zeros([7])), "prefix", 7, 28],
    sorting: [explain((x: F32<[9]>) => sort(x), data)(zeros([9])), "routine", 0, 36],
    // Three rows of a table of a thousand, and the three indices.
    "a gather": [
      explain((x: F32<[1000, 4]>) => take(x, tensor([3, 1, 2], { dtype: "i32" }), { axis: 0 }), data)(zeros([1000, 4])),
      "copy",
      0,
      3 * 4 * 4 + 3 * 4,
    ],
  }
  test.each(Object.keys(forms))("%s", (name) => {
    const [explanation, kind, operations, read] = forms[name] ?? []
    const kernels = explanation?.kernels.filter((k) => k.form.kind === kind) ?? []
    expect(kernels.length).toBeGreaterThan(0)
    expect(kernels.reduce((n, k) => n + k.operations, 0)).toBe(operations)
    expect(kernels.reduce((n, k) => n + k.bytesRead, 0)).toBe(read)
  })

  test("a scatter adds once per update", () => {
    const { kernels } = explain(
      (x: F32<[100]>, v: F32<[6]>) => scatterAdd(x, tensor([1, 2, 3, 1, 2, 3], { dtype: "i32" }), v, { axis: 0 }),
      data,
    )(zeros([100]), zeros([6]))
    const scatter = kernels.find((k) => k.form.kind === "scatter")
    expect(scatter?.operations).toBe(6)
  })

  test("the group are the operations that were fused, and the kernel's name", () => {
    const kernel = only(explain((x: F32<[3]>) => sum(mul(sin(x), x)), data)(ones([3])))
    expect(kernel.group).toEqual(["sin", "mul", "sum"])
    expect(kernel.name).toBe("sin mul sum")
  })
})

describe("loops and branches", () => {
  test("a scan's kernels run once a round, and stand indented below it", () => {
    const f = (x: F32<[5, 2]>) => scan((c: F32<[2]>, v: F32<[2]>) => [tanh(add(c, v)), sum(c)], ones([2]), x)
    const made = explain(f, data)(zeros([5, 2]))
    const [step] = made.plan.steps.filter((s) => s.kind === "scan")
    if (step?.kind !== "scan") throw new Error("no scan")
    expect(step.rounds).toBe(5)
    expect(step.body.steps.length).toBeGreaterThan(0)
    for (const s of step.body.steps) expect(s.kind === "kernel" ? s.times : 5).toBe(5)
    expect(made.totals.runs).toBe(made.kernels.reduce((n, k) => n + k.times, 0))
    expect(made.totals.operations).toBe(made.kernels.reduce((n, k) => n + k.times * k.operations, 0))
    expect(String(made)).toMatch(/\d+\. scan, 5 rounds: .*\n\n {2}\d+\. /)
  })

  test("a while shows its test and its body, a cond its branches", () => {
    const f = (x: F32<[2]>) => {
      const grown = whileLoop(
        (v: F32<[2]>) => less(sum(v), 100),
        (v: F32<[2]>) => mul(v, 2),
        x,
      )
      return cond(
        greater(sum(grown), 120),
        (v: F32<[2]>) => sin(v),
        (v: F32<[2]>) => tanh(v),
        grown,
      )
    }
    const text = explain(f)(ones([2]))
    expect(text).toMatch(/while: [^\n]*\n\n {2}the test:\n\n {2}\d+\. [\s\S]*\n\n {2}the body:\n\n {2}\d+\. mul/)
    expect(text).toMatch(/cond: [^\n]*\n\n {2}branch 0:\n\n {2}\d+\. [\s\S]*\n\n {2}branch 1:\n\n {2}\d+\. /)
    expect(text).toContain("each round of a while loop and each branch counted once")
    expect(withEngine("reference", () => explain(f, data)(ones([2]))).engine).toBe("reference")
  })

  test("a kernel that was there before is named, not printed again", () => {
    const layer = jit((x: F32<[8, 8]>, w: F32<[8, 8]>) => tanh(matmul(x, w)))
    const f = (x: F32<[8, 8]>, w: F32<[8, 8]>) => layer(layer(layer(x, w), w), w)
    const { kernels, totals } = explain(f, data)(ones([8, 8]), ones([8, 8]))
    expect(kernels.map((k) => k.name)).toEqual(new Array(3).fill("contraction tanh"))
    const again = kernels.filter((k) => k.sameAs !== undefined)
    expect(again.length).toBeGreaterThan(0)
    for (const k of again) expect(k).toMatchObject({ meaning: kernels.find((x) => x.number === k.sameAs)?.meaning })
    expect([totals.kernels, totals.runs]).toEqual([3 - again.length, 3])
    expect(explain(f)(ones([8, 8]), ones([8, 8]))).toContain(`the kernel of ${again[0]?.sameAs}`)
  })
})

test("numbers are traced as jit traces them, and the operands' engine decides", () => {
  const f = (x: F32<[4]>, rate: Scalar) => mul(x, rate)
  const made = explain(f, data)(ones([4]), 0.5)
  expect(made.program).toContain("f64[]~")
  const x = withEngine("reference", () => ones([4]))
  expect(explain(f, data)(x, 0.5).engine).toBe("reference")
})

describe("the memory map", () => {
  test("where every value has its own memory: what there is, and the most at once", () => {
    const f = (v: F32<[3]>) => sum(mul(sin(v), v))
    const { memory } = withEngine("reference", () => explain(f, data)(ones([3]))).plan
    expect(memory).toMatchObject({ temporaries: 24, peak: 12, scratch: 0, frame: undefined })
    expect(memory.values.map((v) => [v.bytes, v.place.kind, v.from, v.to])).toEqual([
      [12, "own", 1, 2],
      [12, "own", 2, 3],
      [4, "output", 3, undefined],
    ])
  })

  test("in a frame, a chain of products needs two places, not one for each layer", () => {
    const layers = 6
    const f = (x: F32<[32, 64]>, w: F32<[64, 64]>) => {
      let h = x
      for (let k = 0; k < layers; k++) h = tanh(matmul(h, w))
      return h
    }
    const { memory } = explain(f, data)(ones([32, 64]), ones([64, 64])).plan
    const one = 32 * 64 * 4
    expect(memory.temporaries).toBe((layers - 1) * one)
    expect(memory.peak).toBe(one)
    const ends = memory.values.flatMap((v) => (v.place.kind === "frame" ? [v.place.offset + v.bytes] : []))
    expect(ends).toHaveLength(layers - 1)
    expect(memory.frame).toBeGreaterThanOrEqual(Math.max(...ends))
    expect(memory.frame).toBeLessThan(memory.temporaries + memory.scratch)
    expect(explain(f)(ones([32, 64]), ones([64, 64]))).toMatch(/in a frame of [\d,]+, \d+% less than apart/)
  })

  test("values that are there at the same time lie apart", () => {
    const { memory } = explain(grad(loss), data)(square()).plan
    const held = memory.values.flatMap((v) =>
      v.place.kind === "frame" ? [{ ...v, start: v.place.offset, end: v.place.offset + v.bytes }] : [],
    )
    expect(held.length).toBeGreaterThan(4)
    for (const a of held)
      for (const b of held) {
        const inTime = a !== b && a.from < (b.to ?? 1e9) && b.from < (a.to ?? 1e9)
        if (inTime) expect(a.end <= b.start || b.end <= a.start, `s${a.slot} and s${b.slot}`).toBe(true)
      }
    expect(memory.peak).toBeLessThanOrEqual(memory.frame ?? 0)
    expect(memory.peak).toBeLessThanOrEqual(memory.temporaries)
  })
})
