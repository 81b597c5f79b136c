/** Memory that a call gives away. */
import { DonationError } from "../errors.ts"
import { handOver } from "../storage.ts"
import type { ConcreteTensor } from "../tensor.ts"

/** What a call gives away. */
export interface Donation {
  /** Positions of operands that are gone afterwards. */
  readonly positions: ReadonlySet<number>
  /** How to call an operand: `arguments[0].w`. */
  readonly nameOf: (position: number) => string
  readonly site: string | undefined
}

/**
 * Runs a call that may take what it was given, and marks it as gone. The engine owns that from the call on, hence also after
 * a throw: it may have been written to by then, and a tensor that cannot be read is better than one that reads as anything.
 */
export function donating<R>(
  operands: readonly ConcreteTensor[],
  donation: Donation,
  call: (given: ReadonlySet<number>) => R,
): R {
  const given = givenAway(operands, donation)
  const { positions, site = "a donating call" } = donation
  const gone = (where: string): void => {
    for (const k of positions) {
      const x = operands[k]
      if (x === undefined) continue
      x.donated = where
      if (x.storage.values === 1) x.storage.donated = where
    }
  }
  let made: R
  try {
    made = call(given)
  } catch (error) {
    gone(`${site}, which failed`)
    throw error
  }
  gone(site)
  for (const k of given) {
    const x = operands[k]
    if (x !== undefined) handOver(x.storage)
  }
  return made
}

/**
 * Whose memory the engine may take: that of a tensor which is alone in it. One that the call was given twice, or that an
 * engine found to be equal to another value, is read and left to the garbage collector.
 */
function givenAway(operands: readonly ConcreteTensor[], { positions, nameOf }: Donation): ReadonlySet<number> {
  const given = new Set<number>()
  for (const k of positions) {
    const x = operands[k]
    if (x === undefined || x.storage.values > 1) continue
    const kept = operands.findIndex((y, j) => y.storage === x.storage && !positions.has(j))
    if (kept >= 0)
      throw new DonationError(
        "donated-twice",
        `jit: ${nameOf(k)} is donated, and ${nameOf(kept)}, which is not, is ${operands[kept] === x ? "the same tensor" : "the same memory, a reshape of it or the same value"}; donate a copy, mul(x, 1), or leave the argument out of \`donate\``,
      )
    if (operands.every((y, j) => j === k || y.storage !== x.storage)) given.add(k)
  }
  return given
}
