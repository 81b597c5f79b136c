import { argReduction } from "./reduction.ts"

/** The index of the smallest over axes, the first of equals, or of the first NaN. */
export const argmin = argReduction("argmin", "argmin", { min: -3, max: 3, gap: 0.05 })
