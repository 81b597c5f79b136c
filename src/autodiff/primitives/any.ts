import { reduction } from "./reduction.ts"

/** Whether one is true over axes; false over nothing. */
export const any = reduction("any", "or", { min: 0, max: 1 }, "bool")
