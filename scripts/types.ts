/**
 * What the types promise, checked against the built declarations as users get them, with TypeScript 7 and 5.9:
 * types/good.ts compiles, every mistake in types/bad.ts is refused with its sentence, a consumer emits declarations, and
 * 200 mixed calls stay inside their budget. `npm run types -- --kinds` also prints what each kind of call costs.
 */
import { spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { type Kind, kinds, mixedCalls } from "../types/calls.ts"
import { classesOf } from "../types/classes.ts"
import { arithmetic } from "../types/sums.ts"

const root = resolve(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "cotangent-types-"))
const compilers = { "TypeScript 7": "typescript", "TypeScript 5.9": "typescript-5.9" } as const
const bounds = { rejected: 160, classes: 70, programs: 20, perCall: 750 } as const
const calls = 200
/** Pairs of numbers; each is six assertions. */
const sumCases = 60

const tsc = (compiler: string): string => join(root, "node_modules", compiler, "bin/tsc")

/** The package as npm would install it, declarations only. */
function declarations(): void {
  const installed = join(work, "node_modules/cotangent")
  mkdirSync(installed, { recursive: true })
  cpSync(join(root, "package.json"), join(installed, "package.json"))
  const args = ["-p", join(root, "tsconfig.build.json"), "--emitDeclarationOnly", "--declarationMap", "false"]
  const built = spawnSync(process.execPath, [tsc("typescript"), ...args, "--outDir", join(installed, "dist")], {
    encoding: "utf8",
  })
  if (!existsSync(join(installed, "dist/index.d.ts"))) throw new Error(`no declarations were built\n${built.stdout}`)
  if (built.status !== 0)
    console.log(`types: the source has errors of its own, see npm run check\n${built.stdout.split("\n")[0]}`)
  for (const name of ["fp-ts", "fast-check", "gpu.js", "@types"])
    if (existsSync(join(root, "node_modules", name)))
      symlinkSync(join(root, "node_modules", name), join(work, "node_modules", name))
  cpSync(join(root, "types"), work, { recursive: true })
}

const compilerOptions = {
  target: "es2023",
  module: "nodenext",
  moduleResolution: "nodenext",
  lib: ["es2023", "dom"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
}

/** Compiles some files of the work folder; gives the first line of every error and the number of instantiations. */
function compile(
  compiler: string,
  files: readonly string[],
  options: object = {},
): { readonly errors: readonly string[]; readonly instantiations: number } {
  const project = join(work, `tsconfig.${files[0]?.replaceAll(/\W/g, "-")}.json`)
  writeFileSync(project, JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }))
  const { stdout } = spawnSync(
    process.execPath,
    [tsc(compiler), "-p", project, "--pretty", "false", "--extendedDiagnostics"],
    {
      cwd: work,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  )
  return {
    errors: stdout.split("\n").filter((line) => /^\S.*error TS\d+:/.test(line)),
    instantiations: Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1] ?? Number.NaN),
  }
}

/** Mistakes that the compiler let pass, or refused without the sentence that stands above them. */
function mistakes(compiler: string): { readonly refused: readonly string[]; readonly missed: readonly string[] } {
  const lines = readFileSync(join(work, "bad.ts"), "utf8").split("\n")
  const errors = new Map<number, string>()
  for (const error of compile(compiler, ["bad.ts"]).errors) {
    const line = Number(/^bad\.ts\((\d+),/.exec(error)?.[1])
    // An error that belongs to no mistake (a missing import, say) lands on line NaN or on a line without a sentence.
    if (!errors.has(line)) errors.set(line, error.replaceAll('\\"', '"'))
  }
  const missed: string[] = []
  const refused: string[] = []
  for (const [at, text] of lines.entries()) {
    const sentence = /^\s*\/\/ (?:both|types): (.*)$/.exec(text)?.[1]
    if (sentence === undefined) continue
    const line = at + 2
    const error = errors.get(line)
    errors.delete(line)
    if (error === undefined) missed.push(`accepted: ${lines[at + 1]?.trim()}`)
    else if (!error.includes(sentence)) missed.push(`without "${sentence}": ${error}`)
    else refused.push(sentence)
  }
  return { refused, missed: [...missed, ...[...errors.values()].map((error) => `elsewhere: ${error}`)] }
}

/** Instantiations for one call, the operands not counted. */
function perCall(compiler: string, chosen?: readonly Kind[]): number {
  const [bare, full] = [false, true].map((withCalls) => {
    const file = withCalls ? "calls-full.ts" : "calls-bare.ts"
    writeFileSync(join(work, file), mixedCalls(calls, withCalls, chosen))
    const { errors, instantiations } = compile(compiler, [file])
    if (errors.length > 0) throw new Error(`the budget's calls do not compile\n${errors[0]}`)
    return instantiations
  })
  return ((full ?? Number.NaN) - (bare ?? Number.NaN)) / calls
}

/** Where arithmetic on literal types differs from JavaScript's. */
function sums(compiler: string): readonly string[] {
  writeFileSync(join(work, "sums.cases.ts"), arithmetic(sumCases, 20))
  return compile(compiler, ["sums.cases.ts"]).errors
}

/** The declarations a consumer emits, without errors and without `any`. */
function consumer(compiler: string): readonly string[] {
  const outDir = join(work, `consumer-${compiler}`)
  const { errors } = compile(compiler, ["consumer/model.ts"], {
    noEmit: false,
    emitDeclarationOnly: true,
    declaration: true,
    rootDir: work,
    outDir,
  })
  const written =
    errors.length > 0
      ? ""
      : readdirSync(outDir, { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith("model.d.ts"))
          .map((name) => readFileSync(join(outDir, name), "utf8"))
          .join("")
  return /\bany\b/.test(written) ? ["a declaration holds any"] : errors
}

const failures: string[] = []
const expect = (holds: boolean, what: string): void => {
  if (!holds) failures.push(what)
}

try {
  declarations()
  const programs = readFileSync(join(work, "good.ts"), "utf8").match(/^\/\/ program:/gm)?.length ?? 0
  const table: string[][] = [
    [
      "",
      "mistakes refused",
      "classes of mistakes",
      "programs accepted",
      "instantiations per call",
      "consumer",
      "arithmetic",
    ],
  ]
  for (const [name, compiler] of Object.entries(compilers)) {
    const good = compile(compiler, ["good.ts"]).errors
    const { refused, missed } = mistakes(compiler)
    const classes = classesOf(refused).length
    const cost = perCall(compiler)
    const emitted = consumer(compiler)
    const wrong = sums(compiler)
    const all = refused.length + missed.length
    table.push([
      name,
      `${refused.length} of ${all}`,
      `${classes}`,
      good.length === 0 ? `${programs} of ${programs}` : `${good.length} errors`,
      cost.toFixed(0),
      emitted.length === 0 ? "emits" : "fails",
      wrong.length === 0 ? `${6 * sumCases} of ${6 * sumCases}` : `${wrong.length} wrong`,
    ])
    for (const line of [...good, ...missed, ...emitted, ...wrong]) failures.push(`${name}: ${line}`)
    expect(refused.length >= bounds.rejected, `${name}: ${refused.length} mistakes refused, ${bounds.rejected} asked`)
    expect(classes >= bounds.classes, `${name}: ${classes} classes of mistakes, ${bounds.classes} asked`)
    expect(programs >= bounds.programs, `${name}: ${programs} programs, ${bounds.programs} asked`)
    expect(
      cost <= bounds.perCall,
      `${name}: ${cost.toFixed(0)} instantiations per call, at most ${bounds.perCall} allowed`,
    )
  }
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
  if (process.argv.includes("--kinds"))
    for (const [name, kind] of Object.entries(kinds))
      console.log(`${name.padEnd(26)}${perCall("typescript", [kind]).toFixed(0).padStart(6)}`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
for (const failure of failures) console.error(`types: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0
