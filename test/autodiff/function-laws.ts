/** How far each function is from the true values, over the numbers that programs meet, and what it makes of the others. */
import { tensor } from "cotangent"
import { beforeAll, it } from "vitest"
import { meter, ulpOf } from "../figures.ts"
import { isBeyondUse } from "../tolerances.ts"
import type { Choice } from "./engines.ts"
import { subjects, type Vector } from "./function-subjects.ts"

/** A low-discrepancy sequence: no two engines need agree on a generator, and runs repeat. */
const count = 4096
const drawn = (f: (t: number) => number, stride: number): Float32Array =>
  Float32Array.from({ length: count }, (_, k) => f((k * stride) % 1))
const edges = {
  "zeros, infinities, NaN and large numbers": [Number.NaN, Infinity, -Infinity, 0, -0, 1e37, -1e37, 1, -1],
  "subnormal numbers": [1e-40, -1e-40, 1e-44],
} as const

const numeral = (x: number): string => (Object.is(x, -0) ? "-0" : `${Number(x.toPrecision(3))}`)
const vector = (data: Float32Array): Vector => tensor(data, { shape: [data.length], dtype: "f32" })

export const functionLaws = ({ choose, title }: Choice): void => {
  beforeAll(choose)
  it.for(subjects)("$name in units in the last place", async ({ name, of, exact, x, y = x }, context) => {
    const [a, b] = [drawn(x, 0.6180339887498949), drawn(y, 0.7548776662466927)]
    const found = await of(vector(a), vector(b)).data()
    meter(context, title, "functions", name).ulps(
      found,
      Float64Array.from(a, (v, k) => exact(v, b[k] ?? 0)),
    )
  })
  for (const [kind, numbers] of Object.entries(edges))
    it.for(subjects.filter(({ part }) => part !== true))(
      `$name of ${kind}`,
      async ({ name, of, exact, y }, { task }) => {
        const special = Array.from(numbers, Math.fround)
        const pairs = special.flatMap((a) => (y === undefined ? [[a, a]] : special.map((b) => [a, b])))
        const [a, b] = [0, 1].map((side) => Float32Array.from(pairs, (p) => p[side] ?? 0))
        if (a === undefined || b === undefined) throw new Error("two operands")
        const found = await of(vector(a), vector(b)).data()
        const wrong = Array.from(a, (v, k) => {
          const [got, wanted] = [found[k] ?? 0, Math.fround(exact(v, b[k] ?? 0))]
          const near =
            Number.isFinite(wanted) && wanted !== 0 && Math.abs(got - wanted) <= Math.max(16 * ulpOf(wanted), 2 ** -149)
          if (near || Object.is(got, wanted)) return []
          const operands = y === undefined ? numeral(v) : `${numeral(v)}, ${numeral(b[k] ?? 0)}`
          return [`${name}(${operands}) = ${numeral(got)}, not ${numeral(wanted)}`]
        }).flat()
        if (wrong.length > 0)
          task.meta.beyond = { name, kind, wrong: wrong.length, of: a.length, first: wrong[0] ?? "" }
        if (wrong.length > 0 && !isBeyondUse(title, kind, name)) throw new Error(`${title}: ${wrong.join("; ")}`)
      },
    )
}
