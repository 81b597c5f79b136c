import { type Details, ShapeError } from "../errors.ts"

/** Codes are stable: `shape-broadcast`, `shape-axis` … */
export const fail = (rule: string, message: string, details: Details = {}): never => {
  throw new ShapeError(`shape-${rule}`, message, details)
}

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)
