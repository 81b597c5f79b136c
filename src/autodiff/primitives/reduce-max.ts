import { reduction } from "./reduction.ts"

/** The largest over axes, NaN if there is one; -Infinity over nothing. */
export const reduceMax = reduction("reduceMax", "max", { min: -3, max: 3, gap: 0.05 })
