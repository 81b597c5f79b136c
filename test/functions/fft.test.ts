/** What Fourier transforms satisfy at every length: by factors, in one contraction, and by way of a convolution. */
import {
  add,
  fft,
  fft2,
  fftfreq,
  fftn,
  fftshift,
  grad,
  ifft,
  ifft2,
  ifftn,
  ifftshift,
  irfft,
  mul,
  rfft,
  rfftfreq,
  roll,
  setEngine,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "cotangent"
import { expectClose, laws, tensors, tensorsOf, values } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

type Float = "f32" | "f64"
type Real = Tensor<readonly number[], Float>
interface Complex {
  readonly re: Real
  readonly im: Real
}
interface Plain {
  readonly re: readonly number[]
  readonly im: readonly number[]
}
/** 1; in one contraction; powers of two; products; primes above 64, and lengths with such a factor. */
const lengths = [1, 2, 3, 4, 7, 8, 9, 12, 30, 31, 37, 61, 64, 66, 67, 97, 128, 131, 134, 201, 210] as const
const norms = ["backward", "ortho", "forward"] as const
const run = { seed: 1, numRuns: 60 } as const
/** Of numbers up to 8, as `values.exact` draws them, in sums of n: the rounding grows with log n, and is relative to the root. */
const within = (dtype: Float, n: number): { readonly atol: number } => ({
  atol: (dtype === "f32" ? 4e-6 : 1e-13) * 8 * Math.sqrt(n),
})
const drawn = (dtype: Float): fc.Arbitrary<{ readonly n: number; readonly x: Complex }> =>
  fc
    .tuple(fc.constantFrom(...lengths), fc.integer({ min: 1, max: 3 }))
    .chain(([n, b]) => tensorsOf({ re: ["b", "n"], im: ["b", "n"] }, { sizes: { b, n }, dtype }).map((x) => ({ n, x })))
const numbers = ({ re, im }: Complex): Plain => ({ re: [...re.dataSync()], im: [...im.dataSync()] })
const energy = ({ re, im }: Complex): number =>
  [...re.dataSync(), ...im.dataSync()].reduce((total: number, v) => total + v * v, 0)
const turn = (phase: number, n: number): readonly [number, number] => [
  Math.cos((2 * Math.PI * (phase % n)) / n),
  -Math.sin((2 * Math.PI * (phase % n)) / n),
]
/** Rows of n: what `at` says of row, of frequency k. */
function rows(x: Plain, n: number, at: (row: Plain, k: number) => readonly [number, number]): Plain {
  const [re, im]: [number[], number[]] = [[], []]
  for (let from = 0; from < x.re.length; from += n)
    for (let k = 0; k < n; k++) {
      const [a, b] = at({ re: x.re.slice(from, from + n), im: x.im.slice(from, from + n) }, k)
      re.push(a)
      im.push(b)
    }
  return { re, im }
}
const definition = (x: Plain, n: number): Plain =>
  rows(x, n, (row, k) => {
    let [a, b] = [0, 0]
    for (let j = 0; j < n; j++) {
      const [c, s] = turn(j * k, n)
      const [u, v] = [row.re[j] ?? 0, row.im[j] ?? 0]
      a += u * c - v * s
      b += u * s + v * c
    }
    return [a, b]
  })
const expectPair = (found: Complex, wanted: Plain, allowed: { readonly atol: number }): void => {
  expectClose([...found.re.dataSync()], wanted.re, allowed)
  expectClose([...found.im.dataSync()], wanted.im, allowed)
}
const expectSame = (found: Complex, wanted: Complex, allowed: { readonly atol: number }): void => {
  expectClose(found.re, wanted.re, allowed)
  expectClose(found.im, wanted.im, allowed)
}

describe.each(["f32", "f64"] as const)("in %s, on wasm", (dtype) => {
  beforeAll(() => setEngine("wasm"))

  it("is its definition at every length", () => {
    for (const n of lengths) {
      const [x] = fc.sample(tensorsOf({ re: ["b", "n"], im: ["b", "n"] }, { sizes: { b: 2, n }, dtype }), {
        seed: n,
        numRuns: 1,
      })
      if (x === undefined) throw new Error("nothing drawn")
      expectPair(fft(x), definition(numbers(x), n), within(dtype, n))
    }
  })
  it.each(norms)("ifft takes fft back, and the energy stays, with norm %s", (norm) => {
    fc.assert(
      fc.property(drawn(dtype), ({ n, x }) => {
        const there = fft(x, { norm })
        expectSame(ifft(there, { norm }), x, within(dtype, n))
        expectSame(fft(ifft(x, { norm }), { norm }), x, within(dtype, n))
        const factor = norm === "ortho" ? 1 : norm === "backward" ? n : 1 / n
        expectClose(energy(there), factor * energy(x), { rtol: dtype === "f32" ? 1e-5 : 1e-13 })
      }),
      run,
    )
  })
  it("a shift turns the frequencies", () => {
    fc.assert(
      fc.property(drawn(dtype), fc.nat(300), ({ n, x }, by) => {
        const moved = { re: roll(x.re, by, { axis: 1 }), im: roll(x.im, by, { axis: 1 }) }
        const wanted = rows(numbers(fft(x)), n, ({ re, im }, k) => {
          const [c, s] = turn(by * k, n)
          const [a, b] = [re[k] ?? 0, im[k] ?? 0]
          return [a * c - b * s, a * s + b * c]
        })
        expectPair(fft(moved), wanted, within(dtype, n))
      }),
      run,
    )
  })
  it("a product of frequencies is a circular convolution", () => {
    fc.assert(
      fc.property(drawn(dtype), fc.integer({ min: 1, max: 1000 }), ({ n, x }, seed) => {
        const filter = Array.from({ length: n }, (_, k) => ((k * k * seed) % 9) / 4 - 1)
        const h = fft(tensor(filter, { dtype }))
        const [a, b] = [fft(x), h]
        const [p, q] = [numbers(a), numbers(b)]
        const product = rows(p, n, ({ re, im }, k) => {
          const [c, s] = [q.re[k] ?? 0, q.im[k] ?? 0]
          const [u, v] = [re[k] ?? 0, im[k] ?? 0]
          return [u * c - v * s, u * s + v * c]
        })
        const shape = x.re.shape
        const back = ifft({ re: shaped(product.re, shape, dtype), im: shaped(product.im, shape, dtype) })
        const wanted = rows(numbers(x), n, ({ re, im }, k) => {
          let [u, v] = [0, 0]
          for (let j = 0; j < n; j++) {
            const w = filter[(k - j + n) % n] ?? 0
            u += (re[j] ?? 0) * w
            v += (im[j] ?? 0) * w
          }
          return [u, v]
        })
        // Two transforms, and their product.
        expectPair(back, wanted, { atol: 4 * within(dtype, n).atol })
      }),
      run,
    )
  })
  it("of what is real, the negative frequencies are conjugates, rfft is the other half, and irfft takes it back", () => {
    fc.assert(
      fc.property(drawn(dtype), fc.constantFrom(...norms), ({ n, x: { re: x } }, norm) => {
        const whole = fft(x, { norm })
        const full = numbers(whole)
        const mirrored = rows(full, n, ({ re, im }, k) => [re[(n - k) % n] ?? 0, -(im[(n - k) % n] ?? 0)])
        expectPair(whole, mirrored, within(dtype, n))
        const half = rfft(x, { norm })
        const kept = Math.floor(n / 2) + 1
        expect(half.re.shape).toEqual([x.shape[0], kept])
        const first = (xs: readonly number[]): readonly number[] => xs.filter((_, k) => k % n < kept)
        expectPair(half, { re: first(full.re), im: first(full.im) }, within(dtype, n))
        expectClose(irfft(half, { length: n, norm }), x, within(dtype, n))
        if (n % 2 === 0) expectClose(irfft(half, { norm }), x, within(dtype, n))
      }),
      run,
    )
  })
  it("along several axes is along one after the other, whatever the order", () => {
    const sizes = fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(1, 2, 3, 4, 7, 12)))
    fc.assert(
      fc.property(
        sizes.chain(([a = 1, b = 1, c = 1]) =>
          tensorsOf({ re: ["a", "b", "c"], im: ["a", "b", "c"] }, { sizes: { a, b, c }, dtype }),
        ),
        fc.shuffledSubarray([0, 1, -1]),
        fc.constantFrom(...norms),
        (x: Complex, axes, norm) => {
          const one = axes.reduce<Complex>((y, axis) => fft(y, { axis, norm }), x)
          const allowed = within(
            dtype,
            x.re.shape.reduce((count, size) => count * size, 1),
          )
          expectSame(fftn(x, { axes, norm }), one, allowed)
          expectSame(ifftn(fftn(x, { axes, norm }), { axes, norm }), x, allowed)
          expectSame(fftn(x, { norm }), fftn(x, { axes: [2, 0, 1], norm }), allowed)
          expectSame(fft2(x, { norm }), fftn(x, { axes: [1, 2], norm }), allowed)
          expectSame(ifft2(fft2(x, { norm }), { norm }), x, allowed)
        },
      ),
      run,
    )
  })
  it.each([1, 12, 37, 67])("%d elements: linear, and its transpose is its derivative's", (n) => {
    const xs = tensors({ shape: [n] as readonly number[], dtype })
    const f = (re: Real, im: Real) => fft({ re, im })
    const few = { ...run, numRuns: 15 } as const
    fc.assert(laws.linear(f, [xs, xs]), few)
    fc.assert(laws.transpose(f, [xs, xs]), few)
    fc.assert(
      laws.transpose((re: Real, im: Real) => irfft(rfft(mul(re, im)), { length: n }), [xs, xs]),
      few,
    )
  })
  it("the gradient of the energy is 2 n x, through both transforms", () => {
    for (const n of [5, 16, 67]) {
      const [x] = fc.sample(tensors({ shape: [n] as readonly number[], dtype }), { seed: n, numRuns: 1 })
      if (x === undefined) throw new Error("nothing drawn")
      const f = (v: Real) => {
        const { re, im } = fft(v)
        return sum(add(mul(re, re), mul(im, im)))
      }
      expectClose(grad(f)(x), mul(x, 2 * n), { atol: 2 * n * within(dtype, n).atol })
    }
  })
  it("fftshift puts frequency 0 in the middle, and ifftshift takes it back", () => {
    fc.assert(
      fc.property(
        tensors({
          shape: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<
            readonly number[]
          >,
          dtype,
        }),
        fc.nat(2),
        (x: Real, d) => {
          const axis = d % x.shape.length
          for (const options of [{}, { axes: axis }]) {
            expectClose(ifftshift(fftshift(x, options), options), x, { ulps: 0 })
            expectClose(fftshift(ifftshift(x, options), options), x, { ulps: 0 })
          }
          expectClose(fftshift(x, { axes: axis }), roll(x, Math.floor((x.shape[axis] ?? 0) / 2), { axis }), { ulps: 0 })
        },
      ),
      run,
    )
  })
})
const shaped = (xs: readonly number[], shape: readonly number[], dtype: Float): Real =>
  tensor(
    Array.from({ length: shape[0] ?? 0 }, (_, row) => xs.slice(row * (shape[1] ?? 0), (row + 1) * (shape[1] ?? 0))),
    { dtype },
  )

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)
  it("transforms what is known: an impulse, a constant, one wave; by factors and by a convolution", async () => {
    for (const n of [6, 67, 128]) {
      const impulse = Array.from({ length: n }, (_, k) => Number(k === 1))
      const { re, im } = fft(tensor(impulse))
      const wanted = Array.from({ length: n }, (_, k) => turn(k, n))
      const allowed = { atol: 2e-6 }
      expectClose(
        await re.array(),
        wanted.map(([c]) => c),
        allowed,
      )
      expectClose(
        await im.array(),
        wanted.map(([, s]) => s),
        allowed,
      )
      const wave = fft(tensor(wanted.map(([c]) => c)))
      const peaks = Array.from({ length: n }, (_, k) => (k === 1 || k === n - 1 ? n / 2 : 0))
      expectClose(await wave.re.array(), peaks, { atol: 2e-6 * n })
      expectClose(
        await wave.im.array(),
        peaks.map(() => 0),
        { atol: 2e-6 * n },
      )
    }
  })
})

describe("around the transforms", () => {
  beforeAll(() => setEngine("wasm"))
  it("frequencies, as in NumPy", () => {
    expect(fftfreq(4).arraySync()).toEqual([0, 0.25, -0.5, -0.25])
    expect(fftfreq(5, { spacing: 0.5 }).arraySync()).toEqual([0, 0.4, 0.8, -0.8, -0.4].map(Math.fround))
    expect(fftfreq(1).arraySync()).toEqual([0])
    expect(rfftfreq(4).arraySync()).toEqual([0, 0.25, 0.5])
    expect(rfftfreq(5, { spacing: 2 }).arraySync()).toEqual([0, 0.1, 0.2].map(Math.fround))
    expect(rfftfreq(1).arraySync()).toEqual([0])
  })
  it("an imaginary part of frequency 0 or of the middle counts for nothing in irfft", () => {
    const re = tensor([1, 2, 3])
    const found = irfft({ re, im: tensor([5, 1, 7]) })
    expectClose(found, irfft({ re, im: tensor([0, 1, 0]) }), { ulps: 0 })
  })
  it("has nothing to do where a batch is empty, and refuses an axis that is", () => {
    expect(fft(zeros([0, 3])).re.shape).toEqual([0, 3])
    expect(rfft(zeros([0, 67])).im.shape).toEqual([0, 34])
    expect(() => fft(zeros([3, 0]))).toThrow("fft: axis 1 of [3, 0] is empty")
    expect(() => rfft(zeros([0]))).toThrow(/rfft: axis 0 of \[0\] is empty/)
  })
  it("refuses a norm, a length and parts that there are not", () => {
    const wide = (x: string): "ortho" => x as "ortho"
    expect(() => fft(tensor([1]), { norm: wide("unitary") })).toThrow(
      'fft: norm is "backward", "ortho" or "forward", got "unitary"',
    )
    const sizes: number = 6
    expect(() => irfft(rfft(zeros([4])), { length: sizes })).toThrow(/irfft/)
    const parts: { readonly re: Real; readonly im: Real } = { re: zeros([2]), im: zeros([3]) }
    expect(() => fft(parts)).toThrow(/fft: .*\[2\].*\[3\]/)
  })
  it("keeps NaN in the row that has it", () => {
    const { re } = fft(
      tensor([
        [1, Number.NaN, 2],
        [1, 2, 3],
      ]),
    )
    const found = re.arraySync()
    expect(found[0]?.every(Number.isNaN)).toBe(true)
    expect(found[1]?.every(Number.isFinite)).toBe(true)
  })
  it("the bounds above tell a wrong sign of the turns", () => {
    const [x] = fc.sample(tensorsOf({ re: ["n"], im: ["n"] }, { sizes: { n: 67 }, values: values.logNormal() }), {
      seed: 3,
      numRuns: 1,
    })
    if (x === undefined) throw new Error("nothing drawn")
    expect(() => expectPair(ifft(x, { norm: "forward" }), definition(numbers(x), 67), within("f32", 67))).toThrow()
  })
})
