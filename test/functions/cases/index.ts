/** Every public function of tensors, family by family. */
import type { FunctionCase } from "../case.ts"
import { arithmetic } from "./arithmetic.ts"

export const cases: readonly FunctionCase[] = [...arithmetic]
