import { reduction } from "./reduction.ts"

/** The smallest over axes, NaN if there is one; Infinity over nothing. */
export const reduceMin = reduction("reduceMin", "min", { min: -3, max: 3, gap: 0.05 })
