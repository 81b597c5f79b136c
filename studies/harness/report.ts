/** Writes what came of a study: figures, metrics.json, and claims.md last. */
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { join } from "node:path"
import { replaceFile } from "cotangent/io"
import { type About, claimsMarkdown } from "./claims.ts"
import type { Asked } from "./command.ts"
import { pngOf, svgOf } from "./draw.ts"
import { toJson } from "./json.ts"
import type { Report } from "./study.ts"

export interface Measured {
  readonly asked: Asked
  readonly settings: unknown
  readonly about: About
  readonly report: Report
  readonly results: Readonly<Record<string, { readonly value: unknown; readonly seconds: number }>>
}

/** The paths of the files, those for people last. */
export async function writeReport({ asked, settings, about, report, results }: Measured): Promise<readonly string[]> {
  const { study, preset, seed, engine, out } = asked
  const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string }
  const machine = { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, node: process.version }
  const { claims, tables = [], notes = [] } = report
  const metrics = { study, preset, seed, engine, settings, cotangent: version, machine, claims, tables, notes, results }
  const files: (readonly [name: string, content: string | Uint8Array])[] = []
  for (const figure of report.figures) {
    const svg = await svgOf(figure)
    files.push([`${figure.name}.svg`, svg], [`${figure.name}.png`, pngOf(svg)])
  }
  files.push(["metrics.json", `${toJson(metrics)}\n`], ["claims.md", claimsMarkdown(about, report)])
  for (const [name, content] of files) await replaceFile(join(out, name), content)
  return files.map(([name]) => join(out, name))
}
