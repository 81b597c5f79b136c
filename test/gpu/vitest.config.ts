import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import shared from "../../vitest.config.ts"

/** The suites that need a GPU's interface; `npm test` does not see them. */
export default defineConfig({
  ...shared,
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    ...shared.test,
    include: ["test/gpu/*.suite.ts"],
    setupFiles: ["./test/gpu/setup.ts"],
    reporters: ["dot", "./scripts/closing-line.ts", "./test/gpu/reporter.ts"],
    pool: "forks",
    testTimeout: 120_000,
  },
})
