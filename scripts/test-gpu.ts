/**
 * The numeric suite on gpu.js in the modes that Node does not have by itself. Fetches what they need (README of it:
 * docs/ENGINES.md), says what will compute, runs the suite once per mode and keeps what it measured for the docs.
 *
 *   npm run test:gpu                       webgpu and headlessgl
 *   npm run test:gpu -- webgpu             one mode; webasm and cpu are taken too
 *   COTANGENT_VULKAN=system npm run test:gpu     never software Vulkan, COTANGENT_VULKAN=software: never another
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { keepRun, type Measured } from "../test/runs.ts"
import { writeEnginesPage } from "./engines-page.ts"
import { findAdapter } from "./gpu/adapter.ts"
import { finished, start } from "./gpu/children.ts"
import { Missing, needDebian } from "./gpu/debian.ts"
import { openDisplay } from "./gpu/display.ts"
import { softwareVulkan } from "./gpu/mesa.ts"
import { fetchPackage } from "./gpu/packages.ts"

const root = resolve(import.meta.dirname, "..")
/** For one mode; a software GPU on two slow cores takes a few minutes. */
const limit = 45 * 60

/** A mode ready to run: its processes' environment, and what computes. */
interface Ready {
  readonly environment: Readonly<Record<string, string>>
  readonly device: string
  readonly close?: () => void
}

function webgpu(): Ready {
  const folder = fetchPackage("webgpu", "0.6.2", "package.json")
  const asked = process.env.COTANGENT_VULKAN
  const own = asked === "software" ? undefined : findAdapter(folder, {})
  if (own !== undefined)
    return {
      environment: { COTANGENT_WEBGPU: folder },
      device: `${own.name} (${own.software ? "software" : "hardware"}, the system's driver)`,
    }
  if (asked === "system") throw new Missing("WebGPU finds no adapter in this system's drivers")
  const vulkan = softwareVulkan()
  const adapter = findAdapter(folder, vulkan)
  if (adapter === undefined)
    throw new Missing("WebGPU finds no adapter, not even the software Vulkan that was unpacked")
  return { environment: { COTANGENT_WEBGPU: folder, ...vulkan }, device: `${adapter.name} (software)` }
}

async function headlessgl(): Promise<Ready> {
  needDebian(
    ["libxi-dev", "libgl1-mesa-dev", "libglu1-mesa-dev", "libglew-dev", "pkg-config", "python3", "make", "g++"],
    "building the package gl",
  )
  const folder = fetchPackage("gl", "8.1.6", "build/Release/webgl.node")
  const display = await openDisplay()
  return {
    environment: { COTANGENT_GL: folder, DISPLAY: display.name },
    device: display.virtual
      ? "gl 8.1.6 over Mesa (software, a virtual display)"
      : `gl 8.1.6 on display ${display.name}`,
    close: display.close,
  }
}

const plain = (): Ready => ({ environment: {}, device: "the processor" })
const modes: Readonly<Record<string, () => Ready | Promise<Ready>>> = { webgpu, headlessgl, webasm: plain, cpu: plain }

/** @returns whether every test passed. */
async function run(mode: string, prepare: () => Ready | Promise<Ready>): Promise<boolean> {
  const { environment, device, close } = await prepare()
  const scratch = mkdtempSync(join(tmpdir(), "cotangent-gpu-"))
  try {
    console.log(`\ngpujs/${mode} on ${device}`)
    const figures = join(scratch, "figures.json")
    const vitest = join(root, "node_modules/vitest/vitest.mjs")
    const child = start(
      process.execPath,
      [vitest, "run", "--config", "test/gpu/vitest.config.ts", "test/gpu/mode.suite.ts"],
      {
        cwd: root,
        env: { ...process.env, ...environment, COTANGENT_MODE: mode, COTANGENT_FIGURES: figures },
        stdio: ["ignore", "inherit", "inherit"],
      },
    )
    const code = await finished(child, limit)
    if (code === undefined) {
      console.error(`test:gpu: gpujs/${mode} did not end within ${limit / 60} minutes and was stopped`)
      return false
    }
    if (!existsSync(figures)) {
      console.error(`test:gpu: gpujs/${mode} ended with exit code ${code} before it reported`)
      return false
    }
    const measured: Measured = JSON.parse(readFileSync(figures, "utf8"))
    keepRun({ ...measured, engine: `gpujs/${mode}`, host: `Node ${process.versions.node}`, device })
    return code === 0 && measured.passed > 0
  } finally {
    close?.()
    rmSync(scratch, { recursive: true, force: true })
  }
}

const asked = process.argv.slice(2)
const results: string[] = []
for (const mode of asked.length > 0 ? asked : ["webgpu", "headlessgl"]) {
  const prepare = modes[mode]
  const said = await (prepare === undefined
    ? Promise.reject(new Missing(`there is no mode "${mode}" here; there are ${Object.keys(modes).join(", ")}`))
    : run(mode, prepare)
  ).then(
    (passed) => (passed ? "passed" : "failed"),
    (error: unknown) => {
      if (!(error instanceof Missing)) throw error
      return `did not run: ${error.message}`
    },
  )
  results.push(`gpujs/${mode} ${said}`)
}
writeEnginesPage()
console.log(`\n${results.map((line) => `test:gpu: ${line}`).join("\n")}`)
process.exit(results.every((line) => line.endsWith(" passed")) ? 0 : 1)
