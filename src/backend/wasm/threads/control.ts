/** The main thread's hand on the control block. */
import { barrierAt, controlBytes, jobAt, ofThread, threadAt } from "./layout.ts"

export interface Control {
  /** Gives the threads 1 to parts - 1 a job, waking those that sleep. */
  readonly begin: (definition: number, parts: number, posted: number, args: readonly number[]) => void
  /** Whether every worker is up, after waiting for at most so many milliseconds. */
  readonly areUp: (timeout: number) => boolean
  /** At how many barriers of the job the main thread has arrived. */
  readonly beats: () => number
  /** Which threads have not arrived at the barrier at which the main thread stands. */
  readonly missing: (parts: number) => readonly number[]
  /** Lets every thread leave the job at its next barrier, or the one at which it waits. */
  readonly giveUp: () => void
  /** Which threads have not left the job after so many milliseconds. */
  readonly stillIn: (parts: number, timeout: number) => readonly number[]
  /** Makes ready for jobs again, once all threads have left one that was given up. */
  readonly clear: () => void
}

export function newControl(memory: WebAssembly.Memory, address: number, threads: number, looks: number): Control {
  // Growing the memory makes views of it end early, and this one ends before.
  const words = new Int32Array(memory.buffer, address, controlBytes / 4).fill(0)
  const at = (part: number, of: number): number => (threadAt(part) + of) / 4
  const those = (parts: number, holds: (part: number) => boolean): readonly number[] =>
    Array.from({ length: parts - 1 }, (_, k) => k + 1).filter(holds)
  const phase = barrierAt.phase / 4
  for (let part = 0; part < threads; part++) words[at(part, ofThread.patience)] = looks
  let job = 0
  /** Until the word is `value`, or time is over. Nobody notifies: both kinds of wait are rare, and short. */
  const waitFor = (word: number, value: number, until: number): boolean => {
    for (;;) {
      const now = Atomics.load(words, word)
      if (now === value || performance.now() >= until) return now === value
      Atomics.wait(words, word, now, 1)
    }
  }
  return {
    begin: (definition, parts, posted, args) => {
      job = (job + 1) | 0
      words[jobAt.definition / 4] = definition
      words[jobAt.parts / 4] = parts
      words[jobAt.posted / 4] = posted
      words[jobAt.count / 4] = args.length
      words.set(args, jobAt.arguments / 4)
      words[at(0, ofThread.beat)] = 0
      for (let part = 1; part < parts; part++) {
        words[at(part, ofThread.beat)] = 0
        Atomics.store(words, at(part, ofThread.job), job)
        if (Atomics.load(words, at(part, ofThread.asleep)) === 1) Atomics.notify(words, at(part, ofThread.job))
      }
    },
    areUp: (timeout) => {
      const until = performance.now() + timeout
      return those(threads, (part) => !waitFor(at(part, ofThread.up), 1, until)).length === 0
    },
    beats: () => words[at(0, ofThread.beat)] ?? 0,
    missing: (parts) =>
      those(parts, (part) => (words[at(part, ofThread.beat)] ?? 0) < (words[at(0, ofThread.beat)] ?? 0)),
    giveUp: () => {
      Atomics.or(words, phase, 1)
      Atomics.notify(words, phase)
    },
    stillIn: (parts, timeout) => {
      const until = performance.now() + timeout
      return those(parts, (part) => !waitFor(at(part, ofThread.done), job, until))
    },
    clear: () => {
      Atomics.store(words, barrierAt.arrived / 4, 0)
      Atomics.and(words, phase, ~1)
    },
  }
}
