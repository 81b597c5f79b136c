/** Whether a loop that never waits keeps its memory: 100,000 steps, watched from within. */
import { add, type F32, grad, jit, mean, mul, square, sub } from "cotangent"
import type { Row } from "../harness/row.ts"
import { median } from "../harness/statistics.ts"
import { operand } from "../worker/ours.ts"

const [count, settled, every] = [100_000, 1000, 250]

/**
 * Megabytes of resident memory: after the first thousand steps, the most since, and the medians of the first and of the
 * second half of the run. Between two garbage collections it breathes by a hundred of them, so a single look, or two
 * peaks, tell little; a leak of some hundred bytes a step moves the medians apart. `heap` is what is left of JavaScript's
 * own after a collection, at the end more than after the first thousand: what a leak of small objects leaves, to the byte.
 */
function watch(step: () => void): Readonly<Record<string, number>> {
  const megabytes = () => process.memoryUsage.rss() / 2 ** 20
  const heap = () => {
    globalThis.gc?.()
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  const begin = performance.now()
  const seen: number[] = []
  let [start, startHeap] = [0, 0]
  for (let done = 1; done <= count; done++) {
    step()
    if (done === settled) {
      start = megabytes()
      startHeap = heap()
    } else if (done > settled && done % every === 0) seen.push(megabytes())
  }
  const half = seen.length >> 1
  const [first, second] = [median(seen.slice(0, half)), median(seen.slice(half))]
  return {
    "after 1,000": start,
    most: Math.max(...seen),
    "first half": first,
    "second half": second,
    growth: second - first,
    heap: heap() - startHeap,
    seconds: (performance.now() - begin) / 1000,
  }
}

const row = (name: string, title: string, body: () => () => void): Row => ({
  name,
  title,
  kind: "memory",
  tolerance: 0,
  bars: [{ kind: "growth", ours: "threads", most: allowed }],
  torch: false,
  remark: "MB; no turn of the event loop in between, no state donated",
  sides: {},
  observe: () => Promise.resolve(watch(body())),
})
/** Megabytes by which two medians differ by chance. */
const allowed = 16

// So large that a thousand results are more than the engine keeps before it spills: the loop is then in its steady state.
type Large = F32<[32_768]>
const loss = (x: Large, target: Large) => mean(square(sub(x, target)))

export const memoryRows: readonly Row[] = [
  row("memory-jit", "100,000 synchronous jitted steps", () => {
    const target = operand(2, [32_768])
    const step = jit((x: Large, target: Large) => sub(x, mul(grad(loss)(x, target), 0.1)))
    let x = operand(1, [32_768])
    return () => {
      x = step(x, target)
    }
  }),
  row("memory-eager", "100,000 synchronous eager steps", () => {
    const target = operand(2, [16_384])
    let x = operand(1, [16_384])
    return () => {
      x = add(mul(x, 0.9), mul(target, 0.1))
    }
  }),
]
