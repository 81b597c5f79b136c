import { argReduction } from "./reduction.ts"

/** The index of the largest over axes, the first of equals, or of the first NaN. */
export const argmax = argReduction("argmax", "argmax", { min: -3, max: 3, gap: 0.05 })
