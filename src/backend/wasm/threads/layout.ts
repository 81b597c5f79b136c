/** The control block: the few words of the shared memory through which threads hand each other work. */

/** Bytes that the heap gives a pool for as long as the memory lives; they begin at a multiple of 64. */
export const controlBytes = 4096
export const mostThreads = 32

/** Words that different threads write stand on different cache lines, or every write would stall the other threads. */
const line = 64
const firstThread = 3 * line
const firstArgument = firstThread + mostThreads * line

/** Byte offsets. The barrier: how many have arrived, how many of them sleep, and the phase, which ends when all are there. */
export const barrierAt = {
  arrived: 0,
  sleepers: 4,
  /** Bit 0 says that the job was given up; the phases are counted in the bits above it, and may overflow. */
  phase: line,
} as const
/** The job: what to run, on how many threads, how many messages were posted before it, its arguments. */
export const jobAt = {
  definition: 2 * line,
  parts: 2 * line + 4,
  posted: 2 * line + 8,
  count: 2 * line + 12,
  arguments: firstArgument,
} as const
export const mostArguments = (controlBytes - firstArgument) / 4

/** The words of one thread; offsets from the beginning of its line. */
export const threadAt = (part: number): number => firstThread + part * line
export const ofThread = {
  /** The number of the newest job for this thread, on which it waits. */
  job: 0,
  /** Whether it sleeps until then. */
  asleep: 4,
  /** Whether it has come up. */
  up: 8,
  /** The number of the last job that it has left. */
  done: 12,
  /** At how many barriers of the job it has arrived. */
  beat: 16,
  /** How often it will look at the next barrier before it goes to sleep. */
  patience: 20,
} as const
