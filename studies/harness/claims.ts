/** The table of claims: for the terminal, and as Markdown. */
import { showSpread } from "./statistics.ts"
import type { Claim, Report, Spread, Table } from "./study.ts"

const shown = (x: string | Spread): string => (typeof x === "string" ? x : showSpread(x))

/** Claims that have to hold and do not. */
export const broken = (claims: readonly Claim[]): readonly Claim[] =>
  claims.filter(({ required, verdict }) => required && verdict !== "holds")

/** Broken between words to lines of at most `width`, the later ones indented. A longer word stays whole. */
function wrapped(text: string, width: number, indent: string): string {
  const [first = "", ...words] = text.trimStart().split(" ")
  const lines = [text.slice(0, text.length - text.trimStart().length) + first]
  for (const word of words) {
    const line = lines.at(-1) ?? ""
    if (line.length + 1 + word.length > width) lines.push(indent + word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.join("\n")
}

/** One paragraph a claim; a table of five columns of sentences fits no terminal. */
export function claimsText(claims: readonly Claim[], width: number): string {
  const blocks = claims.map(({ id, statement, paper, ours, verdict, required, remark }) =>
    [
      `${verdict.toUpperCase().padEnd(10)} ${id}${required ? " (required)" : ""}`,
      `  claim: ${statement}`,
      ...(paper === undefined ? [] : [`  paper: ${paper}`]),
      `  ours:  ${shown(ours)}`,
      ...(remark === undefined ? [] : [`  note:  ${remark}`]),
    ]
      .map((line) => wrapped(line, width, "         "))
      .join("\n"),
  )
  const count = (verdict: Claim["verdict"]) => claims.filter((claim) => claim.verdict === verdict).length
  return `${blocks.join("\n\n")}\n\n${count("holds")} hold, ${count("fails")} fail, ${count("not tested")} not tested`
}

export function tableText({ title, head, rows }: Table): string {
  const cells = [head, ...rows.map((row) => row.map(shown))]
  const widths = head.map((_, k) => Math.max(...cells.map((row) => (row[k] ?? "").length)))
  const lines = cells.map((row) =>
    row
      .map((text, k) => text.padEnd(widths[k] ?? 0))
      .join("  ")
      .trimEnd(),
  )
  return `${title}\n\n${lines.join("\n")}`
}

const escaped = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ")
const markdownRow = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`
const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [markdownRow(head), `|${head.map(() => "---|").join("")}`, ...rows.map(markdownRow)].join("\n")

export interface About {
  readonly title: string
  readonly source: string
  readonly command: string
}
/** The same results give the same bytes: no times and no dates. */
export function claimsMarkdown(
  { title, source, command }: About,
  { claims, figures, tables = [], notes = [] }: Report,
) {
  const rows = claims.map(({ id, statement, paper = "", ours, verdict, required, remark }) => [
    id,
    statement,
    paper,
    remark === undefined ? shown(ours) : `${shown(ours)}. ${remark}`,
    `${verdict}${required ? " (required)" : ""}`,
  ])
  return `${[
    `# ${title}`,
    `${source}. Written by \`${command}\`; ± is one standard error.`,
    markdownTable(["claim", "what is said", "paper", "ours", "verdict"], rows),
    ...tables.map(
      (table) =>
        `## ${table.title}\n${markdownTable(
          table.head,
          table.rows.map((row) => row.map(shown)),
        )}`,
    ),
    ...notes,
    ...figures.map(({ name, title: what }) => `![${what}](${name}.svg)`),
  ].join("\n\n")}\n`
}
