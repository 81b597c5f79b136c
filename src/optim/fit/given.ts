/** What the functions that `fit` is given give back, held against what they have to give. */
import { typed } from "../../autodiff/boundary.ts"
import { type Element, isFloat } from "../../autodiff/dtype.ts"
import { CotangentError, DTypeError, ShapeError } from "../../autodiff/errors.ts"
import { showType } from "../../autodiff/program/type.ts"
import { lossNotFloat, lossNotScalar } from "../../autodiff/shape/messages.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { Value } from "../../autodiff/value.ts"

export const wrong = (message: string, details: Readonly<Record<string, unknown>> = {}): CotangentError =>
  new CotangentError("fit", `fit: ${message}`, details)

/** A value of the wrong make, in a sentence. */
export function kindOf(x: unknown): string {
  if (x instanceof Value) return `a tensor ${showType(x.type)}`
  if (typeof x === "string") return `the string ${JSON.stringify(x)}`
  if (typeof x === "function") return "a function"
  if (typeof x !== "object" || x === null) return String(x)
  if (Array.isArray(x)) return `a list of ${x.length}`
  const names = Object.keys(x).slice(0, 5).join(", ")
  return names === "" ? `of class ${x.constructor.name}` : `an object of { ${names} }`
}

export interface LossResult {
  readonly value: Scalar
  readonly metrics: Readonly<Record<string, Scalar<Element>>>
  readonly state: unknown
}
export function lossResult(result: unknown, state: unknown): LossResult {
  if (result instanceof Promise)
    throw wrong("the loss gives a promise; it is compiled and cannot wait: load data in `batches`, read in `evaluate`")
  const [value, aux]: readonly unknown[] = Array.isArray(result) && result.length === 2 ? result : [result, {}]
  if (!(value instanceof Value) || typeof aux !== "object" || aux === null)
    throw wrong(`the loss gives a scalar tensor, or [scalar, { metrics, state }]; got ${kindOf(result)}`)
  if (value.shape.length > 0)
    throw new ShapeError("loss-shape", lossNotScalar("fit", value.shape), { shape: value.shape })
  if (!isFloat(value.dtype))
    throw new DTypeError("loss-dtype", lossNotFloat("fit", value.dtype), { dtype: value.dtype })
  const { metrics, state: next }: { readonly metrics?: unknown; readonly state?: unknown } = aux
  return { value: typed(value), metrics: metricsOf("the metrics of the loss", metrics ?? {}), state: next ?? state }
}

/** Scalars by name. */
export function metricsOf(who: string, metrics: unknown): LossResult["metrics"] {
  if (typeof metrics !== "object" || metrics === null || metrics instanceof Value)
    throw wrong(`${who}: scalars by name are expected, { name: scalar }; got ${kindOf(metrics)}`)
  for (const [name, x] of Object.entries(metrics))
    if (!(x instanceof Value) || x.shape.length > 0)
      throw wrong(`${who}: "${name}" is ${kindOf(x)}; give a scalar tensor, its mean or its maximum`, {
        name,
      })
  return typed(metrics)
}

/** Numbers by name. */
export function evaluated(values: unknown): Readonly<Record<string, number>> {
  if (typeof values !== "object" || values === null || values instanceof Value)
    throw wrong(`evaluate gives numbers by name, { name: number }; got ${kindOf(values)}`)
  for (const [name, x] of Object.entries(values))
    if (typeof x !== "number")
      throw wrong(
        `evaluate gives "${name}" as ${kindOf(x)}; give a number${x instanceof Value ? `: await ${name}.item()` : ""}`,
        { name },
      )
  return typed({ ...values })
}
