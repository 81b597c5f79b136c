/** Results of finished cells, one file each: what was measured is not measured again. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { replaceFile } from "cotangent/io"
import { fromJson, toJson } from "./json.ts"
import type { Cell } from "./study.ts"

export interface Result {
  readonly value: unknown
  readonly seconds: number
}
export interface Kept {
  readonly read: (cell: Cell<unknown>) => Result | undefined
  readonly write: (cell: Cell<unknown>, result: Result) => Promise<void>
  /** Of a cell, for its own files. */
  readonly folderOf: (cell: Cell<unknown>) => string
  readonly forget: () => void
}

/** `identity`: study, version, settings, seed, engine. A result under another one is left alone and measured anew. */
export function keptResults(folder: string, identity: unknown): Kept {
  const key = createHash("sha256").update(toJson(identity)).digest("hex")
  const path = (cell: Cell<unknown>) => join(folder, `${slug(cell.name)}.json`)
  return {
    read: (cell) => {
      const file = path(cell)
      if (!existsSync(file)) return undefined
      const found = recordOf(readFileSync(file, "utf8"))
      return found?.key === key && typeof found.seconds === "number"
        ? { value: found.value, seconds: found.seconds }
        : undefined
    },
    write: async (cell, { value, seconds }) => {
      await replaceFile(path(cell), `${toJson({ key, cell: cell.name, seconds, value })}\n`)
      rmSync(join(folder, slug(cell.name)), { recursive: true, force: true })
    },
    folderOf: (cell) => join(folder, slug(cell.name), key.slice(0, 12)),
    forget: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A name as a file's. Two cells of one slug would share their result: such a plan is refused. */
export const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.=+-]+/g, "-")
    .slice(0, 120)

function recordOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found = fromJson(text)
    return typeof found === "object" && found !== null ? { ...found } : undefined
  } catch {
    return undefined
  }
}
