/** Writes what came of a study: figures, metrics.json, and claims.md last. */
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { join } from "node:path"
import { replaceFile } from "cotangent/io"
import { type About, claimsMarkdown } from "./claims.ts"
import type { Asked } from "./command.ts"
import { pngOf, svgOf } from "./figures/draw.ts"
import { toJson } from "./json.ts"
import type { Result } from "./kept.ts"
import type { Report } from "./study.ts"

export interface Measured {
  readonly asked: Asked
  readonly settings: unknown
  readonly about: About
  readonly report: Report
  readonly results: readonly (readonly [cell: string, result: Result | undefined])[]
}

/** The names of the files. */
export async function writeReport({ asked, settings, about, report, results }: Measured): Promise<readonly string[]> {
  const { study, preset, seed, engine, out } = asked
  const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string }
  const versions = { cotangent: version, node: process.version.slice(1), v8: process.versions.v8 }
  const machine = { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, platform: process.platform }
  const { claims, figures, tables = [], notes = [] } = report
  const head = { study, preset, seed, engine, settings, versions, machine, claims, tables, notes }
  const drawn: (readonly [name: string, content: string | Uint8Array])[] = []
  for (const figure of figures) {
    const svg = await svgOf(figure)
    drawn.push([`${figure.name}.svg`, svg], [`${figure.name}.png`, pngOf(svg)])
  }
  const files = [
    ...drawn,
    ["metrics.json", metricsText(head, results)],
    ["claims.md", claimsMarkdown(about, report)],
  ] as const
  for (const [name, content] of files) await replaceFile(join(out, name), content)
  return files.map(([name]) => name)
}

/** A line for each entry and each result: what changed between two runs is seen by comparing lines. */
function metricsText(head: object, results: Measured["results"]): string {
  const entry = ([name, value]: readonly [string, unknown]) => `${toJson(name)}: ${toJson(value)}`
  const lines = [...Object.entries(head).map(entry), `"results": {\n    ${results.map(entry).join(",\n    ")}\n  }`]
  return `{\n  ${lines.join(",\n  ")}\n}\n`
}
