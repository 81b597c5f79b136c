/** Random programs on an engine that may not block, against one that can: what they give, and their gradients. */
import { withEngine } from "cotangent"
import { programs, type RandomProgram } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, it } from "vitest"
import { flatten } from "../../src/autodiff/tree.ts"
import { type Meter, meter } from "../figures.ts"
import type { Choice } from "./engines.ts"
import { many, scalar } from "./variadic.ts"

export const forward = (program: RandomProgram): unknown => program.f(...program.args())
export const backward = (program: RandomProgram): unknown => scalar.grad(program.loss)(...program.args())
/** As one compiled Program, where every operation by itself would be a kernel to compile. */
const compiled = (program: RandomProgram): unknown => many.jit(scalar.grad(program.loss))(...program.args())

/** The numbers of all leaves, read in the one way that every engine has. */
const numbers = (tree: unknown): Promise<readonly ArrayLike<number>[]> =>
  Promise.all(flatten(tree, "results").leaves.map((x) => x.data()))

const laws = [
  { law: "programs", of: forward, here: forward },
  { law: "gradients", of: backward, here: compiled },
] as const

export const randomProgramLaws = ({ choose, title, oracle }: Choice, numRuns: number): void => {
  let trusted = ""
  beforeAll(async () => {
    await choose()
    trusted = oracle().name
  })
  const compare = async (found: unknown, wanted: unknown, elements: Meter["elements"]): Promise<void> => {
    const [xs, ys] = [await numbers(found), await numbers(wanted)]
    for (const [k, x] of xs.entries()) elements(x, ys[k] ?? [], 1)
  }
  it.for(laws)(`$law: ${numRuns} at random`, { timeout: 600_000 }, async ({ law, of, here }, context) => {
    const { elements } = meter(context, title, law, "all")
    await choose()
    await fc.assert(
      fc.asyncProperty(programs(), async (program) => {
        const found = withEngine(title, () => here(program))
        await compare(
          found,
          withEngine(trusted, () => of(program)),
          elements,
        )
      }),
      { numRuns },
    )
  })
}
