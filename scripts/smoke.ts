/**
 * What a user gets: packs the tarball, installs it into an empty project and uses every sub-path there.
 *
 *   npm run smoke              on this Node
 *   npm run smoke -- 24 26     and on Node 24 and 26, from the npm package `node`
 *
 * The scripts it runs are in test/smoke; packing builds `dist` first.
 */
import { execFileSync } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { bundle } from "./bundle.ts"
import { pasteReadme } from "./paste-readme.ts"
import { viteBuild } from "./vite-build.ts"

const root = resolve(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "cotangent-smoke-"))
const app = join(work, "app")

const inside = (folder: string, command: string, args: readonly string[]): void => {
  execFileSync(command, args, { cwd: folder, stdio: ["ignore", "inherit", "inherit"] })
}
const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]

/** A Node of the given major version, from the npm package `node`. */
function fetchNode(major: string): string {
  const folder = join(work, `node-${major}`)
  mkdirSync(folder)
  writeFileSync(join(folder, "package.json"), "{}")
  inside(folder, "npm", ["install", ...quiet, `node@${major}`])
  return join(folder, "node_modules/node/bin/node")
}

function install(): void {
  inside(root, "npm", ["pack", "--loglevel=error", "--pack-destination", work])
  const tarball = readdirSync(work).find((name) => name.endsWith(".tgz"))
  if (tarball === undefined) throw new Error(`npm pack left no tarball in ${work}`)
  cpSync(join(root, "test/smoke"), app, { recursive: true })
  inside(app, "npm", ["install", ...quiet, join(work, tarball), "fast-check@4"])
  const heavy = readdirSync(join(app, "node_modules")).filter((name) => name === "webgpu" || name === "gl")
  const weights = heavy.map((name) => readdirSync(join(app, "node_modules", name), { recursive: true }).length)
  if (weights.some((files) => files > 10))
    throw new Error("the overrides that README gives users do not hold webgpu and gl off")
}

function run(node: string): void {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim()
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
  inside(app, node, ["use.mjs"])
  console.log(`smoke: every sub-path from .mjs, node ${version}`)
  inside(app, node, ["use.cjs"])
  console.log(`smoke: every sub-path through require, node ${version}`)
  inside(app, node, [tsx, "use.ts"])
  console.log(`smoke: every sub-path from .ts under tsx, node ${version}`)
}

/** The property-test kit under node:test, and its matchers in vitest, which is lent to the project. */
function kit(node: string): void {
  inside(app, node, ["--test", "--test-reporter=dot", "kit.mjs"])
  const vitest = join(root, "node_modules/vitest")
  symlinkSync(vitest, join(app, "node_modules/vitest"), "junction")
  inside(app, node, [join(vitest, "vitest.mjs"), "run", "--reporter=dot"])
  // `skipLibCheck`: the declarations of vitest and vite want Node's.
  for (const compiler of ["typescript", "typescript-5.9"])
    inside(app, node, [join(root, "node_modules", compiler, "bin/tsc"), "-p", "tsconfig.vitest.json"])
  unlinkSync(join(app, "node_modules/vitest"))
  console.log("smoke: cotangent/testing under node:test, cotangent/testing/vitest under vitest and tsc")
}

/** Consumers compile with `declaration` and check our declarations too (`skipLibCheck` is off). */
function compile(): void {
  for (const compiler of ["typescript", "typescript-5.9"]) {
    for (const resolution of ["nodenext", "bundler"]) {
      const outDir = join(work, `${compiler}-${resolution}`)
      const tsc = join(root, "node_modules", compiler, "bin/tsc")
      inside(app, process.execPath, [tsc, "-p", `tsconfig.${resolution}.json`, "--outDir", outDir])
      // The model's type has to survive in the declaration: `any` there would pass every check above.
      const declared = readFileSync(join(outDir, "model.d.ts"), "utf8")
      if (/\bany\b/.test(declared))
        throw new Error(`${compiler}, ${resolution}: the declaration of a model holds any\n${declared}`)
      console.log(`smoke: tsc, ${compiler} with moduleResolution ${resolution}`)
    }
  }
}

try {
  install()
  for (const node of [process.execPath, ...process.argv.slice(2).map(fetchNode)]) run(node)
  compile()
  kit(process.execPath)
  pasteReadme(app, process.execPath)
  await bundle(app)
  await viteBuild(app)
} finally {
  rmSync(work, { recursive: true, force: true })
}
