/** Errors are measured, kept with the test that measured them, and held against the table of tolerances. */
import type { TestContext } from "vitest"
import { allowed, type LawName } from "./tolerances.ts"

/** The worst error that a test met, and what it was allowed. */
export interface Figure {
  readonly engine: string
  readonly law: LawName
  readonly name: string
  readonly error: number
  readonly allowed: number
}
/** Edges of a function that came out wrong: how many of those tried, and the first, as "f(x) = y, not z". */
export interface Beyond {
  readonly name: string
  readonly kind: string
  readonly wrong: number
  readonly of: number
  readonly first: string
}
declare module "vitest" {
  interface TaskMeta {
    figure?: Figure
    beyond?: Beyond
  }
}

type Measured = Pick<TestContext, "task">
export interface Meter {
  /** Element by element, over what is wanted, or over `floor` where that is larger. */
  readonly elements: (found: ArrayLike<number>, wanted: ArrayLike<number>, floor: number) => void
  /** Over the largest number wanted, or over 1. */
  readonly whole: (found: ArrayLike<number>, wanted: ArrayLike<number>, dtype?: "f32" | "f64") => void
  /** In units in the last place of f32; `wanted` in f64. */
  readonly ulps: (found: ArrayLike<number>, wanted: ArrayLike<number>) => void
}

/** A finite number, which JSON can hold. */
export const asWrongAsCanBe = 1e300
/** The distance between neighbouring f32 numbers around x. */
export const ulpOf = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23)

export function meter({ task }: Measured, engine: string, law: LawName, name: string): Meter {
  type Scale = (wanted: number) => number
  const hold = (found: ArrayLike<number>, wanted: ArrayLike<number>, scale: Scale, bound: number): void => {
    if (found.length !== wanted.length) throw new Error(`${found.length} numbers where ${wanted.length} are wanted`)
    let [worst, at] = [0, 0]
    for (let k = 0; k < wanted.length; k++) {
      const [x, y] = [found[k] ?? 0, wanted[k] ?? 0]
      if (Object.is(x, y) || x === y) continue
      const error = Math.abs(x - y) / scale(y)
      // A NaN, on one side or made of two infinities.
      const counted = Number.isFinite(error) ? error : asWrongAsCanBe
      if (counted > worst) [worst, at] = [counted, k]
    }
    const known = task.meta.figure
    if (known === undefined || worst > known.error)
      task.meta.figure = { engine, law, name, error: worst, allowed: bound }
    if (worst > bound)
      throw new Error(
        `${engine}, ${law} of ${name}: element ${at} is ${found[at]} and should be ${wanted[at]}: the error ${worst.toExponential(2)} is above ${bound}`,
      )
  }
  return {
    elements: (found, wanted, floor) =>
      hold(found, wanted, (x) => Math.max(floor, Math.abs(x)), allowed(engine, law, name)),
    whole: (found, wanted, dtype = "f32") => {
      let largest = 1
      for (let k = 0; k < wanted.length; k++) largest = Math.max(largest, Math.abs(wanted[k] ?? 0))
      hold(found, wanted, () => largest, allowed(engine, law, name, dtype))
    },
    ulps: (found, wanted) => hold(found, wanted, ulpOf, allowed(engine, law, name)),
  }
}
