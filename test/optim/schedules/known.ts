/** Every schedule with options drawn at random, beside its formula in doubles. */
import { type Schedule, schedules } from "cotangent/optim"
import fc from "fast-check"

export interface Known {
  readonly schedule: Schedule
  /** The formula, at steps from 0 on. */
  readonly exact: (step: number) => number
  /** Steps at which it turns, begins or ends. */
  readonly turns: readonly number[]
  /** Between what it stays, and in which direction it goes, where it has one. */
  readonly bounds: readonly [number, number]
  readonly goes?: "up" | "down"
  /** How much worse than one rounding each is the formula conditioned. */
  readonly condition?: (step: number) => number
}

/** A rate that f32 holds, so that the formula in doubles starts from the same number. */
export const value = fc.integer({ min: 0, max: 200 }).map((n) => n / 64)
const length = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(1000, 1_000_003, 2 ** 24 + 1, 2 ** 31 - 1))
const between = (from: number, to: number): Pick<Known, "bounds" | "goes"> => ({
  bounds: [Math.min(from, to), Math.max(from, to)],
  goes: to > from ? "up" : "down",
})
const share = (step: number, steps: number): number => Math.min(step, steps) / steps
const fall = (t: number): number => (1 + Math.cos(Math.PI * t)) / 2

const course = fc.record({ from: value, to: value, steps: length })
export const known: Readonly<Record<keyof typeof schedules, fc.Arbitrary<Known>>> = {
  constant: value.map((c) => ({ schedule: schedules.constant(c), exact: () => c, turns: [], bounds: [c, c] })),
  linear: course.map((o) => ({
    schedule: schedules.linear(o),
    exact: (step) => o.from + (o.to - o.from) * share(step, o.steps),
    turns: [o.steps],
    ...between(o.from, o.to),
  })),
  cosine: course.map((o) => ({
    schedule: schedules.cosine(o),
    exact: (step) => o.to + (o.from - o.to) * fall(share(step, o.steps)),
    turns: [o.steps],
    ...between(o.from, o.to),
  })),
  polynomial: fc.tuple(course, fc.constantFrom(0.5, 1, 2, 3)).map(([o, power]) => ({
    schedule: schedules.polynomial({ ...o, power }),
    exact: (step) => o.to + (o.from - o.to) * (1 - share(step, o.steps)) ** power,
    turns: [o.steps],
    ...between(o.from, o.to),
  })),
  cosineRestarts: fc
    .record({ from: value, to: value, steps: length, factor: fc.constantFrom(1, 2, 3), decay: fc.constantFrom(1, 0.5) })
    .map((o) => {
      const cycle = (step: number) => {
        let [start, steps, index] = [0, o.steps, 0]
        while (step >= start + steps && index < 100_000) {
          start += steps
          steps *= o.factor
          index++
        }
        // Of equal cycles there may be millions.
        if (o.factor === 1) [start, index] = [step - (step % o.steps), Math.floor(step / o.steps)]
        return { t: (step - start) / steps, index, end: start + steps }
      }
      const second = cycle(o.steps).end
      return {
        schedule: schedules.cosineRestarts(o),
        exact: (step) => {
          const { t, index } = cycle(step)
          return o.to + (o.from * o.decay ** index - o.to) * fall(t)
        },
        turns: [o.steps, second, cycle(second).end],
        bounds: [o.decay === 1 ? Math.min(o.from, o.to) : 0, Math.max(o.from, o.to)],
      } satisfies Known
    }),
  exponential: fc
    .record({ from: value, rate: fc.constantFrom(0.125, 0.5, 0.9375, 1), steps: length, staircase: fc.boolean() })
    .map((o) => {
      const turnsTaken = (step: number) => (o.staircase ? Math.floor(step / o.steps) : step / o.steps)
      return {
        schedule: schedules.exponential(o),
        exact: (step) => o.from * o.rate ** turnsTaken(step),
        turns: [o.steps, 2 * o.steps],
        bounds: [0, o.from],
        goes: "down",
        condition: (step) => 1 + Math.abs(Math.log(o.rate)) * turnsTaken(step),
      } satisfies Known
    }),
  oneCycle: fc
    .record({
      peak: value,
      steps: length.map((n) => Math.max(n, 4)),
      warmUp: fc.constantFrom(0.3, 0.5, 0.75),
      divisor: fc.constantFrom(4, 25),
      finalDivisor: fc.constantFrom(2, 1e4),
      shape: fc.constantFrom("cosine", "linear"),
    })
    .map((o) => {
      const up = Math.round(o.warmUp * o.steps)
      const left = o.shape === "cosine" ? fall : (t: number) => 1 - t
      const [first, last] = [o.peak / o.divisor, o.peak / o.divisor / o.finalDivisor]
      return {
        schedule: schedules.oneCycle(o),
        exact: (step) =>
          step < up
            ? o.peak + (first - o.peak) * left(step / up)
            : last + (o.peak - last) * left(share(step - up, o.steps - up)),
        turns: [up, o.steps],
        bounds: [0, o.peak],
      } satisfies Known
    }),
  warmUp: fc.tuple(course, length, value).map(([o, steps, first]) => ({
    schedule: schedules.warmUp(schedules.cosine(o), steps, { from: first }),
    exact: (step) =>
      step < steps
        ? first + (o.from - first) * (step / steps)
        : o.to + (o.from - o.to) * fall(share(step - steps, o.steps)),
    turns: [steps, Math.min(steps + o.steps, 2 ** 31 - 1)],
    bounds: [Math.min(first, o.from, o.to), Math.max(first, o.from, o.to)],
  })),
  piecewise: fc
    .tuple(value, value, value, fc.uniqueArray(length, { minLength: 2, maxLength: 2 }))
    .map(([a, b, c, at]) => {
      const [first = 0, second = 0] = at.toSorted((x, y) => x - y)
      return {
        schedule: schedules.piecewise({ [second]: c, 0: a, [first]: b }),
        exact: (step) => (step < first ? a : step < second ? b : c),
        turns: [first, second],
        bounds: [Math.min(a, b, c), Math.max(a, b, c)],
      } satisfies Known
    }),
  join: fc.tuple(course, value, length).map(([o, c, at]) => ({
    schedule: schedules.join([c, schedules.linear(o)], [at]),
    exact: (step) => (step < at ? c : o.from + (o.to - o.from) * share(step - at, o.steps)),
    turns: [at],
    bounds: [Math.min(c, o.from, o.to), Math.max(c, o.from, o.to)],
  })),
  inverseSquareRoot: fc.tuple(value, length).map(([peak, warmUp]) => ({
    schedule: schedules.inverseSquareRoot({ peak, warmUp }),
    exact: (step) => peak * Math.min((step + 1) / warmUp, Math.sqrt(warmUp / (step + 1))),
    turns: [warmUp],
    bounds: [0, peak],
  })),
}
export const names = Object.keys(known) as readonly (keyof typeof known)[]
/** Steps that matter: the first ones, those around each turn, far ones and any. */
export const stepsOf = ({ turns }: Known): fc.Arbitrary<number> =>
  fc.oneof(
    fc.nat({ max: 60 }),
    fc.integer({ min: 1_000_000, max: 1_000_400 }),
    fc.constant(2 ** 31 - 1),
    fc.nat({ max: 2 ** 31 - 1 }),
    ...turns.map((turn) => fc.integer({ min: -2, max: 2 }).map((d) => Math.min(2 ** 31 - 1, Math.max(0, turn + d)))),
  )
