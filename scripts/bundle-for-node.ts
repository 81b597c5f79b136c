/**
 * `dist/node`: the same modules in a few files. Node opens some six hundred files one after the other where a bundler would
 * read them once; a script waits for that every time it starts. Bundlers take the modules themselves, which they can shake.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

type Manifest = { readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>> }

/** Bundles every entry point that the manifest exports to Node, sharing what they have in common: one current engine. */
export async function bundleForNode(root: string, dist = join(root, "dist")): Promise<void> {
  const { exports }: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [] : [entry.default ?? ""]))
  await build({
    entryPoints: entries.map((path) => join(dist, path.replace(/^\.\/dist\//, ""))),
    outbase: dist,
    outdir: join(dist, "node"),
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    // The tsconfig of the repository would take "cotangent" for its sources.
    tsconfigRaw: {},
    logLevel: "error",
  })
}

// For a copy of the package elsewhere: `tsx scripts/bundle-for-node.ts <root>`.
const [, script = "", root] = process.argv
if (script === fileURLToPath(import.meta.url) && root !== undefined) await bundleForNode(root)
