/** Every public function of tensors, family by family. */
import type { FunctionCase } from "../case.ts"
import { arithmetic } from "./arithmetic.ts"
import { elementary } from "./elementary.ts"
import { layout } from "./layout.ts"
import { logic } from "./logic.ts"

export const cases: readonly FunctionCase[] = [...arithmetic, ...elementary, ...logic, ...layout]
