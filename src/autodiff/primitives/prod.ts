import { reduction } from "./reduction.ts"

/** The product over axes; 1 over nothing. */
export const prod = reduction("prod", "prod", { min: 0.5, max: 1.5 })
