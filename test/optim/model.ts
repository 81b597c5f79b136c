/** Models for the laws of transformations: generated trees with leaves of both dtypes, tuples and empty nodes. */
import { type F32, jit, mul, stack, type Tensor, take, tensor, tree, vmap } from "cotangent"
import { applyUpdates, type Opaque, type OptimiserState, type Transformation } from "cotangent/optim"
import fc from "fast-check"
import { expect } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"

type F64<S> = Tensor<S, "f64">
export interface Model {
  readonly first: F32<[number, number]>
  readonly deep: readonly [weight: F64<[number]>, empty: undefined, scale: F32<[]>]
  readonly layers: readonly { readonly weight: F64<[number, number]>; readonly bias: F32<[number]> }[]
  readonly nothing: Readonly<Record<never, never>>
}
export type State = OptimiserState<Model>

/** Between 2^-6 and 2^6 in size, with few bits: what a formula does to them is rounding, never underflow. */
export const element = fc
  .tuple(fc.integer({ min: -64, max: 64 }), fc.integer({ min: 0, max: 6 }))
  .map(([n, p]) => (n + 0.5) / 2 ** p)
/** A hyper-parameter strictly between 0 and 1. */
export const share = fc.integer({ min: 1, max: 99 }).map((n) => n / 100)

interface Sizes {
  readonly rows: number
  readonly columns: number
  readonly layers: number
}
// Few sizes: every shape is a kernel to compile.
const sizes: fc.Arbitrary<Sizes> = fc.record({
  rows: fc.integer({ min: 1, max: 2 }),
  columns: fc.constantFrom(2, 3),
  layers: fc.integer({ min: 0, max: 2 }),
})
const countOf = ({ rows, columns, layers }: Sizes): number => rows * columns + columns + 1 + layers * (columns + rows)

const build = ({ rows, columns, layers }: Sizes, numbers: readonly number[]): Model => {
  let at = 0
  const take = (n: number): readonly number[] => {
    at += n
    return numbers.slice(at - n, at)
  }
  const f32 = (...shape: readonly [number]): F32<[number]> => tensor(Float32Array.from(take(shape[0])), { shape })
  return {
    first: tensor(Float32Array.from(take(rows * columns)), { shape: [rows, columns] }),
    deep: [
      tensor(Float64Array.from(take(columns)), { shape: [columns] }),
      undefined,
      tensor(Float32Array.from(take(1)), { shape: [] }),
    ],
    layers: Array.from({ length: layers }, () => ({
      weight: tensor(Float64Array.from(take(columns)), { shape: [1, columns] }),
      bias: f32(rows),
    })),
    nothing: {},
  }
}
const modelsOf = (size: Sizes, count: number, numbers = element): fc.Arbitrary<readonly Model[]> =>
  fc
    .array(fc.array(numbers, { minLength: countOf(size), maxLength: countOf(size) }), {
      minLength: count,
      maxLength: count,
    })
    .map((all) => all.map((each) => build(size, each)))

/** Parameters and the gradients of `steps` steps. */
export const runs = (steps: number, numbers = element): fc.Arbitrary<Run> =>
  sizes.chain((size) =>
    fc.tuple(modelsOf(size, 1), modelsOf(size, steps, numbers)).map(([[start], grads]) => {
      if (start === undefined) throw new Error("no parameters")
      return { start, grads }
    }),
  )
/** Two runs of one structure. */
export const twoRuns = (steps: number): fc.Arbitrary<readonly Run[]> =>
  sizes.chain((size) =>
    modelsOf(size, 2 * (1 + steps)).map((all) =>
      [0, 1].map((k) => {
        const [start, ...grads] = all.slice(k * (1 + steps), (k + 1) * (1 + steps))
        if (start === undefined) throw new Error("no parameters")
        return { start, grads }
      }),
    ),
  )

/** What a tree holds, exactly: dtype, shape and elements of each leaf. */
export const contents = (x: unknown): readonly string[] =>
  tree.leaves(x).map((leaf) => `${leaf.dtype}[${leaf.shape.join(", ")}] ${[...leaf.dataSync()].map(shown).join(" ")}`)
// -0 counts as 0: whether a formula that is equal in real numbers gives the one or the other is no promise.
const shown = (x: number): string => String(x === 0 ? 0 : x)

const copy = (model: Model): Model => tree.map((x) => mul(x, 1), model)

export interface Run {
  readonly start: Model
  readonly grads: readonly Model[]
}
/** The updates of all steps, and the last state. */
export function walk(
  t: Transformation<Opaque>,
  { start, grads }: Run,
): { readonly updates: readonly Model[]; readonly state: State } {
  let [params, state] = [start, t.init(start)]
  const updates = grads.map((gradient) => {
    const [step, next] = t.update(gradient, state, params)
    state = next
    params = applyUpdates(params, step)
    return step
  })
  return { updates, state }
}
/** The same compiled, with the state and the parameters donated. */
export function walkCompiled(t: Transformation<Opaque>, { start, grads }: Run): ReturnType<typeof walk> {
  const step = jit(
    (gradient: Model, state: State, params: Model) => {
      const [updates, next] = t.update(gradient, state, params)
      return [updates, next, applyUpdates(params, updates)] as const
    },
    { donate: [1, 2] },
  )
  let [params, state] = [copy(start), t.init(start)]
  const updates = grads.map((gradient) => {
    const [made, next, moved] = step(gradient, state, params)
    state = next
    params = moved
    // A copy: updates that are also in the state share its memory, and the next step is given that.
    return copy(made)
  })
  return { updates, state }
}

/** Two runs at once, as a batch; the updates of each. */
export function walkBatch(t: Transformation<Opaque>, batch: readonly Run[]): readonly (readonly Model[])[] {
  const together = (models: readonly (Model | undefined)[]): unknown =>
    tree.unflatten(
      models[0],
      tree.leaves(models[0]).map((_, k) => stacked(models.map((m) => tree.leaves(m)[k]))),
    )
  const over = typed<(f: (...args: readonly never[]) => unknown) => (...args: readonly unknown[]) => unknown>(vmap)
  let params = together(batch.map((run) => run.start))
  let state = over((p: Model) => t.init(p))(params)
  const step = over((g: Model, s: State, p: Model) => {
    const [updates, next] = t.update(g, s, p)
    return [updates, next, applyUpdates(p, updates)]
  })
  const each = (batch[0]?.grads ?? []).map((_, k) => {
    const [updates, next, moved] = typed<readonly [Model, unknown, unknown]>(
      step(together(batch.map((run) => run.grads[k])), state, params),
    )
    state = next
    params = moved
    return updates
  })
  return batch.map((_, n) =>
    each.map((updates) =>
      tree.unflatten(
        updates,
        tree.leaves(updates).map((x) => example(x, n)),
      ),
    ),
  )
}
const stacked = (leaves: readonly (Tensor | undefined)[]): Tensor =>
  typed(typed<(leaves: readonly unknown[]) => unknown>(stack)(leaves))
const example = (x: Tensor, n: number): Tensor =>
  typed(typed<(x: Tensor, n: number, o: object) => unknown>(take)(x, n, { axis: 0 }))

/** The largest difference of two trees beside the size of the second, in the epsilons of each leaf's dtype. */
export function distance(found: unknown, wanted: unknown): number {
  const [a, b] = [tree.leaves(found), tree.leaves(wanted)]
  expect(a.map((x) => `${x.dtype}[${x.shape.join(", ")}]`)).toEqual(b.map((x) => `${x.dtype}[${x.shape.join(", ")}]`))
  return Math.max(
    0,
    ...a.map((x, k) => {
      const [left, right] = [[...x.dataSync()], [...(b[k]?.dataSync() ?? [])]]
      const size = Math.max(2 ** -20, ...right.map(Math.abs))
      return (
        Math.max(0, ...left.map((y, i) => Math.abs(y - (right[i] ?? Number.NaN)))) /
        size /
        (x.dtype === "f64" ? 2 ** -52 : 2 ** -23)
      )
    }),
  )
}
