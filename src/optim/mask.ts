import { typed } from "../autodiff/boundary.ts"
import { flatten } from "../autodiff/tree.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"

/**
 * Which leaves something is done to, by where they stand (`params.layers[0].weight`): a regular expression that finds
 * something in the path, or a function of the path and the leaf. It may look at the leaf's shape and dtype; a mask picks
 * once for a program, so it cannot look at values.
 */
export type Mask = RegExp | ((path: string, leaf: Tensor) => boolean)

/** For each leaf whether the mask picks it. */
export function picked(mask: Mask, params: unknown): readonly boolean[] {
  const { paths, leaves } = flatten(params, "params")
  // `search` and not `test`: an expression with the flag g remembers where it stopped.
  const picks = typeof mask === "function" ? mask : (path: string) => path.search(mask) >= 0
  return leaves.map((leaf, k) => picks(paths[k] ?? "", typed(leaf)))
}
