import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const script = fileURLToPath(new URL("./training.ts", import.meta.url))
const steps = 400

/** Runs the training; killed at the step it is told to, if it comes that far. */
function training(folder: string, killAt?: number): Promise<{ readonly killed: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, folder, String(steps)])
    let output = ""
    child.stdout.on("data", (part: Buffer) => {
      output += part.toString()
      const last = output.match(/step (\d+)\n/g)?.at(-1)
      if (killAt !== undefined && last !== undefined && Number(last.slice(5)) >= killAt) child.kill("SIGKILL")
    })
    child.on("close", (_, signal) => resolve({ killed: signal === "SIGKILL", output }))
  })
}
const end = (output: string) => output.split("\n").find((line) => line.startsWith("end "))

test("killed at random moments and gone on with, a training process ends with the bits of an unbroken one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kill-"))
  const whole = end((await training("")).output)
  expect(whole).toBeDefined()
  let kills = 0
  // Ever later moments, each a random way behind the one before: kills fall between, before and into saves.
  for (let at = 5; at < steps; at += 20 + Math.floor(Math.random() * 90)) {
    const { killed, output } = await training(join(folder, "run"), at)
    if (killed) kills++
    else expect(end(output)).toBe(whole)
    expect(
      existsSync(join(folder, "run"))
        ? readdirSync(join(folder, "run")).filter((name) => name.endsWith(".damaged"))
        : [],
    ).toEqual([])
  }
  expect(kills).toBeGreaterThanOrEqual(3)
  expect(end((await training(join(folder, "run"))).output)).toBe(whole)
  rmSync(folder, { recursive: true })
}, 120_000)
