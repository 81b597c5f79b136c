/** The numeric suite in a page: `?engine=wasm`, `?engine=gpujs/webgl2`. The script that opened it awaits `outcome`. */
import { describe, type File, startTests, type Task, type Test, type VitestRunner } from "@vitest/runner"
import { byReference, type Choice, gpujs, onWasm } from "../autodiff/engines.ts"
import { numericSuite } from "../autodiff/numeric-suite.ts"
import type { Measured } from "../runs.ts"
import { deviceOf } from "./device.ts"

const asked = new URLSearchParams(location.search).get("engine") ?? ""
const choices: readonly Choice[] = [
  { ...onWasm, oracle: byReference },
  gpujs("webgl2", byReference),
  gpujs("webgpu", byReference),
]

const testsIn = (tasks: readonly Task[]): readonly Test[] =>
  tasks.flatMap((task) => (task.type === "suite" ? testsIn(task.tasks) : [task]))

const runner: VitestRunner = {
  config: {
    root: "/",
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: () => {
    const choice = choices.find(({ title }) => title === asked)
    if (choice === undefined) throw new Error(`no engine "${asked}" in a page`)
    describe(choice.title, () => numericSuite(choice, 100))
  },
  // Where a suite could not be set up, its tests have no result and it has the reason.
  onAfterRunSuite: ({ name, result }) => {
    for (const { message } of result?.errors ?? []) console.error(`${asked} > ${name}: ${message}`)
  },
  onAfterRunTask: ({ name, result }) => {
    if (result?.state === "pass") return
    const [error] = result?.errors ?? []
    console.error(`${asked} > ${name}: ${error?.message ?? "no result"}\n${error?.cause?.message ?? ""}`)
  },
}

async function run(): Promise<Measured & { readonly device: string }> {
  if (asked === "wasm" && globalThis.crossOriginIsolated)
    throw new Error("the page is cross-origin isolated: the one-threaded path would not be what runs")
  const device = await deviceOf(asked)
  const files: readonly File[] = await startTests([asked], runner)
  const tests = testsIn(files.flatMap((f) => f.tasks))
  // A file that could not be collected has errors of its own and no tests.
  const broken = files.flatMap((f) => (f.result?.errors ?? []).map((e) => e.message))
  return {
    device,
    passed: tests.filter((t) => t.result?.state === "pass").length,
    failed: [...broken, ...tests.filter((t) => t.result?.state !== "pass").map((t) => t.name)],
    figures: tests.flatMap((t) => t.meta.figure ?? []),
    beyond: tests.flatMap((t) => t.meta.beyond ?? []),
  }
}
declare global {
  var outcome: Promise<string>
}
globalThis.outcome = run().then((measured) => JSON.stringify(measured))
