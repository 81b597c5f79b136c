import { execFile } from "node:child_process"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"

const root = resolve(import.meta.dirname, "../..")
async function run(level: string | undefined): Promise<{ readonly stdout: string; readonly said: readonly string[] }> {
  const { COTANGENT_DEBUG: _, ...env } = process.env
  const args = [join(root, "node_modules/tsx/dist/cli.mjs"), join(import.meta.dirname, "explain-debug-script.ts")]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    env: level === undefined ? env : { ...env, COTANGENT_DEBUG: level },
  })
  return { stdout, said: stderr.split("\n").filter((line) => line.startsWith("cotangent: ")) }
}
const compiled = /^cotangent: compiled jit for wasm: 1 kernel in \d+\.\d{3} ms$/
const kernel = /^cotangent: {3}1\. sin mul sum \(reduction\): 9 operations, 12 bytes read, 4 written$/
const ran = /^cotangent: ran jit on wasm in \d+\.\d{3} ms$/
const source = /^cotangent: {5}(gpu\.createKernel|function|\s*(let|for|const|return|s0|\})|\})/

/** How many of these lines each level writes for the jitted function, which is compiled once and runs three times. */
const levels: Readonly<Record<string, readonly [compiled: number, kernels: number, runs: number]>> = {
  "0": [0, 0, 0],
  "1": [1, 0, 0],
  "2": [1, 1, 0],
  "3": [1, 1, 3],
  "4": [1, 1, 3],
}

describe("COTANGENT_DEBUG", () => {
  test.each(Object.keys(levels))("=%s", async (level) => {
    const { stdout, said } = await run(level)
    const count = (line: RegExp): number => said.filter((s) => line.test(s)).length
    expect([count(compiled), count(kernel), count(ran)]).toEqual(levels[level])
    expect(count(source) > 0).toBe(level === "4")
    if (level === "0") expect(said).toEqual([])
    // What the script says is left as it is.
    expect(stdout).toBe("2.5244\n2.5244\n2.5244\n")
  })

  test("unset, nothing is written; a number that is none is named once", async () => {
    expect((await run(undefined)).said).toEqual([])
    expect((await run("verbose")).said).toEqual([
      'cotangent: COTANGENT_DEBUG is a number from 0 to 4, got "verbose": nothing is written',
    ])
  })
})
