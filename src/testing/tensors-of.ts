/** Tensors that fit each other. */
import fc from "fast-check"
import { typed } from "../autodiff/boundary.ts"
import type { Element } from "../autodiff/dtype.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"
import type { Dim } from "../autodiff/shape/types/dimension.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"
import { dependent } from "./dependent.ts"
import { defaultValues, elementCount, tensorFrom } from "./elements.ts"
import { type ScaledSize, scaled } from "./size.ts"
import type { Values } from "./values/vector.ts"

/** Names of axes, which tensors share, and sizes that never change. */
export type Axes = readonly (string | number)[]
/** The axes of a tensor alone, or with how it differs from the others. */
export type Fitted =
  | Axes
  | {
      readonly shape: Axes
      readonly dtype?: Element
      readonly values?: Values
    }
/** A size, or the least and the largest. */
export type SizeRange = number | readonly [min: number, max: number]

export interface TensorsOfOptions<Z, T> {
  /** How large the named axes are; from 1 to 4 unless given. */
  readonly sizes?: Z
  /** Of tensors that do not say otherwise; f32 unless given. */
  readonly dtype?: T
  /** Of tensors that do not say otherwise. */
  readonly values?: Values
  /** How large the sizes are that are not given: fast-check's `baseSize` unless given. */
  readonly size?: fc.SizeForArbitrary
}

type SizeOf<N, Z> = N extends number
  ? N
  : N extends string
    ? N extends keyof Z
      ? Z[N] extends number
        ? Z[N]
        : Dim<N>
      : Dim<N>
    : never
type ShapeBy<A, Z> = { readonly [K in keyof A]: SizeOf<A[K], Z> }
type TensorBy<X, Z, T> = X extends Axes
  ? Tensor<ShapeBy<X, Z>, T>
  : X extends { readonly shape: infer A extends Axes }
    ? Tensor<ShapeBy<A, Z>, X extends { readonly dtype: infer D extends Element } ? D : T>
    : never
/** A tensor per name, with the named sizes as `Dim<"name">`, or as the number where it is given. */
export type TensorsBy<X, Z, T> = { readonly [K in keyof X]: TensorBy<X[K], Z, T> }

interface Plan {
  readonly name: string
  readonly axes: Axes
  readonly dtype: Element
  readonly draw: Values
}
type Sizes = Readonly<Record<string, number>>
type Drawn = readonly (readonly number[])[]

const shapeFor = (axes: Axes, sizes: Sizes): readonly number[] =>
  axes.map((axis) => (typeof axis === "number" ? axis : (sizes[axis] ?? 1)))
const isAxes = (x: Fitted): x is Axes => Array.isArray(x)

/**
 * A record of tensors whose shapes share named axes. In the types an axis is `Dim<"name">`, or its number where `sizes`
 * gives one, so that a function is checked against the shapes as it would be against its own data. A counterexample shrinks
 * its sizes first, an axis in all tensors at once and around the numbers that failed, and then its numbers.
 *
 * @param fitted the axes of each tensor: `["batch", "in", 3]`, or `{ shape, dtype, values }`.
 * @param options `sizes`: a number or `[least, largest]` per name. `dtype` and `values` for all. `size`.
 * @throws Error where `sizes` names an axis that no tensor has.
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { matmul, transpose } from "cotangent"
 * import { expectClose, tensorsOf } from "cotangent/testing"
 * const layers = tensorsOf({ x: ["b", "i"], w: ["i", "o"] }, { sizes: { b: [1, 4], o: 3 } })
 * fc.assert(
 *   fc.property(layers, ({ x, w }) =>
 *     expectClose(transpose(matmul(x, w)), matmul(transpose(w), transpose(x)), { ulps: 0 })),
 * )
 * ```
 */
export function tensorsOf<
  const X extends Readonly<Record<string, Fitted>>,
  const Z extends Readonly<Record<string, SizeRange>> = Readonly<Record<never, never>>,
  T extends Element = "f32",
>(fitted: X, options: TensorsOfOptions<Z, T> = {}): fc.Arbitrary<TensorsBy<X, Z, T>> {
  checkOptions("tensorsOf", options, ["sizes", "dtype", "values", "size"])
  const plans = Object.entries(fitted).map(([name, given]) => planFor(name, given, options))
  return dependent<Sizes, Drawn>({
    sizes: fc.record(rangesOf(plans, options.sizes ?? {}, scaled(options.size))),
    drawFor: (sizes) =>
      fc.tuple(
        ...plans.map(({ axes, dtype, draw }) => {
          const shape = shapeFor(axes, sizes)
          return draw(elementCount(shape), { shape, dtype })
        }),
      ),
    cut: (drawn, from, to) => {
      const left = plans.map(({ axes, draw }, k) =>
        draw.cut?.(drawn[k] ?? [], shapeFor(axes, from), shapeFor(axes, to)),
      )
      return left.every((numbers) => numbers !== undefined) ? left : undefined
    },
  }).map(([sizes, drawn]) =>
    typed<TensorsBy<X, Z, T>>(
      Object.fromEntries(
        plans.map(({ name, axes, dtype }, k) => [name, tensorFrom(dtype, shapeFor(axes, sizes), drawn[k] ?? [])]),
      ),
    ),
  )
}

function planFor(name: string, given: Fitted, all: TensorsOfOptions<unknown, Element>): Plan {
  const own = isAxes(given) ? { shape: given } : given
  checkOptions(`tensorsOf: ${name}`, own, ["shape", "dtype", "values"])
  const dtype = own.dtype ?? all.dtype ?? "f32"
  return { name, axes: own.shape, dtype, draw: own.values ?? all.values ?? defaultValues(dtype) }
}

function rangesOf(
  plans: readonly Plan[],
  sizes: Readonly<Record<string, SizeRange>>,
  { maxSize }: ScaledSize,
): Record<string, fc.Arbitrary<number>> {
  const names = [...new Set(plans.flatMap(({ axes }) => axes.filter((axis) => typeof axis === "string")))]
  const stray = Object.keys(sizes).find((name) => !names.includes(name))
  if (stray !== undefined)
    throw new CotangentError(
      "arbitrary",
      `tensorsOf: sizes has ${stray}, but no tensor has an axis of that name; there are ${names.join(", ")}`,
    )
  return Object.fromEntries(
    names.map((name) => {
      const range = sizes[name] ?? [1, maxSize]
      const [min, max] = typeof range === "number" ? [range, range] : range
      if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min)
        throw new CotangentError(
          "arbitrary",
          `tensorsOf: the size of ${name} must be a whole number or [least, largest], got ${JSON.stringify(range)}`,
        )
      return [name, fc.integer({ min, max })]
    }),
  )
}
