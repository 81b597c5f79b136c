/** What a scan is made of, and how its operands fall into parts: constants, then the carry, then the sequences. */
import { internal } from "../../errors.ts"
import type { ScanOperation } from "../../program/operation.ts"
import type { Program } from "../../program/program.ts"

export interface Parts {
  readonly body: Program
  readonly constants: number
  readonly carry: number
  readonly length: number
  readonly reverse: boolean
}

/** Makes a scan of parts: the rules are handed it, for each of them builds a scan. */
export type MakeScan = (parts: Parts) => ScanOperation

/** Operands by their part. */
export function divide<T>(
  { constants, carry }: Parts,
  xs: readonly T[],
): { readonly constants: readonly T[]; readonly carry: readonly T[]; readonly xs: readonly T[] } {
  return {
    constants: xs.slice(0, constants),
    carry: xs.slice(constants, constants + carry),
    xs: xs.slice(constants + carry),
  }
}

/** The entries whose flag is set. */
export const flagged = <T>(xs: readonly T[], flags: readonly boolean[]): readonly T[] =>
  xs.filter((_, k) => flags[k] === true)

/** Grows the set of active carries until the body gives no more: a carry that becomes active once is active throughout. */
export function settle(
  start: readonly boolean[],
  round: (carry: readonly boolean[]) => readonly boolean[],
): readonly boolean[] {
  let carry = start
  for (;;) {
    const out = round(carry)
    const next = carry.map((c, k) => c || out[k] === true)
    if (next.every((c, k) => c === carry[k])) return carry
    carry = next
  }
}

/** Which carries have a tangent, where `outputs` tells which results of the body do. */
export function activeCarry(
  parts: Parts,
  active: readonly boolean[],
  outputs: (flags: readonly boolean[], force: readonly boolean[]) => readonly boolean[],
): readonly boolean[] {
  const flags = divide(parts, active)
  return settle(flags.carry, (carry) => outputs([...flags.constants, ...carry, ...flags.xs], carry))
}

/** Takes values off the front, so many at a time; without a number, the rest. */
export function cutter<T>(all: readonly T[]): (n?: number) => readonly T[] {
  let at = 0
  return (n = all.length - at) => {
    const from = at
    at += n
    return all.slice(from, at)
  }
}

export function at<T>(xs: readonly T[], k: number): T {
  const x = xs[k]
  if (x === undefined) throw internal("a scan lacks a value")
  return x
}
