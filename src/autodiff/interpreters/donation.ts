/** Memory that a call gives away. */
import { DonationError } from "../errors.ts"
import { donate, firstIn, handOver, type Storage } from "../storage.ts"
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
      x.wasDonated = true
      donate(x.storage, where)
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
 * Whose memory the engine may take: where every value that lies in it is donated here. Another one may be somebody's, or a
 * constant of a compiled function: then the memory is read and left to the garbage collector.
 */
function givenAway(operands: readonly ConcreteTensor[], { positions, nameOf }: Donation): ReadonlySet<number> {
  const kept = new Map<Storage, number>()
  operands.forEach(({ storage }, k) => {
    if (!positions.has(k) && !kept.has(storage)) kept.set(storage, k)
  })
  const values = new Map<Storage, Set<Storage>>()
  for (const k of positions) {
    const x = operands[k]
    if (x === undefined) continue
    const other = kept.get(x.storage)
    if (other !== undefined)
      throw new DonationError(
        "donated-twice",
        `jit: ${nameOf(k)} is donated, and ${nameOf(other)}, which is not, is ${operands[other] === x ? "the same tensor" : "the same memory, a reshape of it"}; donate a copy, mul(x, 1), or leave the argument out of \`donate\``,
      )
    const first = firstIn(x.storage)
    const known = values.get(first)
    if (known === undefined) values.set(first, new Set([x.storage]))
    else known.add(x.storage)
  }
  const given = new Set<number>()
  for (const k of positions) {
    const first = operands[k] && firstIn(operands[k].storage)
    if (first !== undefined && values.get(first)?.size === first.values) given.add(k)
  }
  return given
}
