/** Rows gathered by segment: x is [n, …], ids are [n], i32, the result [segments, …]. Ids outside are dropped. */
import { bindOne } from "../../interpreter.ts"
import { concat } from "../../primitives/concat.ts"
import { scatterAdd } from "../../primitives/scatter-add.ts"
import { takeAlongAxis } from "../../primitives/take-along-axis.ts"
import { type Contest, winner } from "../../primitives/winner.ts"
import type { Value } from "../../value.ts"
import { like } from "../operands.ts"
import * as v from "../values.ts"

export const summed = (x: Value, ids: Value, segments: number): Value =>
  bindOne(scatterAdd.along(0), v.filled(like(x, 0), [segments, ...x.shape.slice(1)]), ids, x)

/** The best row of each segment, element by element, `otherwise` where a segment is empty; the slope goes to the winner. */
export function best(contest: Exclude<Contest, "last">, x: Value, ids: Value, otherwise: Value): Value {
  const segments = otherwise.shape[0] ?? 0
  const who = bindOne(winner.of(contest, segments), ids, x)
  const won = bindOne(takeAlongAxis.along(0), x, who)
  return v.where(v.less(who, 0), otherwise, won)
}
/** The last row of each segment, `otherwise` where there is none. */
export function lastOf(x: Value, ids: Value, otherwise: Value): Value {
  const segments = otherwise.shape[0] ?? 0
  const who = bindOne(winner.of("last", segments), ids, ids)
  const empty = v.reshape(v.less(who, 0), [segments, ...x.shape.slice(1).map(() => 1)])
  return v.where(empty, otherwise, v.take(x, who, 0))
}
/**
 * The product of each segment, 1 where it is empty: rows in the order of their ids, then running products that stop where
 * the id changes, over distances 1, 2, 4, … Each is an ordinary product, so that the slope is right where a factor is 0,
 * which a quotient or an exponential of a sum of logarithms would not be.
 */
export function multiplied(x: Value, ids: Value, segments: number): Value {
  const [sorted, order] = v.sortLast(ids)
  const count = ids.shape[0] ?? 0
  let running = v.take(x, order, 0)
  for (let distance = 1; distance < count; distance *= 2) {
    const rest = count - distance
    const same = v.equal(v.part(sorted, 0, 0, rest), v.part(sorted, 0, distance, rest))
    const here = v.part(running, 0, distance, rest)
    const longer = v.where(
      v.reshape(same, [rest, ...x.shape.slice(1).map(() => 1)]),
      v.mul(v.part(running, 0, 0, rest), here),
      here,
    )
    running = bindOne(concat.along(0), v.part(running, 0, 0, distance), longer)
  }
  return lastOf(running, sorted, v.filled(like(x, 1), [segments, ...x.shape.slice(1)]))
}
