/** What a meaning is written in, gathered for users' own primitives. */
import {
  type ArrayType,
  mapLoop,
  prefixLoop,
  type Routine,
  type RoutineLoop,
  routineLoop,
  scatterLoop,
  viewLoop,
} from "./loop.ts"
import { binary, bitcast, cast, compare, constant, fold, foldAll, type Input, load, select, unary } from "./scalar.ts"

const names = new WeakMap<Routine["run"], string>()
let next = 0
/** Routines are told apart by name; users' functions are told apart by what they are, whatever they are called. */
function routine(
  inputs: readonly Input[],
  { name, run }: Pick<Routine, "name" | "run">,
  results: readonly ArrayType[],
): RoutineLoop {
  const known = names.get(run) ?? `${name}'${next++}`
  names.set(run, known)
  return routineLoop(inputs, { name: known, run }, results)
}

/**
 * Builders of meanings, for `definePrimitive`. The forms:
 * - `map(inputs, shape, (...i) => expression)`: each element of the result, or of several results of one shape;
 * - `prefix(inputs, shape, { axis, monoid, reverse }, (...i) => expression)`: a running fold along an axis;
 * - `scatter(inputs, shape, over, init, (...r) => ({ at, value }))`: values added at computed places;
 * - `view(input, shape)`: the same elements under another shape;
 * - `routine(inputs, { name, run }, results)`: a function of the host over whole arrays, whose rules have to be written.
 *
 * The expressions: `load(x, [i, j], outside)`, `constant(2, "f32")`, `unary("exp", a)`, `binary("mul", a, b)`,
 * `compare("lt", a, b)`, `select(test, a, b)`, `cast("f32", a)`, `bitcast("u32", a)`, and
 * `fold("sum", size, (k) => expression)`, `foldAll` over several indices.
 */
export const loop = {
  map: mapLoop,
  prefix: prefixLoop,
  scatter: scatterLoop,
  view: viewLoop,
  routine,
  load,
  constant,
  unary,
  binary,
  compare,
  select,
  cast,
  bitcast,
  fold,
  foldAll,
} as const
