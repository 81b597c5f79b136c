import { writeFileSync } from "node:fs"
import type { Reporter, TestModule } from "vitest/node"
import type { Measured } from "../runs.ts"

/** Writes what the tests measured to the file that COTANGENT_FIGURES names. */
export default class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const path = process.env.COTANGENT_FIGURES
    if (path === undefined) return
    const tests = modules.flatMap((m) => [...m.children.allTests()])
    const measured: Measured = {
      passed: tests.filter((t) => t.result().state === "passed").length,
      failed: tests.filter((t) => t.result().state !== "passed").map((t) => t.name),
      figures: tests.flatMap((t) => t.meta().figure ?? []),
      beyond: tests.flatMap((t) => t.meta().beyond ?? []),
    }
    writeFileSync(path, JSON.stringify(measured))
  }
}
