import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import { orderOf } from "../../src/autodiff/primitives/order.ts"

/** The same by a stable sort of pairs, which knows nothing of bits. */
const plainly = (row: Numbers): readonly number[] =>
  Array.from(row, (x, i) => [x, i] as const)
    .toSorted(([a], [b]) =>
      Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0,
    )
    .map(([, i]) => i)

const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-45, 1, -1]
const length = fc.constantFrom(0, 1, 2, 127, 128, 129, 300)
const rows: Readonly<Record<string, fc.Arbitrary<Numbers>>> = {
  f32: length.chain((n) =>
    fc
      .array(fc.oneof(fc.constantFrom(...special), fc.float(), fc.integer({ min: -3, max: 3 })), {
        minLength: n,
        maxLength: n,
      })
      .map((xs) => Float32Array.from(xs)),
  ),
  "f32 of any bits": length.chain((n) =>
    fc.uint32Array({ minLength: n, maxLength: n }).map((bits) => new Float32Array(bits.slice().buffer)),
  ),
  f64: length.chain((n) => fc.float64Array({ minLength: n, maxLength: n })),
  i32: length.chain((n) => fc.int32Array({ minLength: n, maxLength: n })),
  u32: length.chain((n) => fc.uint32Array({ minLength: n, maxLength: n })),
  bool: length.chain((n) => fc.uint8Array({ minLength: n, maxLength: n, max: 1 })),
}

describe("the order of a row rises, with NaN last and equals as they stood", () => {
  it.each(Object.entries(rows))("%s", (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, fc.nat(5), (row, before) => {
        const into = new Int32Array(row.length)
        orderOf(row.length, row)(row, 0, row.length, into)
        expect([...into]).toEqual(plainly(row))
        // A part of a row, at an offset.
        const from = Math.min(before, row.length)
        const part = new Int32Array(row.length)
        orderOf(row.length, row)(row, from, row.length, part)
        expect([...part.subarray(from)]).toEqual(plainly(row.slice(from)))
      }),
      { numRuns: 60 },
    )
  })
})
