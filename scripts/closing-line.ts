import type { Reporter, SerializedError, TestModule } from "vitest/node"

declare module "vitest" {
  interface TaskMeta {
    /** Printed at the end of the run. */
    closing?: string
  }
}

/**
 * The last line of a test run, alone and plain: `N passed, N failed`, with `, N skipped` where tests were skipped. Before
 * it stands what tests left to be said at the end, in `task.meta.closing`.
 *
 * A file that could not be loaded and an error that belongs to no test count as failures: either would otherwise
 * leave a line that says `0 failed` under a run that failed.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        counts[test.result().state] += 1
        const { closing } = test.meta()
        if (closing !== undefined) process.stdout.write(`${closing}\n`)
      }
      const broken = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0)
      counts.failed += broken.length
    }
    // A test without a result was cut off (a crashed worker, Ctrl-C).
    const failed = counts.failed + counts.pending
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""
    process.stdout.write(`${counts.passed} passed, ${failed} failed${skipped}\n`)
  }
}
