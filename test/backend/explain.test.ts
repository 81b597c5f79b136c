import { explain, type F32, grad, jit, matmul, mul, random, scan, sin, sum, tanh, tensor } from "cotangent"
import { GPU } from "gpu.js"
import { describe, expect, test } from "vitest"

interface Pasted {
  readonly title: string
  readonly source: string
  readonly output: readonly number[]
}
/** The kernels of an explanation, as someone who pastes them would read them off. */
function kernelsOf(text: string): readonly Pasted[] {
  return text.split("\n\n").flatMap((part) => {
    const title = part.split("\n")[0] ?? ""
    return [...part.matchAll(/output: \[([\d, ]+)\] \}\) with source =\n(function[\s\S]*?\n\})/g)].map((m) => ({
      title,
      source: m[2] ?? "",
      output: (m[1] ?? "").split(", ").map(Number),
    }))
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

  test("every kernel of a gradient through jit, scan and keys compiles as it is printed", async () => {
    const loss = jit((w: F32<[2, 2]>) => {
      const [h] = scan(
        (c: F32<[2]>, v: F32<[2]>) => [tanh(matmul(w, mul(c, v))), sum(c)],
        tensor([1, 2]),
        random.normal(random.key(0), [4, 2]),
      )
      return sum(h)
    })
    const found = kernelsOf(
      explain(grad(loss))(
        tensor([
          [0.1, 0.2],
          [0.3, 0.4],
        ]),
      ),
    )
    expect(found.length).toBeGreaterThan(8)
    const gpu = new GPU({ mode })
    for (const kernel of found) {
      const inputs = (/^function\(([^)]*)\)/.exec(kernel.source)?.[1] ?? "").split(", ").filter((p) => p !== "")
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
  expect(text).toMatch(/sin mul sum: 16 bytes, 9 operations/)
})
