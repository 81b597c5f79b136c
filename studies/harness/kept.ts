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
  readonly forget: (cells: readonly Cell<unknown>[]) => void
}

/** `identity`: study, version, settings, seed, engine. A result under another one is left alone and measured anew. */
export function keptResults(folder: string, identity: unknown): Kept {
  const key = hash(toJson(identity))
  const path = (cell: Cell<unknown>) => join(folder, `${slug(cell.name)}.json`)
  const remove = (path: string) => rmSync(path, { recursive: true, force: true })
  return {
    read: (cell) => {
      const file = path(cell)
      if (!existsSync(file)) return undefined
      const found = recordOf(readFileSync(file, "utf8"))
      return found?.key === key && found.cell === cell.name && typeof found.seconds === "number" && "value" in found
        ? { value: found.value, seconds: found.seconds }
        : undefined
    },
    write: async (cell, { value, seconds }) => {
      await replaceFile(path(cell), `${toJson({ key, cell: cell.name, seconds, value })}\n`)
      remove(join(folder, slug(cell.name)))
    },
    // Checkpoints of other settings are nothing to go on from.
    folderOf: (cell) => join(folder, slug(cell.name), key.slice(0, 12)),
    forget: (cells) => {
      for (const cell of cells) {
        remove(path(cell))
        remove(join(folder, slug(cell.name)))
      }
    },
  }
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex")

/** A name as a file's. The hash keeps names apart that differ in case or in signs, and `..` from meaning a folder. */
export const slug = (name: string): string => {
  const readable = name.toLowerCase().replaceAll(/[^\p{L}\p{N}.=+-]+/gu, "-")
  return `${readable.slice(0, 60)}.${hash(name).slice(0, 8)}`
}

function recordOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found = fromJson(text)
    return typeof found === "object" && found !== null ? { ...found } : undefined
  } catch {
    return undefined
  }
}
