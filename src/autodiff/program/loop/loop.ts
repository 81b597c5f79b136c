/**
 * Loop: the meaning of a primitive, read by every engine and by every rule. Five forms, and no sixth:
 *
 * - `map`: one or several results over one index space, each a Scalar;
 * - `prefix`: a running fold along one axis;
 * - `scatter`: start from `init`, then add `value` at the index `at` for every index of `over`;
 * - `view`: the same elements in row-major order under another shape, which costs nothing;
 * - `routine`: a named function of the host for what has none of these forms (sort).
 *
 * Loops are interned like Scalars: two meanings are equal when they are `===`.
 */
import type { Element, Numbers } from "../../dtype.ts"
import { internal } from "../../errors.ts"
import { interning } from "../tables.ts"
import type { Simple } from "./monoid.ts"
import { type Input, type Scalar, type Var, variable } from "./scalar.ts"

export interface ArrayType {
  readonly dtype: Element
  readonly shape: readonly number[]
}
interface Frame {
  readonly id: number
  readonly inputs: readonly Input[]
  /** The index space, and the shape of every result except a routine's. */
  readonly shape: readonly number[]
  readonly indices: readonly Var[]
}
export interface MapLoop extends Frame {
  readonly form: "map"
  readonly bodies: readonly Scalar[]
}
/** The running fold of `body` along output axis `axis`; `body` is stated at the output index. */
export interface PrefixLoop extends Frame {
  readonly form: "prefix"
  readonly axis: number
  readonly reverse: boolean
  readonly monoid: Simple
  readonly body: Scalar
}
/** Where `at` lies outside the result, the value is dropped. Several values at one place are added in the order of `over`. */
export interface ScatterLoop extends Frame {
  readonly form: "scatter"
  readonly init: Scalar
  readonly over: readonly Var[]
  readonly at: readonly Scalar[]
  readonly value: Scalar
}
export interface ViewLoop extends Frame {
  readonly form: "view"
}
/** Host code over whole arrays: opaque to fusion, the same on every engine. */
export interface Routine {
  readonly name: string
  readonly run: (inputs: readonly Numbers[], types: readonly ArrayType[]) => readonly Numbers[]
  /** What `run` does as a gpu.js kernel, for an engine that has gpu.js: it runs this instead. */
  readonly kernel?: NativeKernel
}
/** A gpu.js kernel written by a user: a function over nested arrays with `this.thread` and `this.constants`. */
export interface NativeKernel {
  readonly source: string
  readonly constants: Readonly<Record<string, number>>
  /** Of one run, row-major: gpu.js counts the other way round, x first. */
  readonly shape: readonly number[]
  /** Runs of the kernel, one after another; each takes its own rows of the operands that are `batched`. */
  readonly runs: number
  readonly batched: readonly boolean[]
}
export interface RoutineLoop extends Frame {
  readonly form: "routine"
  readonly routine: Routine
  readonly results: readonly ArrayType[]
}
export type Loop = MapLoop | PrefixLoop | ScatterLoop | ViewLoop | RoutineLoop
/** Forms whose jvp, transpose and batch rule follow from the meaning. */
export type DerivableLoop = MapLoop | ScatterLoop | ViewLoop | (PrefixLoop & { readonly monoid: "sum" })

const table = interning<Loop>(1 << 12)
let nextId = 0
const intern = <L extends Loop>(key: string, make: (id: number) => L): L => table(key, () => make(nextId++))
const frameKey = (inputs: readonly Input[], shape: readonly number[]): string =>
  `${inputs.map((x) => `${x.dtype}[${x.shape.join(",")}]`).join(" ")} -> [${shape.join(",")}]`
const list = (xs: readonly Scalar[]): string => xs.map((x) => x.id).join(",")

export const input = (slot: number, dtype: Element, shape: readonly number[]): Input => ({ slot, dtype, shape })
/** The inputs of a Loop for operands of these types, in order. */
export const inputsOf = (types: readonly ArrayType[]): readonly Input[] =>
  types.map((t, k) => input(k, t.dtype, t.shape))
export const outputIndices = (shape: readonly number[]): readonly Var[] =>
  shape.map((size, d) => variable(`i${d}`, size))

export function mapLoop(
  inputs: readonly Input[],
  shape: readonly number[],
  body: (...i: readonly Var[]) => Scalar | readonly Scalar[],
): MapLoop {
  const indices = outputIndices(shape)
  const made = body(...indices)
  const bodies = "op" in made ? [made] : made
  return intern(`map ${frameKey(inputs, shape)} ${list(bodies)}`, (id) => ({
    form: "map",
    id,
    inputs,
    shape,
    indices,
    bodies,
  }))
}
export function prefixLoop<M extends Simple>(
  inputs: readonly Input[],
  shape: readonly number[],
  options: { readonly axis: number; readonly monoid: M; readonly reverse: boolean },
  body: (...i: readonly Var[]) => Scalar,
): PrefixLoop & { readonly monoid: M } {
  const { axis, monoid, reverse } = options
  const indices = outputIndices(shape)
  const made = body(...indices)
  const key = `prefix ${axis} ${monoid} ${reverse} ${frameKey(inputs, shape)} ${made.id}`
  return intern(key, (id) => ({ form: "prefix", id, inputs, shape, indices, axis, monoid, reverse, body: made }))
}
export function scatterLoop(
  inputs: readonly Input[],
  shape: readonly number[],
  over: readonly number[],
  init: (...i: readonly Var[]) => Scalar,
  put: (...r: readonly Var[]) => { readonly at: readonly Scalar[]; readonly value: Scalar },
): ScatterLoop {
  const indices = outputIndices(shape)
  const start = init(...indices)
  const sources = over.map((size, d) => variable(`r${d}`, size))
  const { at, value } = put(...sources)
  if (at.length !== shape.length) throw internal(`a scatter with ${at.length} coordinates into [${shape.join(", ")}]`)
  const key = `scatter ${frameKey(inputs, shape)} over ${over.join(",")} ${start.id} ${list(at)} ${value.id}`
  return intern(key, (id) => ({ form: "scatter", id, inputs, shape, indices, init: start, over: sources, at, value }))
}
export const viewLoop = (from: Input, shape: readonly number[]): ViewLoop =>
  intern(`view ${frameKey([from], shape)}`, (id) => ({
    form: "view",
    id,
    inputs: [from],
    shape,
    indices: outputIndices(shape),
  }))
/** Routines of one name must be one function: the name is their identity. */
export const routineLoop = (inputs: readonly Input[], routine: Routine, results: readonly ArrayType[]): RoutineLoop =>
  intern(
    `routine ${routine.name} ${frameKey(inputs, [])} ${results.map((r) => `${r.dtype}[${r.shape.join(",")}]`).join(" ")}`,
    (id) => ({
      form: "routine",
      id,
      inputs,
      shape: [],
      indices: [],
      routine,
      results,
    }),
  )

/** The types of a Loop's results. */
export function resultsOf(loop: Loop): readonly ArrayType[] {
  switch (loop.form) {
    case "map":
      return loop.bodies.map((b) => ({ dtype: b.dtype, shape: loop.shape }))
    case "prefix":
      return [{ dtype: loop.body.dtype, shape: loop.shape }]
    case "scatter":
      return [{ dtype: loop.init.dtype, shape: loop.shape }]
    case "view":
      return loop.inputs.map((x) => ({ dtype: x.dtype, shape: loop.shape }))
    case "routine":
      return loop.results
  }
}

export const sizeOf = (shape: readonly number[]): number => {
  let n = 1
  for (const s of shape) n *= s
  return n
}
