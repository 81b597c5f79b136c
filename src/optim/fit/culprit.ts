/** Where a loss or a gradient that is not finite came from. */

import { typed } from "../../autodiff/boundary.ts"
import { isFloat } from "../../autodiff/dtype.ts"
import { CheckError, CotangentError } from "../../autodiff/errors.ts"
import { debugNaN } from "../../autodiff/transforms/debug-nan.ts"
import { flatten } from "../../autodiff/tree.ts"
import type { Key, Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { type Carried, lossAndGradient, type StepFunctions } from "./step.ts"

/** The paths of float leaves that hold a NaN or an infinity, and which. */
async function notFinite(of: unknown, name: string): Promise<readonly string[]> {
  const { leaves, paths } = flatten(of, name)
  const found = await Promise.all(
    leaves.map(async (leaf, k) => {
      if (!isFloat(leaf.dtype)) return []
      const odd = Array.from(await typed<Tensor>(leaf).data(), Number).filter((x) => !Number.isFinite(x))
      const [first] = odd
      return first === undefined
        ? []
        : [`${paths[k]} (${odd.length} of ${leaf.shape.join(" x ") || 1}, the first is ${first})`]
    }),
  )
  return found.flat()
}

/**
 * The error that names what went wrong in a step: a batch or parameters that were not finite to begin with, or the
 * operation that made the first NaN and the gradients it reached. The step is computed once more for it, eagerly.
 */
export async function culpritOf(
  functions: StepFunctions,
  carried: Carried,
  batch: unknown,
  key: Key,
  step: number,
  count: Scalar<"i32">,
  kept: string,
): Promise<CotangentError> {
  const details: { loss?: number; gradients?: readonly string[]; batch?: readonly string[]; operation?: string } = {}
  const sentences: string[] = []
  const odd = await notFinite(batch, "batch")
  if (odd.length > 0) {
    details.batch = odd
    sentences.push(`the batch is not finite: ${odd.join(", ")}`)
  }
  const again = lossAndGradient(functions)
  const [[loss], gradients] = again(carried, batch, key, count)
  details.loss = Number(await loss.item())
  details.gradients = await notFinite(gradients, "gradients")
  sentences.unshift(
    Number.isFinite(details.loss)
      ? details.gradients.length > 0
        ? `the loss is ${details.loss}, but not finite are ${details.gradients.slice(0, 5).join(", ")}`
        : "loss and gradients are finite, but the gradients' norm is beyond f32"
      : `the loss is ${details.loss}`,
  )
  const operation = await firstNaN(() => again(carried, batch, key, count))
  if (operation !== undefined) {
    details.operation = operation
    sentences.push(`the first NaN: ${operation}`)
  }
  return new CotangentError(
    "not-finite",
    `fit: step ${step}: ${sentences.join("; ")}. ${kept}`,
    { step, ...details },
    undefined,
  )
}

/** What `debugNaN` says of a computation; undefined where it meets none, only infinities. */
async function firstNaN(compute: () => readonly [readonly [Scalar, unknown], unknown]): Promise<string | undefined> {
  try {
    const watched = typed<(f: unknown) => typeof compute>(debugNaN)(compute)
    const [[loss], gradients] = watched()
    await loss.item()
    await Promise.all(flatten(gradients, "gradients").leaves.map((leaf) => typed<Tensor>(leaf).data()))
    return undefined
  } catch (error) {
    if (!(error instanceof CheckError)) throw error
    const [said = ""] = error.message.split("\n")
    const site = error.details["site"]
    return `${said.replace(/^debugNaN: /u, "").split(" the line below")[0]}${typeof site === "string" ? ` at ${site}` : ""}`
  }
}
