import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const source = fileURLToPath(new URL("./src/", import.meta.url))

export default defineConfig({
  // Tests and examples import the public names as users write them, and get the source.
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: `${source}index.ts` },
      { find: /^cotangent\/([\w/]+)$/, replacement: `${source}$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    reporters: ["default", "./scripts/closing-line.ts"],
  },
})
