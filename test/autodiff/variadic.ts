/** Transforms of functions of any number of f32 tensors, whose shapes the compiler cannot know. */
import { add, checkpoint, grad, jit, jvp, linearize, sum, type Tensor, vjp, vmap } from "cotangent"
import type { RandomProgram } from "cotangent/testing"
import { typed } from "../../src/autodiff/boundary.ts"

export type Wide = ReturnType<RandomProgram["f"]>[number]
type Many = (...args: readonly Wide[]) => readonly Wide[]
type Loss = RandomProgram["loss"]

export const many = {
  jit: typed<(f: Many) => Many>(jit),
  vmap: typed<(f: Many) => Many>(vmap),
  jvp: typed<
    (f: Many) => (primals: readonly Wide[], tangents: readonly Wide[]) => readonly [readonly Wide[], readonly Wide[]]
  >(jvp),
  vjp: typed<
    (f: Many) => (...primals: readonly Wide[]) => readonly [readonly Wide[], (ct: readonly Wide[]) => readonly Wide[]]
  >(vjp),
  linearize: typed<(f: Many) => (...primals: readonly Wide[]) => readonly [readonly Wide[], Many]>(linearize),
}
export const scalar = {
  jit: typed<(f: Loss) => Loss>(jit),
  checkpoint: typed<(f: Loss) => Loss>(checkpoint),
  /** The sum over a batch. */
  total:
    (f: Loss): Loss =>
    (...args) =>
      sum(typed<(f: Loss) => (...xs: readonly Wide[]) => Tensor<readonly [number], "f32">>(vmap)(f)(...args)),
  /** By every argument. */
  grad:
    (f: Loss): Many =>
    (...args) =>
      typed<(f: Loss, options: object) => Many>(grad)(f, { argnums: args.map((_, k) => k) })(...args),
}
export const shifted = (x: Wide, by: number): Wide => add(x, by)
export const dot = (a: readonly Wide[], b: readonly Wide[]): number => {
  let total = 0
  a.forEach((x, k) => {
    const [p, q] = [x.dataSync(), b[k]?.dataSync()]
    p.forEach((value, i) => {
      total += value * (q?.[i] ?? 0)
    })
  })
  return total
}
