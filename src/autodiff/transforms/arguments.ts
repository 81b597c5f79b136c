/** A function of trees as a function of leaves: what every transform does to what users hand it. */
import { type AnyFunction, notAsync } from "../boundary.ts"
import { DonationError, internal, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { cast } from "../primitives/cast.ts"
import { showType } from "../program/type.ts"
import { expectSameStructure, type Flat, flatten } from "../tree.ts"
import type { Value } from "../value.ts"

/**
 * Traced numbers as the f32 that they are where no tensor decides: what is differentiated by, carried, chosen or returned
 * keeps one type from then on.
 */
export const settled = (flat: Flat): Flat =>
  flat.leaves.some((x) => x.type.weak)
    ? { ...flat, leaves: flat.leaves.map((x) => (x.type.weak ? bindOne(cast.to("f32"), x) : x)) }
    : flat

/** Calls `f` on its arguments rebuilt from leaves. */
export function callOn(f: AnyFunction, args: Flat, leaves: readonly unknown[]): unknown {
  const built = args.build(leaves)
  return Array.isArray(built) ? f(...built) : f(built)
}

/** What a function gives for these arguments, numbers in it made tensors. */
export function resultOf(op: string, f: AnyFunction, args: Flat): unknown {
  const out = settled(flatten(notAsync(op, callOn(f, args, args.leaves)), "the result"))
  return out.build(out.leaves)
}

/** Runs a pullback or derivative; where a value that it keeps is gone, says so in terms of what its user called. */
export function residualsOf<R>(op: string, run: () => R): R {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof DonationError) || !error.code.startsWith("donated")) throw error
    const { donated } = error.details
    throw new DonationError(
      "donated-residual",
      `${op}: it keeps a value of the forward pass that was donated to a compiled function (${String(donated)}) meanwhile; call it before, or leave the argument out of \`donate\``,
      error.details,
    )
  }
}

/** `f` over leaves; `result()` is the tree of its last result. */
export function overLeaves(
  op: string,
  f: AnyFunction,
  args: Flat,
): { readonly run: (...leaves: readonly Value[]) => readonly Value[]; readonly result: () => Flat } {
  let out: Flat | undefined
  return {
    run: (...leaves) => {
      out = flatten(notAsync(op, callOn(f, args, leaves)), "the result")
      return out.leaves
    },
    result: () => {
      if (out === undefined) throw internal(`${op} without a result`)
      return out
    },
  }
}

/** Tangents or cotangents given by the user, checked against what they belong to. */
export function expectLike(op: string, tree: unknown, what: string, like: Flat, likeName: string): readonly Value[] {
  const given = settled(flatten(tree, what))
  expectSameStructure(op, like, given, [likeName, what])
  like.leaves.forEach((x, k) => {
    const g = given.leaves[k]
    if (g !== undefined && g.type !== x.type)
      throw new ShapeError(
        "tangent",
        `${op}: ${given.paths[k]} is ${showType(g.type)}, but it belongs to ${showType(x.type)}`,
        {
          shapes: [g.shape, x.shape],
        },
      )
  })
  return given.leaves
}
