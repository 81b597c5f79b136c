/** Timing that survives a busy machine: the best of several rounds, contenders taking turns. */

export interface Contender {
  readonly name: string
  /** One call, everything read back or released that it makes. */
  readonly run: () => void
}
export interface Figure {
  readonly name: string
  readonly microseconds: number
}

/** The least time per call of each contender over `rounds` rounds of `calls` calls, after as many to warm up. */
export function measure(contenders: readonly Contender[], { rounds = 15, calls = 200 } = {}): readonly Figure[] {
  const best = contenders.map(() => Number.POSITIVE_INFINITY)
  for (let round = -3; round < rounds; round++)
    contenders.forEach(({ run }, k) => {
      const start = performance.now()
      for (let i = 0; i < calls; i++) run()
      const each = ((performance.now() - start) / calls) * 1000
      if (round >= 0) best[k] = Math.min(best[k] ?? each, each)
    })
  return contenders.map(({ name }, k) => ({ name, microseconds: best[k] ?? Number.NaN }))
}

/** A table of figures, each as a multiple of the first. */
export function show(title: string, figures: readonly Figure[]): void {
  const base = figures[0]?.microseconds ?? Number.NaN
  console.log(title)
  for (const { name, microseconds } of figures)
    console.log(
      `  ${name.padEnd(44)} ${microseconds.toFixed(1).padStart(9)} us  ${(microseconds / base).toFixed(2).padStart(7)}x`,
    )
}
