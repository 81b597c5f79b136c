/** Compiles and runs the examples of the pages, all in one folder and one process each. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Fence, root } from "./fences.ts"

export interface Tried {
  /** What the compiler says, with the line of the page or source it stands on. */
  readonly errors: readonly string[]
  readonly printed: string
  /** What it threw. */
  readonly thrown: string | undefined
}

const nameOf = (k: number): string => `example-${k}.ts`

export function tryExamples(fences: readonly Fence[]): readonly Tried[] {
  const work = mkdtempSync(join(tmpdir(), "cotangent-docs-"))
  try {
    symlinkSync(join(root, "node_modules"), join(work, "node_modules"))
    writeFileSync(join(work, "package.json"), JSON.stringify({ type: "module" }))
    const paths = { cotangent: [join(root, "src/index.ts")], "cotangent/*": [join(root, "src/*/index.ts")] }
    const compilerOptions = { paths, noEmit: true, typeRoots: [join(root, "node_modules/@types")] }
    const project = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["example-*.ts"], exclude: [] }
    writeFileSync(join(work, "tsconfig.json"), JSON.stringify(project))
    // A module even where an example imports nothing, so that names of one do not meet those of another.
    for (const [k, { code }] of fences.entries()) writeFileSync(join(work, nameOf(k)), `${code}\nexport {}\n`)
    const [errors, ran] = [compilerErrors(work, fences), outputs(work, fences)]
    return fences.map((_, k) => ({
      errors: errors.get(k) ?? [],
      printed: ran[k]?.printed.trimEnd() ?? "",
      thrown: ran[k]?.thrown,
    }))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function compilerErrors(work: string, fences: readonly Fence[]): ReadonlyMap<number, readonly string[]> {
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", work, "--pretty", "false"], {
    cwd: work,
    encoding: "utf8",
  })
  const found = new Map<number, string[]>()
  for (const row of stdout.split("\n")) {
    const [, k, line, message] = /^example-(\d+)\.ts\((\d+),\d+\): error TS\d+: (.*)$/.exec(row) ?? []
    if (k === undefined || line === undefined || message === undefined) continue
    const fence = fences[Number(k)]
    const said = `${fence?.file}:${Number(line) + (fence?.line ?? 0) - 1}: ${message.replaceAll('\\"', '"')}`
    found.set(Number(k), [...(found.get(Number(k)) ?? []), said])
  }
  return found
}

function outputs(
  work: string,
  fences: readonly Fence[],
): readonly { readonly printed: string; readonly thrown?: string }[] {
  const runner = join(work, "run.ts")
  const results = join(work, "results.json")
  const chosen = JSON.stringify(fences.map(({ kind }, k) => (kind === "ts" ? nameOf(k) : null)))
  // One after another: each has its own lines of output and starts on the default engine.
  writeFileSync(
    runner,
    `import { writeFileSync } from "node:fs"
import { format } from "node:util"
import { setEngine } from "cotangent"
const ran = []
for (const name of ${chosen}) {
  const lines = []
  console.log = (...values) => lines.push(format(...values))
  let thrown
  if (name !== null) {
    await setEngine("wasm")
    await import("./" + name).catch((error) => { thrown = String(error?.stack ?? error) })
  }
  ran.push({ printed: lines.join("\\n"), thrown })
}
writeFileSync(${JSON.stringify(results)}, JSON.stringify(ran))
`,
  )
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
  const args = [tsx, "--tsconfig", join(work, "tsconfig.json"), runner]
  const { stderr, status } = spawnSync(process.execPath, args, { cwd: work, encoding: "utf8" })
  if (status !== 0) throw new Error(`the examples could not be run\n${stderr}`)
  return JSON.parse(readFileSync(results, "utf8"))
}

/** What stands in the text block after an example: what it prints, or the sentence of the compiler's refusal. */
export const saidOf = ({ kind }: Fence, { printed, errors }: Tried): string =>
  kind === "ts" ? printed : (/Mismatch<"(.*?)">/.exec(errors.join("\n"))?.[1] ?? errors.join("\n"))
