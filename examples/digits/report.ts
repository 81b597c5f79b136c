/** What came of it: accuracy, precision and recall of each digit, and which digit is taken for which. */
import { join } from "node:path"
import { type ImageSet, replaceFile } from "cotangent/io"
import type { History } from "./checkpoint.ts"
import { trainingFigure } from "./figure.ts"
import { percent } from "./progress.ts"
import { toPng } from "./raster.ts"

export const accuracyOf = ({ digits }: ImageSet, found: Int32Array): number =>
  found.reduce((right, digit, k) => right + (digit === digits[k] ? 1 : 0), 0) / digits.length

export interface ClassScore {
  readonly digit: number
  readonly precision: number
  readonly recall: number
  /** Images that show the digit. */
  readonly count: number
}
export interface Scores {
  readonly accuracy: number
  readonly classes: readonly ClassScore[]
  /** `confusion[shown][found]`: how many images. */
  readonly confusion: readonly (readonly number[])[]
}

export function scoresOf(test: ImageSet, found: Int32Array): Scores {
  const confusion = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => 0))
  test.digits.forEach((shown, k) => {
    const row = confusion[shown]
    const digit = found[k] ?? 0
    if (row !== undefined) row[digit] = (row[digit] ?? 0) + 1
  })
  const classes = confusion.map((row, digit) => {
    const right = row[digit] ?? 0
    const count = row.reduce((a, b) => a + b, 0)
    const claimed = confusion.reduce((sum, other) => sum + (other[digit] ?? 0), 0)
    // Nothing was taken for this digit, or nothing shows it: no share can be given.
    return {
      digit,
      precision: claimed === 0 ? Number.NaN : right / claimed,
      recall: count === 0 ? Number.NaN : right / count,
      count,
    }
  })
  return { accuracy: accuracyOf(test, found), classes, confusion }
}

const share = (x: number): string => (Number.isNaN(x) ? "-" : percent(x))
const cells = (row: readonly (string | number)[], width: number): string =>
  row.map((x) => String(x).padStart(width)).join("")

export function tableOf({ accuracy, classes, confusion }: Scores, source: string): string {
  const digits = confusion.map((_, digit) => digit)
  return [
    `accuracy ${percent(accuracy)} on ${classes.reduce((sum, { count }) => sum + count, 0)} test images (${source})`,
    "",
    "digit   count precision  recall   taken for",
    `${" ".repeat(33)}${cells(digits, 6)}`,
    ...classes.map(
      ({ digit, count, precision, recall }) =>
        `${cells([digit], 5)}${cells([count], 8)}${cells([share(precision)], 10)}${cells([share(recall)], 9)} ${cells(
          (confusion[digit] ?? []).map((n) => (n === 0 ? "." : n)),
          6,
        )}`,
    ),
  ].join("\n")
}

export interface Run {
  readonly history: History
  readonly scores: Scores
  readonly source: string
  readonly seconds: number
}

/** Writes report.txt, metrics.json, training.svg and training.png into a folder; returns their paths. */
export async function writeReport(out: string, { history, scores, source, seconds }: Run): Promise<readonly string[]> {
  const svg = trainingFigure(history, `${percent(scores.accuracy)} on ${source}`)
  const metrics = { source, seconds, ...scores, ...history }
  const files: readonly (readonly [name: string, content: string | Uint8Array])[] = [
    ["report.txt", `${tableOf(scores, source)}\n`],
    ["metrics.json", `${JSON.stringify(metrics)}\n`],
    ["training.svg", svg],
    ["training.png", toPng(svg)],
  ]
  for (const [name, content] of files) await replaceFile(join(out, name), content)
  return files.map(([name]) => join(out, name))
}
