/** Every public function of tensors, family by family. */
import type { FunctionCase } from "../case.ts"
import { arithmetic } from "./arithmetic.ts"
import { arranging } from "./arranging.ts"
import { contraction } from "./contraction.ts"
import { convolution } from "./convolution.ts"
import { elementary } from "./elementary.ts"
import { fourier } from "./fft.ts"
import { indexing } from "./indexing.ts"
import { layout } from "./layout.ts"
import { linalg } from "./linalg.ts"
import { logic } from "./logic.ts"

export const cases: readonly FunctionCase[] = [
  ...contraction,
  ...convolution,
  ...fourier,
  ...arranging,
  ...indexing,
  ...arithmetic,
  ...elementary,
  ...logic,
  ...layout,
  ...linalg,
]
