import { reduction } from "./reduction.ts"

/** Whether all are true over axes; true over nothing. */
export const all = reduction("all", "and", { min: 0, max: 1 }, "bool")
