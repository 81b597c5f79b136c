/** One row: every contender prepared, their results compared, then turns, one contender after the other. */
import type { Contender, ContenderName } from "./contenders.ts"
import { type Observed, type Prepared, type Turn, unpacked } from "./protocol.ts"
import type { Row } from "./row.ts"
import type { Session } from "./session.ts"
import { difference, least, median } from "./statistics.ts"

export interface Pace {
  readonly turns: number
  readonly milliseconds: number
  /** Fresh processes of a first-call row. */
  readonly starts: number
}
export interface Timing {
  readonly min: number
  readonly median: number
  readonly samples: number
  /** Of the first call in the process; rows before it have warmed the compilers of JavaScript. */
  readonly first: number
}
export interface Entry {
  readonly contender: ContenderName
  readonly timing?: Timing
  /** Why there is no timing. */
  readonly error?: string
  /** The largest relative difference from the first contender's results. */
  readonly difference?: number
  readonly figures?: Readonly<Record<string, number>>
}
/** The sessions that are open, and how to come by one. */
export interface Pool {
  readonly contenders: readonly Contender[]
  readonly open: (contender: Contender) => Promise<Session>
  /** The resident session of a contender, opened again where it had to be closed. */
  readonly resident: (contender: Contender) => Promise<Session>
  readonly drop: (session: Session) => void
}

const takesPart = (row: Row, { library, name }: Contender): boolean => {
  if (library === "torch") return row.torch
  if (row.kind === "memory") return name === "threads"
  return row.sides[library] !== undefined && (row.kind === "calls" || name !== "gpujs")
}

export async function measureRow(row: Row, pool: Pool, pace: Pace): Promise<readonly Entry[]> {
  const taking = pool.contenders.filter((contender) => takesPart(row, contender))
  switch (row.kind) {
    case "calls":
      return takeTurns(row, taking, pool, pace)
    case "first-call":
      return startAnew(row, taking, pool, pace)
    case "memory":
      return observe(row, taking, pool)
  }
}

interface Standing {
  readonly session: Session
  readonly prepared: Prepared
  readonly samples: number[]
  readonly difference: number
}
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 400)

async function takeTurns(row: Row, taking: readonly Contender[], pool: Pool, pace: Pace): Promise<readonly Entry[]> {
  const standing = new Map<ContenderName, Standing>()
  const errors = new Map<ContenderName, string>()
  const fail = (session: Session, error: unknown): void => {
    errors.set(session.contender.name, reasonOf(error))
    standing.delete(session.contender.name)
    pool.drop(session)
  }
  let reference: readonly Float32Array[] | undefined
  for (const contender of taking) {
    const session = await pool.resident(contender)
    try {
      const prepared = await session.ask<Prepared>({ do: "prepare", row: row.name }, 120)
      const outputs = prepared.outputs.map(unpacked)
      reference ??= outputs
      const apart = difference(outputs, reference)
      if (!(apart <= row.tolerance))
        throw new Error(`gives other results: they differ by ${apart.toExponential(1)}, ${row.tolerance} is allowed`)
      standing.set(contender.name, { session, prepared, samples: [], difference: apart })
    } catch (error) {
      fail(session, error)
    }
  }
  for (let turn = 0; turn < pace.turns; turn++) {
    // Who begins changes, so that nobody always follows the same neighbour.
    const order = [...standing.values()]
    const turned = [...order.slice(turn % order.length), ...order.slice(0, turn % order.length)]
    for (const { session, samples } of turned) {
      // Two calls of seconds each say enough of who takes that long.
      if (samples.length >= 2 && least(samples) > 1000) continue
      try {
        const taken = await session.ask<Turn>({ do: "turn", milliseconds: pace.milliseconds })
        samples.push(...taken.samples)
      } catch (error) {
        fail(session, error)
      }
    }
  }
  for (const { session } of standing.values())
    await session.ask<object>({ do: "release" }).catch((error: unknown) => fail(session, error))
  return taking.map(({ name }) => {
    const found = standing.get(name)
    if (found === undefined) return { contender: name, error: errors.get(name) ?? "did not take part" }
    return { contender: name, timing: timingOf(found.samples, found.prepared.first), difference: found.difference }
  })
}

const timingOf = (samples: readonly number[], first: number): Timing => ({
  min: least(samples),
  median: median(samples),
  samples: samples.length,
  first,
})

async function startAnew(row: Row, taking: readonly Contender[], pool: Pool, pace: Pace): Promise<readonly Entry[]> {
  const samples = new Map<ContenderName, number[]>()
  const errors = new Map<ContenderName, string>()
  for (let start = 0; start < pace.starts; start++)
    for (const contender of taking) {
      const session = await pool.open(contender)
      try {
        const { first } = await session.ask<Prepared>({ do: "prepare", row: row.name })
        samples.set(contender.name, [...(samples.get(contender.name) ?? []), first])
      } catch (error) {
        errors.set(contender.name, reasonOf(error))
      }
      session.close()
    }
  return taking.map(({ name }) => {
    const error = errors.get(name)
    const taken = samples.get(name) ?? []
    return error === undefined ? { contender: name, timing: timingOf(taken, least(taken)) } : { contender: name, error }
  })
}

async function observe(row: Row, taking: readonly Contender[], pool: Pool): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (const contender of taking) {
    const session = await pool.open(contender)
    try {
      const { figures } = await session.ask<Observed>({ do: "observe", row: row.name }, 300)
      entries.push({ contender: contender.name, figures })
    } catch (error) {
      entries.push({ contender: contender.name, error: reasonOf(error) })
    }
    session.close()
  }
  return entries
}
