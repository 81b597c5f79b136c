/** COTANGENT_DEBUG: how much of what engines do is written to stderr. */

/**
 * 0: nothing. 1: each compilation. 2: its kernels as well. 3: each call as well. 4: the gpu.js source of each kernel as
 * well. Read when the library is loaded; always 0 where there are no environment variables.
 */
export function debugLevel(): number {
  // Bundles for browsers have no `process`, and types say that it is always there.
  const given = typeof process === "object" ? process.env?.COTANGENT_DEBUG : undefined
  if (given === undefined || given === "") return 0
  const level = Number(given)
  if (Number.isInteger(level) && level >= 0 && level <= 4) return level
  console.error(`cotangent: COTANGENT_DEBUG is a number from 0 to 4, got ${JSON.stringify(given)}: nothing is written`)
  return 0
}
