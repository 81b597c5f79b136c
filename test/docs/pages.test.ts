import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { pages, root } from "./fences.ts"

const text = (page: string): string => readFileSync(join(root, page), "utf8")
/** The anchors that GitHub gives to a page's headings. */
const anchors = (page: string): ReadonlySet<string> =>
  new Set(
    [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  )

describe.each(pages)("%s", (page) => {
  it("links to what exists", () => {
    const prose = text(page).replaceAll(/```[\s\S]*?```/g, "")
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
      if (/^[a-z]+:/.test(target)) return []
      const [path = "", anchor] = target.split("#")
      const file = path === "" ? page : join(dirname(page), path)
      if (!existsSync(join(root, file))) return [target]
      return anchor === undefined || anchors(file).has(anchor) ? [] : [target]
    })
    expect(broken).toEqual([])
  })
})

it("the overrides that README gives to users are those that the smoke test installs with", () => {
  const block = /```json\n([\s\S]*?)```/.exec(text("README.md"))?.[1] ?? ""
  const { overrides }: { readonly overrides?: unknown } = JSON.parse(block)
  const installed: { readonly overrides?: unknown } = JSON.parse(
    readFileSync(join(root, "test/smoke/package.json"), "utf8"),
  )
  expect(overrides).toEqual(installed.overrides)
})

it("the promotion table of the guide is the library's", async () => {
  const { promote } = await import("../../src/autodiff/dtype.ts")
  const dtypes = ["f64", "f32", "i32", "u32", "bool", "key"] as const
  const rows = dtypes.map((a) => `| **${a}** | ${dtypes.map((b) => promote(a, b) ?? "–").join(" | ")} |`)
  expect(text("docs/guide/tensors.md")).toContain(rows.join("\n"))
})
