/**
 * What a run needs: the peers, the library as its users get it (built, not through a loader that wraps every function),
 * the worker as one file, and another Node where one is asked for.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const bench = fileURLToPath(new URL("../", import.meta.url))
const root = fileURLToPath(new URL("../../", import.meta.url))
const modules = join(bench, "node_modules")

export const paths = { bench, root, worker: join(modules, ".bench/worker.mjs"), python: join(bench, "torch/worker.py") }

export async function installAll(): Promise<void> {
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(bench, "package.json"), "utf8"),
  )
  if (Object.keys(dependencies).some((name) => !existsSync(join(modules, name)))) {
    console.log("installing the peers into bench/node_modules …")
    execFileSync("npm", ["ci", "--silent", "--no-audit", "--no-fund"], { cwd: bench, stdio: "inherit" })
  }
  console.log("building the library and the worker …")
  const library = join(modules, "cotangent")
  rmSync(library, { recursive: true, force: true })
  mkdirSync(library, { recursive: true })
  const compiler = join(root, "node_modules/typescript/bin/tsc")
  const built = spawnSync(
    process.execPath,
    [compiler, "-p", "tsconfig.build.json", "--outDir", join(library, "dist"), "--declaration", "false"],
    { cwd: root, encoding: "utf8" },
  )
  // Types are the business of npm run check; a mistake in them still leaves JavaScript that can be measured.
  if (!existsSync(join(library, "dist/index.js"))) throw new Error(`the library was not built:\n${built.stdout}`)
  cpSync(join(root, "src"), join(library, "dist"), { recursive: true, filter: (path) => !path.endsWith(".ts") })
  cpSync(join(root, "package.json"), join(library, "package.json"))
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
  execFileSync(process.execPath, [tsx, join(root, "scripts/bundle-for-node.ts"), library], { stdio: "inherit" })
  await build({
    entryPoints: [join(bench, "worker/main.ts")],
    outfile: paths.worker,
    bundle: true,
    packages: "external",
    // The tsconfig of the repository would take "cotangent" for its sources.
    tsconfigRaw: {},
    platform: "node",
    format: "esm",
    target: "node20",
  })
}

/** A program for a version such as "24", installed when it is missing, or for a path. */
export function nodeOf(which: string | undefined): string {
  if (which === undefined) return process.execPath
  if (!/^\d+(\.\d+)*$/.test(which)) return which
  const home = join(modules, `.node-${which}`)
  const program = join(home, "node_modules/node/bin/node")
  if (!existsSync(program)) {
    console.log(`installing node@${which} …`)
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }))
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", `node@${which}`], {
      cwd: home,
      stdio: "inherit",
    })
  }
  return program
}

/** A python that has PyTorch, if there is one. Debian's own may have it where the first on the PATH does not. */
export const pythonWithTorch = (): string | undefined =>
  ["python3", "/usr/bin/python3"].find((python) => spawnSync(python, ["-c", "import torch"]).status === 0)
