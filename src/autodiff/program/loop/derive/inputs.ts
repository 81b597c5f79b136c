/** Which inputs a derived Loop still reads. */
import { input, type Loop, mapLoop, prefixLoop, scatterLoop } from "../loop.ts"
import type { Input, Scalar } from "../scalar.ts"
import { relabel, slotsOf } from "../walk.ts"

/** A Loop over only those inputs that it reads, and for each of its inputs the slot it had before. */
export interface Pruned<L extends Loop> {
  readonly loop: L
  readonly from: readonly number[]
}

const expressionsOf = (loop: Loop): readonly Scalar[] => {
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

/** Drops the inputs that nothing reads and numbers the rest anew. Views and routines read all of theirs. */
export function prune(loop: Loop): Pruned<Loop> {
  if (loop.form === "view" || loop.form === "routine") return { loop, from: loop.inputs.map((x) => x.slot) }
  const used = slotsOf(...expressionsOf(loop))
  const kept = loop.inputs.filter((x) => used.has(x.slot))
  const from = kept.map((x) => x.slot)
  if (kept.every((x, k) => x.slot === k) && kept.length === loop.inputs.length) return { loop, from }
  const inputs = kept.map((x, k) => input(k, x.dtype, x.shape))
  const bySlot = new Map<number, Input>(kept.map((x, k) => [x.slot, inputs[k] ?? x]))
  const move = (n: Scalar): Scalar => relabel(n, (x) => bySlot.get(x.slot) ?? x)
  switch (loop.form) {
    case "map":
      return { loop: mapLoop(inputs, loop.shape, () => loop.bodies.map(move)), from }
    case "prefix":
      return { loop: prefixLoop(inputs, loop.shape, loop, () => move(loop.body)), from }
    case "scatter":
      return {
        loop: scatterLoop(
          inputs,
          loop.shape,
          loop.over.map((v) => v.size),
          () => move(loop.init),
          () => ({
            at: loop.at.map(move),
            value: move(loop.value),
          }),
        ),
        from,
      }
  }
}
