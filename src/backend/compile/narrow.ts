/** Loops with fewer operands or results: what is known becomes a constant, what is not read or not wanted goes. */
import { input, type Loop, type MapLoop, mapLoop, prefixLoop, scatterLoop } from "../../autodiff/program/loop/loop.ts"
import { constant, type Input, load, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { rewriteLeaves } from "../../autodiff/program/loop/walk.ts"

/** The scalars of a Loop; none for a view and a routine. */
export function scalarsOf(loop: Loop): readonly Scalar[] {
  switch (loop.form) {
    case "map":
      return loop.bodies
    case "prefix":
      return [loop.body]
    case "scatter":
      return [loop.init, ...loop.at, loop.value]
    default:
      return []
  }
}

/** The same Loop with every scalar changed. Views and routines have none and stay as they are. */
export function withScalars(loop: Loop, change: (n: Scalar) => Scalar, inputs: readonly Input[] = loop.inputs): Loop {
  switch (loop.form) {
    case "map":
      return mapLoop(inputs, loop.shape, () => loop.bodies.map(change))
    case "prefix":
      return prefixLoop(inputs, loop.shape, loop, () => change(loop.body))
    case "scatter": {
      const over = loop.over.map((r) => r.size)
      const put = { at: loop.at.map(change), value: change(loop.value) }
      return scatterLoop(
        inputs,
        loop.shape,
        over,
        () => change(loop.init),
        () => put,
      )
    }
    default:
      return loop
  }
}

/**
 * The Loop with its known operands (scalars; `undefined` where nothing is known) as constants, and the positions of the
 * operands that are left. A routine reads whole arrays, so it keeps all of them.
 */
export function bindConstants(
  loop: Loop,
  known: readonly (number | undefined)[],
): readonly [loop: Loop, kept: readonly number[]] {
  const all = loop.inputs.map((x) => x.slot)
  if (loop.form === "routine" || known.every((x) => x === undefined)) return [loop, all]
  const [only] = loop.inputs
  const value = known[0]
  if (loop.form === "view") {
    if (only === undefined || value === undefined) return [loop, all]
    return [mapLoop([], loop.shape, () => constant(value, only.dtype)), []]
  }
  return reslot(
    loop,
    all.filter((k) => known[k] === undefined),
    (from) => {
      const x = known[from.slot]
      return x === undefined ? undefined : constant(x, from.dtype)
    },
  )
}

/** The map with the results marked in `wanted` alone. */
export const keepResults = (loop: MapLoop, wanted: readonly boolean[]): MapLoop =>
  mapLoop(loop.inputs, loop.shape, () => loop.bodies.filter((_, k) => wanted[k]))

function reslot(
  loop: Loop,
  kept: readonly number[],
  known: (from: Input) => Scalar | undefined,
): readonly [loop: Loop, kept: readonly number[]] {
  const moved = new Map(
    kept.flatMap((k, slot) =>
      loop.inputs.filter((x) => x.slot === k).map((x) => [k, input(slot, x.dtype, x.shape)] as const),
    ),
  )
  const change = (n: Scalar): Scalar =>
    n.op === "load" ? (known(n.from) ?? load(moved.get(n.from.slot) ?? n.from, n.at, n.outside)) : n
  return [withScalars(loop, (root) => rewriteLeaves(root, change), [...moved.values()]), kept]
}
