/** From the command line to a finished report: everything about a run that is not training. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { setEngine } from "cotangent"
import { loadMnist, saveTree } from "cotangent/io"
import * as E from "fp-ts/lib/Either.js"
import type { Digits } from "./batches.ts"
import { checkpointPath, type History, settled } from "./checkpoint.ts"
import { type Options, parseCommand, usage } from "./options.ts"
import { type Progress, terminalProgress } from "./progress.ts"
import { scoresOf, tableOf, writeReport } from "./report.ts"

export interface Outcome {
  readonly params: unknown
  readonly history: History
  readonly done: number
  readonly total: number
  /** The digit found for each test image. */
  readonly found: () => Promise<Int32Array>
}
export type Train = (options: Options, digits: Digits, progress: Progress, stop: AbortSignal) => Promise<Outcome>

/** Runs `train` where the module at `url` is what Node was asked to run; imported, a module only exports. */
export function runAsScript(url: string, train: Train): void {
  const script = process.argv[1]
  if (script === undefined || pathToFileURL(script).href !== url) return
  const command = parseCommand(process.argv.slice(2))
  if (E.isLeft(command)) {
    console.error(`${command.left}\n\n${usage}`)
    process.exitCode = 2
    return
  }
  if (command.right.help) {
    console.log(usage)
    return
  }
  run(command.right.options, train).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
}

async function run(asked: Options, train: Train): Promise<void> {
  const begin = performance.now()
  const stop = stopOnSignal()
  const options = await settled(asked)
  const engine = await setEngine(options.engine, options.engine === "gpujs" ? { mode: options.mode } : {})
  const digits = await loadMnist()
  const { epochs, batch, seed } = options
  console.log(
    `${digits.train.count} images from ${digits.source}; ${epochs} epochs, batch ${batch}, seed ${seed}, engine ${engine}`,
  )

  const progress = terminalProgress()
  const { params, history, done, total, found } = await train(options, digits, progress, stop).finally(progress.stop)
  if (done < total) {
    console.log(
      `stopped after step ${done} of ${total}, everything is saved; npm start goes on, npm start -- --fresh starts over`,
    )
    process.exitCode = 130
    return
  }
  const scores = scoresOf(digits.test, await found())
  const seconds = (performance.now() - begin) / 1000
  const written = await writeReport(options.out, { history, scores, source: digits.source, seconds })
  const model = join(options.out, "model.safetensors")
  await saveTree(model, params)
  // Only now: a run that dies while it reports can still go on from here.
  rmSync(checkpointPath(options), { force: true })
  console.log(`\n${tableOf(scores, digits.source)}\n\n${seconds.toFixed(1)} s; wrote ${[...written, model].join(", ")}`)
}

/** The first Ctrl-C asks the loop to stop, a later one ends the process; npm and the terminal may both deliver the first. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController()
  let first = 0
  const onSignal = (): void => {
    if (stop.signal.aborted && performance.now() - first > 1000) process.exit(130)
    if (stop.signal.aborted) return
    first = performance.now()
    stop.abort()
  }
  process.on("SIGINT", onSignal)
  process.on("SIGTERM", onSignal)
  return stop.signal
}
