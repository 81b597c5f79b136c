/** Every public function of tensors, family by family. */
import type { FunctionCase } from "../case.ts"
import { activations } from "./activations.ts"
import { arithmetic } from "./arithmetic.ts"
import { arranging } from "./arranging.ts"
import { contraction } from "./contraction.ts"
import { convolution } from "./convolution.ts"
import { cumulative } from "./cumulative.ts"
import { elementary } from "./elementary.ts"
import { fourier } from "./fft.ts"
import { gathering } from "./gathering.ts"
import { indexing } from "./indexing.ts"
import { layout } from "./layout.ts"
import { linalg } from "./linalg.ts"
import { logic } from "./logic.ts"
import { losses } from "./losses.ts"
import { randomDraws } from "./random.ts"
import { reductions } from "./reductions.ts"
import { sampling } from "./resize.ts"
import { special } from "./special.ts"

export const cases: readonly FunctionCase[] = [
  ...special,
  ...contraction,
  ...convolution,
  ...fourier,
  ...sampling,
  ...arranging,
  ...gathering,
  ...indexing,
  ...arithmetic,
  ...elementary,
  ...logic,
  ...layout,
  ...linalg,
  ...reductions,
  ...losses,
  ...cumulative,
  ...activations,
  ...randomDraws,
]
