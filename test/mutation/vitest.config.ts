/** What `npm run mutation` tries on every mutant: the tests of the floors that it mutates, on the reference engine alone. */
import { defineConfig } from "vitest/config"
import base from "../../vitest.config.ts"

export default defineConfig({
  ...base,
  test: {
    include: [
      "test/autodiff/{checks,collectives,control-flow,custom-rules,differentiation,donation,dtypes,golden}.test.ts",
      "test/autodiff/{interpreter-state,jit,own-primitives,solver-claims}.test.ts",
      "test/mutation/*.suite.ts",
      "test/errors/wrong-uses.test.ts",
      "test/shape/*.test.ts",
    ],
    setupFiles: ["test/mutation/setup.ts"],
    env: { COTANGENT_TEST_ENGINES: "reference" },
    testTimeout: 20_000,
    reporters: ["default"],
    bail: 0,
    isolate: false,
    fileParallelism: false,
  },
})
