/** Values for the primitives' cases, as their files describe them. */
import { values } from "cotangent/testing"
import fc from "fast-check"
import { allocate, type Element, isFloat, type Numbers } from "../../src/autodiff/dtype.ts"
import type { Case, Values } from "../../src/autodiff/primitives/primitive.ts"
import { allCases, type PrimitiveName, registry } from "../../src/autodiff/primitives/registry.ts"
import { type TensorType, typeOf } from "../../src/autodiff/program/type.ts"

export const typesOf = (c: Case): readonly TensorType[] => c.operands.map((o) => typeOf(o.dtype ?? "f32", o.shape))
export const hasF64 = (c: Case): boolean =>
  c.operands.some((o) => o.dtype === "f64") || c.operation.params.dtype === "f64"
export const casesOf = (name: PrimitiveName): readonly Case[] => allCases().filter((c) => c.name === name)
export const names = Object.keys(registry).filter((n): n is PrimitiveName => n in registry)

const drawn = ({ min, max, awayFrom, gap = 0 }: Values, count: number): fc.Arbitrary<readonly number[]> => {
  if (awayFrom !== undefined) return values.awayFrom(awayFrom, gap, { min, max })(count)
  return gap > 0 ? values.distinct({ gap, min, max })(count) : values.between(min, max)(count)
}
/** No whole multiple of the second differs from the first by a multiple of 8. */
const shifts = [1, 4, 6]
/**
 * One list of numbers per operand. Floats lie on a grid of 2^-10, each operand's shifted by another fraction of it: no value
 * is within a step of finite differences of an integer, or of another operand's value or a multiple of it.
 */
export const operandsOf = (c: Case): fc.Arbitrary<readonly Numbers[]> =>
  fc.noBias(
    fc.tuple(
      ...c.operands.map(({ shape, dtype = "f32", values: range = { min: -2, max: 2 } }, k) => {
        const count = shape.reduce((a, b) => a * b, 1)
        const numbers: fc.Arbitrary<readonly number[]> = isFloat(dtype)
          ? drawn(range, count).map((xs) => xs.map((x) => Math.round(x * 1024) / 1024 + (shifts[k] ?? 1) / 8192))
          : fc.array(fc.integer({ min: range.min, max: range.max }), { minLength: count, maxLength: count })
        return numbers.map((xs) => filled(dtype, range.diagonal === undefined ? xs : raised(xs, shape, range.diagonal)))
      }),
    ),
  )
const raised = (
  xs: readonly number[],
  shape: readonly number[],
  [first, step]: readonly [number, number],
): readonly number[] => {
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1]
  return xs.map((x, k) => {
    const [i, j] = [Math.floor(k / columns) % rows, k % columns]
    return i === j ? x + first + i * step : x
  })
}
function filled(dtype: Element, xs: readonly number[]): Numbers {
  const out = allocate(dtype, xs.length)
  xs.forEach((x, k) => {
    out[k] = x
  })
  return out
}

/** All ways to choose some, at least one, of `flags`. */
export const subsets = (flags: readonly boolean[]): readonly (readonly boolean[])[] =>
  Array.from({ length: 2 ** flags.length }, (_, bits) => flags.map((f, k) => f && ((bits >> k) & 1) === 1)).filter(
    (chosen, n, all) => chosen.includes(true) && all.findIndex((x) => `${x}` === `${chosen}`) === n,
  )
