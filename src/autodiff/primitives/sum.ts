import { reduction } from "./reduction.ts"

/** The sum over axes; 0 over nothing. */
export const sum = reduction("sum", "sum", { min: -2, max: 2 })
