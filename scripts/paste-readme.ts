import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Fence, fences, root } from "../test/docs/fences.ts"

const compilerOptions = {
  target: "es2022",
  lib: ["es2022", "dom"],
  module: "nodenext",
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
}

/**
 * The first screen of README.md, pasted into an empty project: every block compiles there and prints what stands below it,
 * and the wrong line is refused with the sentence below it.
 */
export function pasteReadme(app: string, node: string): void {
  const end = readFileSync(join(root, "README.md"), "utf8").split("\n").indexOf("## Try it")
  const shown = fences.filter(({ file, line }) => file === "README.md" && line <= end)
  const kinds = shown.map(({ kind, text }) => (text === undefined ? "silent" : kind))
  if (kinds.join() !== "ts,ts refused,ts")
    throw new Error(`README.md: the first screen should have a program, a refusal and a test, it has ${kinds.join()}`)
  for (const fence of shown) {
    const name = `readme-${fence.line}.ts`
    writeFileSync(join(app, name), `${fence.code}\n`)
    const found = fence.kind === "ts" ? printed(app, node, name) : refused(app, name)
    if (found !== fence.text?.said)
      throw new Error(`README.md:${fence.line} says\n${fence.text?.said}\nand in an empty project it is\n${found}`)
    console.log(`smoke: README.md:${fence.line}, pasted, ${verdict(fence)} what it says`)
  }
}
const verdict = ({ kind }: Fence): string => (kind === "ts" ? "compiles and prints" : "is refused with")

function complaints(app: string, name: string): string {
  writeFileSync(join(app, "tsconfig.readme.json"), JSON.stringify({ compilerOptions, files: [name] }))
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const args = [tsc, "-p", "tsconfig.readme.json", "--pretty", "false"]
  return spawnSync(process.execPath, args, { cwd: app, encoding: "utf8" }).stdout
}
function printed(app: string, node: string, name: string): string {
  const errors = complaints(app, name)
  if (errors !== "") throw new Error(`README.md does not compile in an empty project\n${errors}`)
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
  const { stdout, stderr, status } = spawnSync(node, [tsx, name], { cwd: app, encoding: "utf8" })
  if (status !== 0) throw new Error(`README.md: ${name} fails in an empty project\n${stderr}`)
  return stdout.trimEnd()
}
const refused = (app: string, name: string): string => {
  const errors = complaints(app, name).replaceAll('\\"', '"')
  return /Mismatch<"(.*?)">/.exec(errors)?.[1] ?? `(no sentence) ${errors}`
}
