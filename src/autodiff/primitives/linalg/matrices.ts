/** Primitives over the last two axes: one function of the host on one matrix at a time, in doubles; all axes before are a batch. */
import { allocate, type Element } from "../../dtype.ts"
import { DTypeError } from "../../errors.ts"
import { bind, bindOne } from "../../interpreter.ts"
import { type ArrayType, inputsOf, type Loop, type Routine, routineLoop, sizeOf } from "../../program/loop/loop.ts"
import type { BatchRule, JvpRule, LoopOperation, Params, TransposeRule } from "../../program/operation.ts"
import { matricesShape, squareShape } from "../../shape/linalg.ts"
import { doNotMix } from "../../shape/messages.ts"
import { broadcast } from "../broadcast.ts"
import { floatOperand, opaqueOperation, type Values } from "../primitive.ts"
import type { Matrix } from "./host/rows.ts"

/** A result for each matrix: its own axes, and i32 where it counts. */
export interface Part {
  readonly shape: readonly number[]
  readonly dtype?: Element
}
export interface OnMatrices {
  readonly name: string
  readonly params?: Params
  /** What comes of matrices of these sizes. */
  readonly results: (...sizes: readonly (readonly [rows: number, columns: number])[]) => readonly Part[]
  /** The numbers of each result, row-major. It may write over its operands. */
  readonly compute: (operands: readonly Matrix[], dtype: Element) => readonly ArrayLike<number>[]
  readonly square: boolean
  readonly jvp: JvpRule
  readonly transpose?: TransposeRule
}

export function onMatrices(of: OnMatrices): LoopOperation {
  const { name, params = {}, compute, jvp, transpose } = of
  const resultsFor = (types: readonly ArrayType[]): readonly ArrayType[] => {
    const batch = types[0]?.shape.slice(0, -2) ?? []
    const sizes = types.map((t): readonly [number, number] => [t.shape.at(-2) ?? 1, t.shape.at(-1) ?? 1])
    const dtype = types[0]?.dtype ?? "f32"
    return of.results(...sizes).map((r) => ({ dtype: r.dtype ?? dtype, shape: [...batch, ...r.shape] }))
  }
  const routine: Routine = {
    name: `${name} ${JSON.stringify(params)}`,
    run: (inputs, types) => {
      const results = resultsFor(types)
      const out = results.map((r) => allocate(r.dtype, sizeOf(r.shape)))
      const count = sizeOf(types[0]?.shape.slice(0, -2) ?? [])
      for (let b = 0; b < count; b++) {
        const operands = inputs.map((x, k): Matrix => {
          const size = x.length / count
          const [rows, columns] = [types[k]?.shape.at(-2) ?? 1, types[k]?.shape.at(-1) ?? 1]
          return { rows, columns, data: Float64Array.from(x.subarray(b * size, (b + 1) * size)) }
        })
        compute(operands, types[0]?.dtype ?? "f32").forEach((values, r) => {
          out[r]?.set(values, b * values.length)
        })
      }
      return out
    },
  }
  const meaning = (types: readonly ArrayType[]): Loop => {
    for (const t of types) {
      floatOperand(name, t)
      if (t.dtype !== types[0]?.dtype)
        throw new DTypeError("mix", doNotMix(name, types[0]?.dtype ?? "nothing", t.dtype), { op: name })
    }
    if (of.square) squareShape(name, types[0]?.shape ?? [])
    else matricesShape(name, types[0]?.shape ?? [])
    return routineLoop(inputsOf(types), routine, resultsFor(types))
  }
  const batch: BatchRule = (values, batched, axis) => {
    const whole = values.map((x, k) => (batched[k] === true ? x : bindOne(broadcast.to([axis.size, ...x.shape]), x)))
    const results = bind(operation, whole)
    return { values: results, batched: results.map(() => true) }
  }
  const operation: LoopOperation = opaqueOperation(name, params, meaning, {
    jvp,
    batch,
    ...(transpose && { transpose }),
  })
  return operation
}

/** Operands of cases: with these, diagonals outweigh their rows, so that matrices are far from singular. */
export const wellPosed: Values = { min: -1, max: 1, diagonal: [4, 0] }
/** Diagonals of different sizes, so that no two eigenvalues or singular values are close. */
export const apart: Values = { min: -0.5, max: 0.5, diagonal: [3, 2] }
