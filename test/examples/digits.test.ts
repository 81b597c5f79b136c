import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cast, random, setEngine, sum } from "cotangent"
import { drawnDigits, encodeIdx, loadTree } from "cotangent/io"
import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { describe, expect, test } from "vitest"
import { inChunks, shuffled } from "../../examples/digits/batches.ts"
import { checkpointPath, settled } from "../../examples/digits/checkpoint.ts"
import { trainDigits } from "../../examples/digits/main.ts"
import { type Options, parseCommand } from "../../examples/digits/options.ts"
import { type Progress, silent } from "../../examples/digits/progress.ts"
import { scoresOf, tableOf } from "../../examples/digits/report.ts"
import { temporaryFolder } from "../io/folder.ts"

const folder = temporaryFolder()
// 300 images in batches of 64: the last batch of an epoch has 44.
const digits = { ...drawnDigits({ train: 300, test: 130 }), source: "drawn" }
const options = (out: string, more: Partial<Options> = {}): Options => ({
  epochs: 2,
  batch: 64,
  seed: 1,
  engine: "wasm",
  mode: "webasm",
  fresh: false,
  given: [],
  out: join(folder, out),
  ...more,
})
const steps = 10

/** A progress that stops the run after a step. */
function stoppingAfter(step: number): { readonly progress: Progress; readonly signal: AbortSignal } {
  const stop = new AbortController()
  const progress: Progress = {
    ...silent,
    start: (_, done) => done >= step && stop.abort(),
    at: async (done) => {
      if (done >= step) stop.abort()
    },
  }
  return { progress, signal: stop.signal }
}
const unbroken = async (more: Options) => trainDigits(more, digits, silent, new AbortController().signal)

describe("a run that was stopped", () => {
  test("goes on and ends with the very bytes of an unbroken one, wherever and however often it was stopped", async () => {
    const whole = options("whole")
    const { done, history } = await unbroken(whole)
    expect([done, history.losses.length, history.accuracies.length]).toEqual([steps, steps, 2])
    const wanted = readFileSync(checkpointPath(whole))
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(steps - 1), { minLength: 1, maxLength: 3 }), async (stops) => {
        const broken = options(`broken-${run++}`)
        for (const stop of stops.sort((a, b) => a - b)) {
          const { progress, signal } = stoppingAfter(stop)
          expect((await trainDigits(broken, digits, progress, signal)).done).toBe(stop)
        }
        const { done: reached, found } = await unbroken(broken)
        expect(reached).toBe(steps)
        expect(await found()).toHaveLength(130)
        expect(readFileSync(checkpointPath(broken)).equals(wanted)).toBe(true)
      }),
      { numRuns: 12 },
    )
  })

  test("another seed ends with other bytes, so the comparison above can fail", async () => {
    const other = options("other", { seed: 2 })
    await unbroken(other)
    expect(readFileSync(checkpointPath(other)).equals(readFileSync(checkpointPath(options("whole"))))).toBe(false)
  })

  test("is not mixed with other settings or other images", async () => {
    const begun = options("begun")
    const { progress, signal } = stoppingAfter(3)
    await trainDigits(begun, digits, progress, signal)
    await expect(settled({ ...begun, batch: 32, given: ["batch"] })).rejects.toThrow(
      /holds a run that began with --batch 64, not 32; leave the option out to go on with it, or start over with --fresh/,
    )
    expect(await settled({ ...begun, batch: 32, epochs: 9 })).toMatchObject({ batch: 64, epochs: 2 })
    const others = { ...drawnDigits({ train: 300, test: 130, seed: 9 }), source: "drawn" }
    await expect(trainDigits(begun, others, silent, signal)).rejects.toThrow("was trained on other images")
    const fresh = await trainDigits({ ...begun, fresh: true }, digits, silent, new AbortController().signal)
    expect(fresh.history.losses).toHaveLength(steps)
  })

  test("a damaged checkpoint is reported and left where it is", async () => {
    const begun = options("damaged")
    const { progress, signal } = stoppingAfter(2)
    await trainDigits(begun, digits, progress, signal)
    const path = checkpointPath(begun)
    const bytes = readFileSync(path)
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await expect(settled(begun)).rejects.toThrow("the checkpoint is damaged")
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })
})

describe("training", () => {
  test("learns the drawn digits", async () => {
    const more = { ...drawnDigits({ train: 3000, test: 1000 }), source: "drawn" }
    const { found, history } = await trainDigits(
      options("learns", { epochs: 3, batch: 50 }),
      more,
      silent,
      new AbortController().signal,
    )
    const { accuracy } = scoresOf(more.test, await found())
    expect(accuracy).toBeGreaterThan(0.9)
    expect(history.accuracies.at(-1)).toBe(accuracy)
  })
})

describe("training on gpu.js", () => {
  test("takes the steps that wasm takes", async () => {
    const onWasm = await unbroken(options("steps-wasm"))
    expect(await setEngine("gpujs", { mode: "webasm" })).toBe("gpujs/webasm")
    try {
      const onGpujs = await unbroken(options("steps-gpujs", { engine: "gpujs" }))
      expect(onGpujs.done).toBe(steps)
      onGpujs.history.losses.forEach((loss, k) => {
        expect(Math.abs(loss - (onWasm.history.losses[k] ?? Number.NaN))).toBeLessThan(1e-4)
      })
      const [found, wanted] = [await onGpujs.found(), onGpujs.history.accuracies.at(-1)]
      expect(scoresOf(digits.test, found).accuracy).toBe(wanted)
    } finally {
      await setEngine("wasm")
    }
  })
})

describe("batches", () => {
  test("an epoch shows every image once, in an order of its own", async () => {
    const batchAt = shuffled(digits.train, 64)
    const orders = await Promise.all(
      [0, 1].map(async (epoch) => {
        const labels: number[] = []
        for (let k = 0; k < 5; k++) labels.push(...(await (await batchAt(random.key(3), epoch * 5 + k)).labels.data()))
        return labels
      }),
    )
    for (const order of orders) expect([...order].sort()).toEqual([...digits.train.digits].sort())
    expect(orders[0]).not.toEqual(orders[1])
  })

  test("a set is gone through in chunks, the last one partial, in its order", async () => {
    const inked = await inChunks(digits.test, (images) => cast(sum(images, { axis: 1 }), "i32"), 64)
    const wanted = Array.from({ length: 130 }, (_, k) => {
      const image = digits.test.pixels.slice(k * 784, (k + 1) * 784)
      return image.reduce((total, byte) => total + byte / 255, 0)
    })
    inked.forEach((found, k) => {
      expect(Math.abs(found - (wanted[k] ?? Number.NaN))).toBeLessThanOrEqual(1.01)
    })
  })
})

describe("scores", () => {
  const labels = fc.uint8Array({ minLength: 1, maxLength: 60, max: 9 })

  test("counts agree with each other and with the accuracy", () => {
    fc.assert(
      fc.property(labels, fc.infiniteStream(fc.nat(9)), (shown, stream) => {
        const found = Int32Array.from(shown, () => stream.next().value)
        const set = { ...digits.test, digits: shown, count: shown.length }
        const { accuracy, classes, confusion } = scoresOf(set, found)
        expect(confusion.flat().reduce((a, b) => a + b, 0)).toBe(shown.length)
        expect(accuracy * shown.length).toBeCloseTo(
          confusion.reduce((total, row, k) => total + (row[k] ?? 0), 0),
          9,
        )
        for (const { digit, recall, count } of classes) {
          expect(count).toBe(shown.filter((d) => d === digit).length)
          if (count > 0) expect(recall * count).toBeCloseTo(confusion[digit]?.[digit] ?? Number.NaN, 9)
        }
        expect(tableOf({ accuracy, classes, confusion }, "x").split("\n")).toHaveLength(14)
      }),
      { numRuns: 200 },
    )
  })
})

describe("the command line", () => {
  test.each([
    [["--epochs", "0"], '--epochs takes a whole number of at least 1, got "0"'],
    [["--batch", "1.5"], '--batch takes a whole number of at least 1, got "1.5"'],
    [["--seed=-1"], '--seed takes a whole number of at least 0, got "-1"'],
    [["--engine", "cuda"], '--engine takes one of wasm, gpujs, reference, got "cuda"'],
    [["--mode", "cpu"], "--mode is for --engine gpujs, and the engine is wasm"],
    [
      ["--engine", "gpujs", "--mode", "glide"],
      '--mode takes one of webasm, cpu, webgpu, webgl2, headlessgl, got "glide"',
    ],
    [["--epoch", "3"], "Unknown option '--epoch'"],
    [["three"], "Unexpected argument 'three'"],
  ])("%j is refused", (args, message) => {
    const parsed = parseCommand(args)
    expect(E.isLeft(parsed) && parsed.left).toContain(message)
  })

  test("a mode of gpujs is read", () => {
    const parsed = parseCommand(["--engine", "gpujs", "--mode", "cpu"])
    expect(E.isRight(parsed) && parsed.right).toMatchObject({
      options: { engine: "gpujs", mode: "cpu", given: ["engine", "mode"] },
    })
  })

  test("options are read, and those given are told from defaults", () => {
    const parsed = parseCommand(["--epochs", "3", "--engine=reference", "--fresh"])
    expect(E.isRight(parsed) && parsed.right).toMatchObject({
      options: { epochs: 3, batch: 128, seed: 0, engine: "reference", fresh: true, given: ["epochs", "engine"] },
    })
  })
})

describe("npm start", () => {
  const data = join(folder, "data/mnist")
  const start = (out: string): ChildProcess & { readonly said: () => string } => {
    const args = [
      "--import",
      "tsx",
      "examples/digits/main.ts",
      "--epochs",
      "30",
      "--batch",
      "20",
      "--out",
      join(folder, out),
    ]
    const child = spawn(process.execPath, args, { env: { ...process.env, COTANGENT_DATA: join(folder, "data") } })
    let text = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk))
    return Object.assign(child, { said: () => text })
  }

  test("Ctrl-C saves and says how to go on; going on gives the model of an unbroken run, and cleans up", async () => {
    mkdirSync(data, { recursive: true })
    for (const [name, set] of [
      ["train", digits.train],
      ["t10k", digits.test],
    ] as const) {
      writeFileSync(
        join(data, `${name}-images-idx3-ubyte`),
        encodeIdx({ shape: [set.count, 28, 28], data: set.pixels }),
      )
      writeFileSync(join(data, `${name}-labels-idx1-ubyte`), encodeIdx({ shape: [set.count], data: set.digits }))
    }
    const stopped = start("child")
    const exit = once(stopped, "exit")
    while (!stopped.said().includes("step 0 of 450") && stopped.exitCode === null)
      await new Promise((wake) => setTimeout(wake, 5))
    stopped.kill("SIGINT")
    expect((await exit)[0], stopped.said()).toBe(130)
    expect(stopped.said()).toMatch(/stopped after step \d+ of 450, everything is saved; npm start goes on/)
    const { metadata } = await loadTree(join(folder, "child/checkpoint.safetensors"))
    expect(metadata).toMatchObject({ settings: { epochs: 30, batch: 20, seed: 0 } })

    const [resumed, whole] = [start("child"), start("at-once")]
    const codes = await Promise.all([resumed, whole].map(async (child) => (await once(child, "exit"))[0]))
    expect(codes, resumed.said() + whole.said()).toEqual([0, 0])
    expect(resumed.said()).toContain("accuracy")
    const written = ["metrics.json", "model.safetensors", "report.txt", "training.png", "training.svg"]
    for (const out of ["child", "at-once"]) expect(readdirSync(join(folder, out)).sort()).toEqual(written)
    const model = (out: string) => readFileSync(join(folder, out, "model.safetensors"))
    expect(model("child").equals(model("at-once"))).toBe(true)
    expect([...readFileSync(join(folder, "child/training.png")).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
    expect(existsSync(join(folder, "child/checkpoint.safetensors"))).toBe(false)
  })
})
