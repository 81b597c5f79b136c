/**
 * Benchmarks beside the peers, in one run: every contender in a process of its own, all resident and taking turns.
 *
 *     npm run bench                     all rows, on this Node
 *     npm run bench -- matmul mlp       some
 *     npm run bench -- --node 24        on another Node
 *
 * A whole run writes bench/results.json and bench/figure.svg and .png (with --node 24, results-node24.json and so on);
 * a part of one writes to out/bench.
 */
import { cpus } from "node:os"
import { join } from "node:path"
import { type ContenderName, contenderNamed, contenders } from "./harness/contenders.ts"
import { installAll, nodeOf, paths, pythonWithTorch } from "./harness/install.ts"
import { verdicts } from "./harness/judge.ts"
import { measureRow, type Pace } from "./harness/measure.ts"
import { optionsOf, selected, usage } from "./harness/options.ts"
import { newPool } from "./harness/pool.ts"
import { type Results, rowsOf, writeWhole } from "./harness/results.ts"
import { blockOf, type Measured, tableOf } from "./harness/table.ts"
import { rows } from "./rows/index.ts"

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2))
  const asked = selected(rows, options.rows)
  if (options.list) {
    for (const { name, title } of asked) console.log(`${name.padEnd(22)} ${title}`)
    return
  }
  await installAll()
  const python = pythonWithTorch()
  if (python === undefined) console.log("PyTorch takes no part: no python3 here imports torch (Debian: python3-torch)")
  const taking = contenders
    .filter(({ library }) => library !== "torch" || python !== undefined)
    .filter(({ name }) => options.only.length === 0 || options.only.includes(name))
  const node = nodeOf(options.node)
  const pool = newPool(taking, { node, python: python ?? "python3", worker: paths.worker, pythonWorker: paths.python })
  const pace: Pace = options.quick
    ? { turns: 2, milliseconds: 10, starts: 1 }
    : { turns: 8, milliseconds: 50, starts: 5 }
  try {
    await pool.hello((name, about) => console.log(`  ${name.padEnd(8)} ${about}`))
    console.log("least and median time of a call; x: times faster than the faster JavaScript peer\n")
    const measured: Measured[] = []
    for (const row of asked) {
      const entries = await measureRow(row, pool, pace)
      const one: Measured = { row, entries, verdicts: verdicts(row, entries, pool.nodeMajor(), measured) }
      console.log(blockOf(one))
      measured.push(one)
    }
    console.log(tableOf(measured))
    // A bar that is missed is a finding; a side of ours that fails or gives other results is a mistake.
    if (
      measured.some(({ entries }) => entries.some(({ contender, error }) => error !== undefined && isOurs(contender)))
    )
      process.exitCode = 1
    const results: Results = {
      at: new Date().toISOString(),
      node: pool.nodeVersion(),
      machine: { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length },
      contenders: pool.introductions(),
      rows: rowsOf(measured),
    }
    const whole = asked.length === rows.length && !options.quick && options.only.length === 0
    const suffix = options.node === undefined ? "" : `-node${pool.nodeMajor()}`
    const folder = whole ? paths.bench : join(paths.root, "out/bench")
    writeWhole(join(folder, `results${suffix}.json`), `${JSON.stringify(results, null, 2)}\n`)
    const { figureOf, pngOf } = await import("./harness/figure.ts")
    const svg = await figureOf(results)
    writeWhole(join(folder, `figure${suffix}.svg`), svg)
    writeWhole(join(folder, `figure${suffix}.png`), pngOf(svg))
    console.log(
      `written: ${["results.json", "figure.svg", "figure.png"].map((f) => join(folder, f.replace(".", `${suffix}.`))).join(", ")}`,
    )
  } finally {
    pool.closeAll()
  }
}

const isOurs = (name: ContenderName): boolean => contenderNamed(name)?.library === "cotangent"

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))
    console.error(`\n${usage}`)
  process.exitCode = 1
})
