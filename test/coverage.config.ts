/** `npm run coverage`: which lines and branches of the core the tests reach; fails below the bars. */
import { defineConfig } from "vitest/config"
import base from "../vitest.config.ts"

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // These run the library in processes of their own, which are not counted.
    exclude: ["**/node_modules/**", "test/{examples,docs,bench}/**", "test/scaffold.test.ts"],
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["src/autodiff/**/*.ts"],
      reporter: ["text-summary", "json-summary", "html"],
      reportsDirectory: "out/coverage",
      thresholds: { lines: 95, branches: 90 },
    },
  },
})
