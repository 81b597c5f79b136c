/**
 * The numeric suite in Debian's Chromium, headless: on wasm without threads, and on gpu.js with WebGL 2 and WebGPU.
 *
 *   npm run test:browser                      all three
 *   npm run test:browser -- gpujs/webgpu      one of them
 *   CHROMIUM=/path/to/chrome npm run test:browser
 *   COTANGENT_GPU=hardware npm run test:browser      the machine's GPU instead of the browser's software one
 */
import { existsSync } from "node:fs"
import { keepRun, type Measured } from "../test/runs.ts"
import { type Browser, openBrowser } from "./browser/devtools.ts"
import { type Served, serve } from "./browser/serve.ts"
import { writeEnginesPage } from "./engines-page.ts"
import { Missing, needDebian } from "./gpu/debian.ts"

const engines = ["wasm", "gpujs/webgl2", "gpujs/webgpu"]
/** For one engine, in seconds. */
const limit = 30 * 60

const software = process.env.COTANGENT_GPU !== "hardware"
const flags = [
  "--headless=new",
  // Chromium refuses to run as root inside its sandbox; the page is our own.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-dev-shm-usage",
  // Or it stops the timers and the GPU of a page that nobody looks at.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  ...(software
    ? ["--use-webgpu-adapter=swiftshader", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    : ["--use-angle=vulkan"]),
]

function chromium(): string {
  const given = process.env.CHROMIUM
  if (given !== undefined) {
    if (existsSync(given)) return given
    throw new Missing(`CHROMIUM names ${given}, where nothing is`)
  }
  const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  const found = usual.find((path) => existsSync(path))
  if (found !== undefined) return found
  needDebian(["chromium"], "test:browser")
  return "/usr/bin/chromium"
}

type Outcome = Measured & { readonly device: string }
async function run(engine: string, browser: Browser, { url }: Served): Promise<boolean> {
  console.log(`\n${engine} in ${browser.version}`)
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no result within ${limit / 60} minutes`)), limit * 1000).unref()
  })
  const text = await Promise.race([
    browser.evaluate(`${url}?engine=${encodeURIComponent(engine)}`, "outcome", (line) => console.log(line)),
    late,
  ])
  const { device, ...measured }: Outcome = JSON.parse(text)
  keepRun({
    ...measured,
    engine,
    device,
    host: browser.version.replace("HeadlessChrome/", "Chromium ").replace("Chrome/", "Chromium "),
  })
  console.log(`${device}\n${measured.passed} passed, ${measured.failed.length} failed`)
  return measured.failed.length === 0 && measured.passed > 0
}

async function runAll(asked: readonly string[]): Promise<readonly string[]> {
  const path = chromium()
  const served = await serve()
  const results: string[] = []
  try {
    for (const engine of asked) {
      if (!engines.includes(engine)) throw new Missing(`there is no "${engine}" here; there are ${engines.join(", ")}`)
      // A browser each: what one leaves in the GPU's process is not there for the next.
      const browser = await openBrowser(path, flags)
      try {
        results.push(`${engine} ${(await run(engine, browser, served)) ? "passed" : "failed"}`)
      } catch (error) {
        results.push(`${engine} did not end: ${error instanceof Error ? error.message : String(error)}`)
      } finally {
        browser.close()
      }
    }
  } finally {
    served.close()
  }
  return results
}

const asked = process.argv.slice(2)
const results = await runAll(asked.length > 0 ? asked : engines).catch((error: unknown) => {
  if (error instanceof Missing) return [`did not run: ${error.message}`]
  throw error
})
writeEnginesPage()
console.log(`\n${results.map((line) => `test:browser: ${line}`).join("\n")}`)
process.exit(results.every((line) => line.endsWith(" passed")) ? 0 : 1)
