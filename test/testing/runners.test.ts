import { spawnSync } from "node:child_process"
import { expect, it } from "vitest"

it("the kit works under node:test, and prints a counterexample to paste", () => {
  const tsx = "node_modules/tsx/dist/cli.mjs"
  const args = [tsx, "--test", "--test-reporter=tap", "test/testing/runners/node-test.ts"]
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8", env })
  expect(status, stdout).toBe(1)
  expect(stdout).toMatch(/ok 1 - holds/)
  expect(stdout).toMatch(/not ok 2 - fails/)
  expect(stdout).toMatch(/Counterexample: \[\{"a":tensor\(\[0\]\),"b":tensor\(\[[^\]]+\]\)\}\]/)
})
