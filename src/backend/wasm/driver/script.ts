/**
 * Code under construction that one thread or all of them run. Pieces that part 0 takes alone follow one another anyway; a
 * barrier stands between two pieces only where one of them is shared out and touches what the other writes.
 */
import { type Code, eqz, get, when } from "../encode.ts"

/** Bytes of one space: an input, a result, the frame, what a pointer shows in this round of a scan. */
export interface Region {
  readonly space: string
  readonly from: number
  readonly to: number
}
export interface Touched {
  readonly reads: readonly Region[]
  readonly writes: readonly Region[]
}
export interface Script {
  /** Whether several threads run this; else nothing in it is shared out. */
  readonly isShared: boolean
  /** A piece for part 0. */
  readonly alone: (code: Code, touched: Touched) => void
  /** A piece for all parts, each of which does some of the work. */
  readonly shared: (code: Code, touched: Touched) => void
  /** A piece that every part runs whole: loops, tests, pointers in locals. */
  readonly everyone: (code: Code, reads?: readonly Region[]) => void
  /** Nobody goes on before all have come here. */
  readonly meet: () => void
  /** All of it; nothing may be added afterwards. */
  readonly code: () => Code
}

/** For one thread: in order, and that is all. */
export function soloScript(): Script {
  const code: Code[] = []
  const append = (piece: Code): void => {
    code.push(piece)
  }
  return { isShared: false, alone: append, shared: append, everyone: append, meet: () => {}, code: () => code }
}

/** For all parts at once; `part` is the local that holds whose turn this is. */
export function teamScript(part: number, barrier: Code): Script {
  const code: Code[] = []
  let waiting: Code[] = []
  let [byOne, byAll]: [Touched[], Touched[]] = [[], []]
  const flush = (): void => {
    if (waiting.length > 0) code.push(when([get(part), eqz], waiting))
    waiting = []
  }
  const meet = (): void => {
    flush()
    if (byOne.length + byAll.length === 0) return
    code.push(barrier)
    byOne = []
    byAll = []
  }
  return {
    isShared: true,
    alone: (piece, touched) => {
      if (byAll.some((x) => collide(x, touched))) meet()
      byOne.push(touched)
      waiting.push(piece)
    },
    shared: (piece, touched) => {
      if ([...byOne, ...byAll].some((x) => collide(x, touched))) meet()
      flush()
      byAll.push(touched)
      code.push(piece)
    },
    everyone: (piece, reads = []) => {
      flush()
      code.push(piece)
      if (reads.length > 0) byAll.push({ reads, writes: [] })
    },
    meet,
    code: () => {
      flush()
      return code
    },
  }
}

const collide = (a: Touched, b: Touched): boolean =>
  overlap(a.writes, b.writes) || overlap(a.writes, b.reads) || overlap(a.reads, b.writes)
const overlap = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.some((x) => b.some((y) => x.space === y.space && x.from < y.to && y.from < x.to))
