/** What the tests of torque-aware momentum draw, and how they walk. */
import { type Tensor, tensor } from "cotangent"
import type { Granularity } from "cotangent/optim"
import fc from "fast-check"
import type { Matrix } from "./by-hand.ts"

// Few bits and sizes between 2^-7 and 2^6: what formulas do to them is rounding, never underflow.
export const number = fc
  .tuple(fc.integer({ min: -64, max: 63 }), fc.integer({ min: 0, max: 6 }))
  .map(([n, p]) => (n + 0.5) / 2 ** p)
export const share = fc.integer({ min: 1, max: 99 }).map((n) => n / 100)
export const granularity = fc.constantFrom<Granularity>("model", "tensor", "element")

const matrix = (rows: number, columns: number, of: fc.Arbitrary<number> = number): fc.Arbitrary<Matrix> =>
  fc.array(fc.array(of, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })

/** The gradients of some steps, for one to three matrices; whole ones are zero now and then, and single elements. */
export const gradients = (steps: number): fc.Arbitrary<readonly (readonly Matrix[])[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 3 })
    .chain((sizes) => {
      const element = fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: fc.constant(0) })
      const one = fc.tuple(
        ...sizes.map(([rows, columns]) =>
          fc.oneof(
            { weight: 8, arbitrary: matrix(rows, columns, element) },
            { weight: 1, arbitrary: matrix(rows, columns, fc.constant(0)) },
          ),
        ),
      )
      return fc.array(one, { minLength: steps, maxLength: steps })
    })

export const f64 = (m: Matrix): Tensor<[number, number], "f64"> =>
  tensor(Float64Array.from(m.flat()), { shape: [m.length, m[0]?.length ?? 0] })
export const f32 = (m: Matrix): Tensor<[number, number], "f32"> =>
  tensor(Float32Array.from(m.flat()), { shape: [m.length, m[0]?.length ?? 0] })
