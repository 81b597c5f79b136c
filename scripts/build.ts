/**
 * `src` to `dist`: JavaScript, declarations and their maps, the files that are not TypeScript (worker entries), and bundles for
 * Node.
 */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs"
import { bundleForNode } from "./bundle-for-node.ts"

// Files of an earlier build would still be packed, and would hide an import of something that is gone.
rmSync("dist", { recursive: true, force: true })
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" })
cpSync("src", "dist", { recursive: true, filter: (path) => !path.endsWith(".ts") })
await bundleForNode(".")

type Manifest = { readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>> }
const { exports }: Manifest = JSON.parse(readFileSync("package.json", "utf8"))
const missing = Object.entries(exports)
  .flatMap(([path, entry]) =>
    Object.values(typeof entry === "string" ? [entry] : entry).map((file) => ({ path, file })),
  )
  .filter(({ file }) => !existsSync(file))
for (const { path, file } of missing)
  console.error(`package.json exports "${path}" as ${file}, which the build did not make`)
if (missing.length > 0) process.exitCode = 1
