/** How many threads are worth starting here. */

/** More than these wait for memory rather than compute. */
const most = 8

// Not imported: a browser has neither the module nor the word `node:`.
const here = (): number =>
  typeof process === "undefined" ? 1 : (process.getBuiltinModule?.("node:os")?.availableParallelism() ?? 1)

export const coresHere = (): number => Math.min(most, here())
