/** The results as a file: written beside its place and renamed, so that a reader never sees half of it. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { Verdict } from "./judge.ts"
import type { Entry } from "./measure.ts"
import type { Measured } from "./table.ts"

export interface Results {
  readonly at: string
  readonly node: string
  readonly machine: { readonly cpu: string; readonly cores: number }
  /** Who took part, with versions and settings. */
  readonly contenders: Readonly<Record<string, string>>
  readonly rows: readonly {
    readonly name: string
    readonly title: string
    readonly flops?: number
    readonly entries: readonly Entry[]
    readonly verdicts: readonly Verdict[]
  }[]
}

export const rowsOf = (measured: readonly Measured[]): Results["rows"] =>
  measured.map(({ row, entries, verdicts }) => ({
    name: row.name,
    title: row.title,
    ...(row.flops === undefined ? {} : { flops: row.flops }),
    entries,
    verdicts,
  }))

export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.part`
  writeFileSync(beside, content)
  renameSync(beside, path)
}
