/** docs/ENGINES.md says what the table of tolerances says and what the last runs measured, and no tolerance is idle. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { enginesPage, enginesPath } from "../../scripts/engines-page.ts"
import { keptRuns } from "../runs.ts"
import { allowed, exceptions, isBeyondUse, lawNames, laws } from "../tolerances.ts"

const runs = keptRuns()
const listed = Object.keys(exceptions).flatMap((engine) =>
  lawNames.flatMap((law) =>
    Object.entries(exceptions[engine]?.[law] ?? {}).map(([name, bound]) => ({ engine, law, name, bound })),
  ),
)

describe("docs/ENGINES.md", () => {
  it("has the tables of the last runs", () => {
    const page = readFileSync(enginesPath, "utf8")
    expect(enginesPage(page)).toBe(page)
  })
  it.each(runs)("$engine in $host passed, within its tolerances", ({ engine, passed, failed, errors, beyond }) => {
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(300)
    for (const law of lawNames)
      for (const [name, error] of Object.entries(errors[law] ?? {}))
        expect(error, `${law} of ${name}`).toBeLessThanOrEqual(allowed(engine, law, name))
    for (const { kind, name } of beyond) expect(isBeyondUse(engine, kind, name), `${kind}: ${name}`).toBe(true)
  })
  it.each(listed)(
    "$engine, $law of $name: $bound is asked for by what was measured",
    ({ engine, law, name, bound }) => {
      const measured = runs.flatMap((run) => (run.engine === engine ? (run.errors[law]?.[name] ?? []) : []))
      const worst = Math.max(...measured)
      expect(worst).toBeGreaterThan(laws[law].f32)
      expect(bound).toBeLessThanOrEqual(2 * worst)
    },
  )
})
