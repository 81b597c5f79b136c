/** docs/FUNCTIONS.md: how far each function is from the truth, as the last run of `npm run test:peers` measured it. */
import { fileURLToPath } from "node:url"
import type { FunctionCase } from "../../test/functions/case.ts"
import { titleOf } from "../../test/functions/case.ts"
import type { Errors } from "../../test/functions/measure.ts"

export const functionsPath = fileURLToPath(new URL("../../docs/FUNCTIONS.md", import.meta.url))

export interface Measured {
  readonly of: FunctionCase
  readonly errors: Errors
  /** The worst difference from PyTorch over values, gradient and second order; undefined where it was not asked. */
  readonly torch: number | undefined
}
export const numeral = (x: number | undefined): string => (x === undefined ? "" : x === 0 ? "0" : x.toExponential(0))
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`

export const functionsPage = (measured: readonly Measured[], versions: string): string =>
  `${[
    "# How right every function is",
    "<!-- Written by `npm run test:peers`. -->",
    `Each function at five draws of its arguments. An error is the largest difference over the largest number compared, or over 1 where that is smaller. The first three columns are float32 on wasm against the same Program in float64: the value, the gradient in random weights, and the gradient's change in a random direction. The next two check float64 itself: its values against a closed form written a second time, its gradient against central differences. The last is float64 against PyTorch: values, gradients and second order. An empty field has nothing to compare with. ${versions}`,
    [
      row(["function", "value", "gradient", "second order", "closed form", "differences", "PyTorch"]),
      row(["---", "---", "---", "---", "---", "---", "---"]),
      ...measured
        .toSorted((a, b) => titleOf(a.of).localeCompare(titleOf(b.of), "en"))
        .map(({ of, errors, torch }) =>
          row([
            titleOf(of),
            ...[errors.value, errors.gradient, errors.second, errors.exact, errors.differences, torch].map(numeral),
          ]),
        ),
    ].join("\n"),
  ].join("\n\n")}\n`
