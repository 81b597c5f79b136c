/** A profile as a table. */
import type { Profile, ProfiledKernel, Times } from "../../autodiff/signatures/inspection.ts"
import { showForm } from "../explain/show.ts"

/** Rows beyond this many are summed up in one. */
const mostRows = 40

export function showProfile(profile: Omit<Profile, "toString">): string {
  const { engine, kernels, call, kernelTime, ceilings, repetitions } = profile
  const shown = kernels.slice(0, mostRows)
  const rest = kernels.slice(mostRows)
  const rows = [heads, ...shown.map(row)]
  const widths = heads.map((_, c) => Math.max(...rows.map((r) => r[c]?.length ?? 0)))
  const lines = rows.map((r) =>
    r.map((cell, c) => (c < r.length - 1 ? cell.padStart(widths[c] ?? 0) : cell)).join("  "),
  )
  return [
    `${engine}: ${call === undefined ? "" : `a call takes ${times(call)}, `}its kernels take ${times(kernelTime)}, in ${repetitions} runs`,
    `at best this machine computes ${rate(ceilings.gigaOperations)} GF/s and moves ${ceilings.gigaBytes.map(({ bytes, rate: r }) => `${rate(r)} GB/s of ${size(bytes)}`).join(", ")}`,
    "",
    ...lines,
    ...(rest.length === 0
      ? []
      : [`and ${rest.length} more, ${percent(rest.reduce((sum, k) => sum + k.share, 0))} together`]),
  ].join("\n")
}

const heads = ["ms", "median", "share", "calls", "GF/s", "GB/s", "of ceiling", "bound by", "kernel"]
const row = (k: ProfiledKernel): readonly string[] => [
  milliseconds(k.milliseconds.min),
  milliseconds(k.milliseconds.median),
  percent(k.share),
  String(k.calls),
  rate(k.gigaOperations),
  rate(k.gigaBytes),
  k.ofCeiling === undefined ? "?" : percent(k.ofCeiling),
  k.bound,
  k.form === undefined ? k.name : `${k.name} (${showForm(k.form)})`,
]

const times = ({ min, median }: Times): string => `${milliseconds(min)} ms (median ${milliseconds(median)})`
const milliseconds = (x: number): string => x.toFixed(x < 10 ? 4 : 2)
const rate = (x: number | undefined): string => (x === undefined ? "?" : x.toFixed(x < 10 ? 2 : 1))
const percent = (x: number): string => `${(100 * x).toFixed(1)}%`
const size = (bytes: number): string => (bytes < 2 ** 20 ? `${bytes / 1024} KiB` : `${bytes / 2 ** 20} MiB`)
