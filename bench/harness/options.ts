/** The command line of `npm run bench`. */
import { parseArgs } from "node:util"
import { type ContenderName, contenders } from "./contenders.ts"

export interface Options {
  /** Rows by name or by the beginning of a name; none: all. */
  readonly rows: readonly string[]
  readonly list: boolean
  /** Fewer and shorter turns: to see that everything runs. */
  readonly quick: boolean
  /** A version of Node or a path to one; else the one that runs this. */
  readonly node: string | undefined
  readonly only: readonly ContenderName[]
}
export const usage = `npm run bench -- [row …] [options]

  row …              rows by name, or by how their names begin; all by default
  --list             the names of all rows
  --quick            short turns, to see that everything runs
  --node <which>     a version (24: installed from npm into bench/node_modules) or a path to a node
  --only <who,…>     contenders: ${contenders.map(({ name }) => name).join(", ")}`

export function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      node: { type: "string" },
      only: { type: "string" },
    },
  })
  const only = (values.only ?? "").split(",").filter((name) => name !== "")
  const known = contenders.filter(({ name }) => only.includes(name)).map(({ name }) => name)
  const stranger = only.find((name) => !known.some((k) => k === name))
  if (stranger !== undefined) throw new Error(`--only: there is no contender ${stranger}\n\n${usage}`)
  return { rows: positionals, list: values.list, quick: values.quick, node: values.node, only: known }
}

/** The rows that were asked for; a name that fits none is an error. */
export function selected<R extends { readonly name: string }>(
  rows: readonly R[],
  asked: readonly string[],
): readonly R[] {
  for (const name of asked)
    if (!rows.some((row) => row.name.startsWith(name)))
      throw new Error(`there is no row ${name}; there are ${rows.map((row) => row.name).join(", ")}`)
  return asked.length === 0 ? rows : rows.filter((row) => asked.some((name) => row.name.startsWith(name)))
}
