/** The user's function as a function of leaves, and what can be done to leaves. */
import { type AnyFunction, notAsync } from "../../autodiff/boundary.ts"
import { allocate, hold, isFloat, type Numbers } from "../../autodiff/dtype.ts"
import { jvpValues } from "../../autodiff/interpreters/jvp.ts"
import { linearizeValues } from "../../autodiff/interpreters/linearize.ts"
import { transposeLinear } from "../../autodiff/interpreters/transpose.ts"
import { orZeros } from "../../autodiff/interpreters/zeros.ts"
import type { Maybe } from "../../autodiff/program/operation.ts"
import { typeOf } from "../../autodiff/program/type.ts"
import { fromNumbers } from "../../autodiff/tensor.ts"
import { callOn } from "../../autodiff/transforms/arguments.ts"
import { type Flat, flatten } from "../../autodiff/tree.ts"
import type { Value } from "../../autodiff/value.ts"
import { generator, randomLike } from "../numbers.ts"
import type { Drawn } from "./draw.ts"

export const pointOf = (args: Drawn): Flat => flatten(args, "argument")
export const withLeaves = (point: Flat, leaves: readonly Value[]): Flat => ({ ...point, leaves })
export const argumentsAt = (point: Flat): Drawn => {
  const built = point.build(point.leaves)
  return Array.isArray(built) ? built : [built]
}

/** What the function gives at a point, its numbers made tensors. */
export const resultAt = (law: string, call: AnyFunction, point: Flat): Flat =>
  flatten(notAsync(law, callOn(call, point, point.leaves)), "the result")

/** The change of the result in a direction of the point, by forward mode. */
export function forward(law: string, call: AnyFunction, point: Flat, direction: readonly Maybe[]): Flat {
  let result: Flat | undefined
  const made = jvpValues(
    (...leaves) => {
      result = resultAt(law, call, withLeaves(point, leaves))
      return result.leaves
    },
    point.leaves,
    direction,
    law,
  )
  const tangents = made.outputs.map((y, r) => orZeros(made.tangents[r], y.type))
  return withLeaves(result ?? point, tangents)
}

/** What a weight on each result makes of the point, by reverse mode; leaves that are no floats get zeros of their type. */
export function backward(
  law: string,
  call: AnyFunction,
  point: Flat,
  weightsOf: (result: Flat) => readonly Maybe[],
): { readonly cotangents: readonly Maybe[]; readonly weights: readonly Maybe[] } {
  let result: Flat | undefined
  const made = linearizeValues(
    (...leaves) => {
      result = resultAt(law, call, withLeaves(point, leaves))
      return result.leaves
    },
    point.leaves,
    point.leaves.map((x) => isFloat(x.dtype)),
    law,
  )
  const weights = weightsOf(withLeaves(result ?? point, made.outputs))
  const back = transposeLinear(made.equations, made.inputs, made.tangents, weights)
  const cotangents = point.leaves.map((x, k) => (isFloat(x.dtype) ? orZeros(back[k], x.type) : undefined))
  return { cotangents, weights }
}

/** Which leaves a law moves: the floats of the arguments that it is about. */
export function movedLeaves(point: Flat, argnums: number | readonly number[] | undefined): readonly boolean[] {
  const chosen = argnums === undefined ? undefined : [argnums].flat()
  return point.leaves.map(
    (x, k) =>
      isFloat(x.dtype) &&
      (chosen === undefined || chosen.some((n) => `${point.paths[k]}.`.startsWith(`argument[${n}]`))),
  )
}

/** A tensor of the same type over other numbers, held as its dtype holds them. */
export function computed(x: Value, at: (i: number) => number): Value {
  const { dtype } = x.type.array
  const out = allocate(
    dtype,
    x.type.array.shape.reduce((a, b) => a * b, 1),
  )
  for (let i = 0; i < out.length; i++) out[i] = hold(dtype, at(i))
  return fromNumbers(typeOf(x.dtype, x.shape), out)
}

/** The leaves where `moved` holds, computed from the numbers of two points; the others are those of the first. */
export const blend = (x: Flat, y: Flat, moved: readonly boolean[], at: (a: number, b: number) => number): Flat =>
  withLeaves(
    x,
    x.leaves.map((leaf, k) => {
      const other = y.leaves[k]
      if (moved[k] !== true || other === undefined) return leaf
      const [p, q] = [leaf.dataSync(), other.dataSync()]
      return computed(leaf, (i) => at(p[i] ?? 0, q[i] ?? 0))
    }),
  )

/**
 * A second point of the kind of the first. Where shapes are drawn too, two draws differ in kind: then the second is the
 * first with its elements moved on by one, which are values that were drawn all the same.
 */
export function matching(x: Flat, y: Flat): Flat {
  const alike = x.key === y.key && x.leaves.every((leaf, k) => leaf.type === y.leaves[k]?.type)
  if (alike) return y
  return withLeaves(
    x,
    x.leaves.map((leaf) => {
      const numbers = leaf.dataSync()
      return leaf.dtype === "key" ? leaf : computed(leaf, (i) => numbers[(i + 1) % numbers.length] ?? 0)
    }),
  )
}

/** A result as the tangent that it would be: what is no float has none. */
export const asTangent = (result: Flat): Flat =>
  withLeaves(
    result,
    result.leaves.map((x) => (isFloat(x.dtype) ? x : computed(x, () => 0))),
  )

/** Directions that depend on the point alone, so that a counterexample found again is judged the same way. */
export function directionAt(point: Flat, moved: readonly boolean[]): readonly Maybe[] {
  const next = generator(point.leaves.reduce((sum, x) => hashed(x.dataSync(), sum), 1))
  return point.leaves.map((x, k) => (moved[k] === true ? randomLike(x.type, next) : undefined))
}
export const weightsAt = (result: Flat, seed = 1): readonly Maybe[] => {
  const next = generator(seed)
  return result.leaves.map((y) => (isFloat(y.dtype) ? randomLike(y.type, next) : undefined))
}
function hashed(numbers: Numbers, seed: number): number {
  let sum = seed
  for (const word of new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    sum = Math.imul(sum ^ word, 0x01000193)
  return sum
}

/** The difference of two points as a direction. */
export const difference = (x: Flat, y: Flat, moved: readonly boolean[]): readonly Maybe[] =>
  blend(x, y, moved, (a, b) => b - a).leaves.map((d, k) => (moved[k] === true ? d : undefined))

/** The length of a list of tensors by a norm, and of the largest part for Infinity. */
export function lengthOf(leaves: readonly Maybe[], norm: number): number {
  let total = 0
  for (const x of leaves)
    if (x !== undefined && isFloat(x.dtype))
      for (const v of x.dataSync())
        total = norm === Infinity ? Math.max(total, Math.abs(v)) : total + Math.abs(v) ** norm
  return norm === Infinity ? total : total ** (1 / norm)
}
