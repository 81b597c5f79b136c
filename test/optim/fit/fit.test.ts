import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  add,
  arange,
  div,
  type F32,
  jit,
  log,
  mul,
  random,
  sqrt,
  square,
  sum,
  tensor,
  tree,
  valueAndGrad,
  zeros,
} from "cotangent"
import { batches, checkpointFolder } from "cotangent/io"
import {
  applyUpdates,
  type Checkpoints,
  chain,
  ema,
  progressLine,
  type Snapshot,
  sgd,
  fit as train,
} from "cotangent/optim"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { data, loss, optimiser, start } from "./problem.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fit-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const numbers = (of: unknown) => tree.leaves(of).map((leaf) => [...leaf.dataSync()].map(Number))
const key = random.key(5)
const common = { loss, optimiser, batches: data, key, progress: false } as const
const run = (steps: number, more: object = {}) => train({ ...common, params: start(), steps, ...more })

describe("fit", () => {
  test("does what the plain loop does, bit for bit", async () => {
    const [orderKey, stepKey] = random.split(key, 2)
    let params = start()
    let state = optimiser.init(params)
    const step = jit((p: typeof params, s: typeof state, batch: ReturnType<typeof data.at>, k: typeof key) => {
      const [value, gradient] = valueAndGrad((q: typeof params) => loss(q, batch, { key: k }))(p)
      const [updates, next] = optimiser.update(gradient, s, p)
      return [applyUpdates(p, updates), next, value] as const
    })
    const losses: number[] = []
    for (let k = 0; k < 15; k++) {
      const [p, s, value] = step(params, state, data.at(orderKey, k), random.foldIn(stepKey, k))
      params = p
      state = s
      losses.push(value.itemSync())
    }
    const found = await run(15)
    expect(found.history.loss).toEqual(losses)
    expect(numbers(found.params)).toEqual(numbers(params))
    expect(numbers(found.optimiser)).toEqual(numbers(state))
    expect(found).toMatchObject({ step: 15, stopped: "finished", best: undefined })
  })

  test("leaves the caller's parameters alone, also those that the optimiser keeps", async () => {
    const params = start()
    await train({ ...common, params, steps: 2 })
    expect(numbers(params)).toEqual(numbers(start()))
  })

  test("cut off anywhere and gone on with, it ends where the unbroken run ends, history included", async () => {
    const evaluate = {
      every: 3,
      run: (p: ReturnType<typeof start>) => ({ first: p.out.arraySync()[0] ?? 0, odd: Number.NaN }),
    }
    const metrics = ({ optimiser: { count } }: { readonly optimiser: { readonly count: unknown } }) => ({ count })
    const earlyStop = { metric: "first", mode: "max", patience: 100 }
    const more = { evaluate, earlyStop, metrics }
    const whole = await run(12, more)
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 3 }),
        async (cuts) => {
          const path = mkdtempSync(join(folder, "run-"))
          const checkpoints = checkpointFolder(path, { every: 4 })
          for (const cut of cuts.toSorted((a, b) => a - b)) await run(cut, { ...more, checkpoints })
          const end = await run(12, { ...more, checkpoints })
          expect(numbers([end.params, end.optimiser, end.best?.params])).toEqual(
            numbers([whole.params, whole.optimiser, whole.best?.params]),
          )
          expect(end.history.loss).toEqual(whole.history.loss)
          expect(end.history.metrics).toEqual(whole.history.metrics)
          // A cut is also an end, and there it was evaluated as well.
          expect(end.history.evaluations.filter(({ step }) => step % 3 === 0)).toEqual(whole.history.evaluations)
        },
      ),
      { numRuns: 8 },
    )
  })

  test("an aborted run saves and says so", async () => {
    const stop = new AbortController()
    const checkpoints = checkpointFolder(folder, { every: 100 })
    const evaluate = {
      every: 5,
      run: () => {
        stop.abort()
        return { done: 1 }
      },
    }
    const first = await run(20, { checkpoints, evaluate, signal: stop.signal })
    expect(first).toMatchObject({ step: 5, stopped: "aborted" })
    const second = await run(20, { checkpoints })
    expect(second.history.loss).toEqual((await run(20)).history.loss)
  })

  test("stops early, keeps the best parameters, and stays stopped when asked again", async () => {
    const seen: number[] = []
    const evaluate = {
      every: 2,
      run: (p: ReturnType<typeof start>) => {
        seen.push(p.out.arraySync()[0] ?? 0)
        return { score: [5, 3, 4, 4, 1][seen.length - 1] ?? 0 }
      },
    }
    const more = {
      evaluate,
      earlyStop: { metric: "score", mode: "min", patience: 2 },
      checkpoints: checkpointFolder(folder),
    }
    const found = await run(100, more)
    expect(found).toMatchObject({ step: 8, stopped: "early", best: { step: 4, value: 3 } })
    expect(numbers(found.best?.params)[2]?.[0]).toBe(seen[1])
    expect((await run(100, more)).step).toBe(8)
    expect(seen).toHaveLength(4)
  })

  test("keeps what a model has beside its parameters", async () => {
    const { state, history } = await train({
      params: { w: tensor([1]) },
      state: { seen: tensor(0) },
      loss: ({ w }, _batch: F32<[2]>, { state }) => [
        sum(square(w)),
        { state: { seen: add(state.seen, 1) }, metrics: { twice: mul(state.seen, 2) } },
      ],
      optimiser: chain(ema(0.5), sgd({ learningRate: 0.1 })),
      batches: () => tensor([1, 2]),
      steps: 3,
      key,
      progress: false,
    })
    expect(await state.seen.item()).toBe(3)
    expect(history.metrics.twice).toEqual([0, 2, 4])
  })

  test("an epoch is what the batches say", async () => {
    const { step } = await train({ ...common, params: start(), epochs: 2 })
    expect(step).toBe(12)
  })

  test("batches may come late, and are asked for one step ahead", async () => {
    const asked: number[] = []
    const evaluated: number[] = []
    await train({
      ...common,
      params: start(),
      steps: 4,
      batches: async (k, step) => {
        asked.push(step)
        await new Promise((resolve) => setTimeout(resolve, 1))
        return data.at(k, step)
      },
      evaluate: { every: 1, run: () => ({ ok: evaluated.push(asked.length) }) },
    })
    expect(asked).toEqual([0, 1, 2, 3])
    expect(evaluated).toEqual([2, 3, 4, 4])
  })

  test("tells how far it is", async () => {
    const reports: number[] = []
    let ended = 0
    await run(5, {
      progress: {
        update: ({
          step,
          total,
          loss: value,
        }: {
          readonly step: number
          readonly total: number
          readonly loss: number
        }) => {
          expect(total).toBe(5)
          expect(value).toBeGreaterThan(0)
          reports.push(step)
        },
        notice: () => undefined,
        end: () => ended++,
      },
    })
    expect([reports, ended]).toEqual([[1, 2, 3, 4, 5], 1])
    const report = {
      step: 120,
      total: 1000,
      loss: 0.43121,
      metrics: { accuracy: 0.91 },
      stepsPerSecond: 310.2,
      secondsLeft: 2.8,
    }
    expect(progressLine(report)).toBe("step 120/1000, loss 0.4312, accuracy 0.9100, 310 steps/s, 3 s left")
    expect(progressLine({ ...report, secondsLeft: 61 })).toContain("1 min 1 s left")
    expect(progressLine({ ...report, secondsLeft: 7200 })).toContain("2.0 h left")
  })
})

describe("a step that is not finite", () => {
  const line = (pattern: string) => {
    const lines = readFileSync(import.meta.filename, "utf8").split("\n")
    return lines.findIndex((text) => text.includes(pattern)) + 1
  }

  test("changes nothing, is saved, and the error names the operation and the line", async () => {
    const checkpoints = checkpointFolder(folder, { every: 1 })
    const failing = train({
      params: { w: tensor([0.25]) },
      loss: ({ w }, _batch: F32<[1]>) => sum(log(w)), // the culprit
      optimiser: sgd({ learningRate: 0.1 }),
      batches: () => tensor([1]),
      steps: 5,
      key,
      checkpoints,
      progress: false,
    })
    await expect(failing).rejects.toMatchObject({ code: "not-finite", details: { step: 1, loss: Number.NaN } })
    await expect(failing).rejects.toThrow(`the first NaN: log gave NaN`)
    await expect(failing).rejects.toThrow(`fit.test.ts:${line("// the culprit")}`)
    await expect(failing).rejects.toThrow(`is saved in ${folder}`)
    const kept = await checkpoints.load(
      {
        params: { w: zeros([1]) },
        optimiser: { count: tensor(0, { dtype: "i32" }) },
        state: undefined,
        best: undefined,
        key,
      },
      () => undefined,
    )
    expect(kept?.tree.params.w.arraySync()[0]).toBeCloseTo(0.25 - 0.1 / 0.25)
    expect(kept?.tree.optimiser.count.itemSync()).toBe(1)
  })

  test("names the leaves whose gradients are not finite where the loss is", async () => {
    const failing = train({
      params: { fine: tensor([1]), deep: [{ w: tensor([0, 4]) }] as const },
      loss: ({ fine, deep: [first] }, _batch: F32<[1]>) => add(sum(fine), sum(sqrt(first.w))),
      optimiser: sgd({ learningRate: 0.1 }),
      batches: () => tensor([1]),
      steps: 5,
      key,
      progress: false,
    })
    await expect(failing).rejects.toThrow(
      "the loss is 3, but not finite are gradients.deep[0].w (1 of 2, the first is Infinity)",
    )
  })

  test("names a batch that was not finite to begin with", async () => {
    const failing = train({
      params: { w: tensor([1]) },
      loss: ({ w }, { x }: { readonly x: F32<[2]> }) => sum(mul(x, w)),
      optimiser: sgd({ learningRate: 0.1 }),
      batches: (_, step) => ({ x: div(tensor([1, 0]), step < 2 ? 1 : 0) }),
      steps: 5,
      key,
      progress: false,
    })
    await expect(failing).rejects.toThrow("step 2:")
    await expect(failing).rejects.toThrow("the batch is not finite: batch.x (2 of 2, the first is Infinity)")
  })
})

describe("checkpointFolder", () => {
  const files = () => readdirSync(folder).toSorted()

  test("keeps the newest and sweeps what a killed process left", async () => {
    writeFileSync(join(folder, ".step-0000000007.safetensors.abc.partial"), "half")
    await run(9, { checkpoints: checkpointFolder(folder, { every: 2, keep: 2 }) })
    expect(files()).toEqual(["step-0000000008.safetensors", "step-0000000009.safetensors"])
  })

  test("a cut or altered one is passed over with its reason, and the one before it is used", async () => {
    const whole = await run(9)
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (where, flip, cut) => {
        rmSync(folder, { recursive: true })
        const checkpoints = checkpointFolder(folder, { every: 3 })
        await run(6, { checkpoints })
        const newest = join(folder, "step-0000000006.safetensors")
        const bytes = readFileSync(newest)
        const at = where % bytes.length
        if (cut) writeFileSync(newest, bytes.subarray(0, at))
        else {
          bytes[at] = (bytes[at] ?? 0) ^ flip
          writeFileSync(newest, bytes)
        }
        const notices: string[] = []
        const progress = { update: () => undefined, notice: (text: string) => notices.push(text), end: () => undefined }
        const end = await run(9, { checkpoints, progress })
        expect(notices).toHaveLength(1)
        expect(notices[0]).toContain("step-0000000006.safetensors")
        expect(notices[0]).toContain("the checkpoint before it is used")
        expect(end.history.loss).toEqual(whole.history.loss)
        expect(numbers(end.params)).toEqual(numbers(whole.params))
      }),
      { numRuns: 20 },
    )
  })

  test("that of another model, another key or a longer run is an error that says so, and stays", async () => {
    const checkpoints = checkpointFolder(folder, { every: 3 })
    await run(6, { checkpoints })
    const before = files()
    const other = train({
      ...common,
      params: { w: zeros([3]) },
      loss: ({ w }) => sum(w),
      steps: 9,
      checkpoints,
    })
    await expect(other).rejects.toThrow("was saved from another model")
    await expect(run(9, { checkpoints, key: random.key(6) })).rejects.toThrow("a run that began with another key")
    await expect(run(5, { checkpoints })).rejects.toThrow("holds a run of 6 steps, and 5 are asked for")
    expect(files()).toEqual(before)
  })

  test("a store of one's own will do", async () => {
    const kept: { snapshot?: Snapshot<unknown> } = {}
    const memory: Checkpoints = {
      every: 2,
      place: "memory",
      save: async (_, snapshot) => {
        // What is carried will be written over: a store keeps numbers, not tensors.
        kept.snapshot = { tree: numbers(snapshot.tree), metadata: snapshot.metadata }
      },
      load: async () => undefined,
    }
    await run(3, { checkpoints: memory })
    expect(kept.snapshot?.metadata).toMatchObject({ step: 3 })
  })
})

describe("what does not go together is refused", () => {
  test.each<[string, object, string]>([
    ["no length", { steps: undefined }, "say how long: { steps } or { epochs }, got neither"],
    ["two lengths", { epochs: 2 }, "say how long: { steps } or { epochs }, got both"],
    [
      "epochs of a function",
      { steps: undefined, epochs: 2, batches: () => 1 },
      "do not know how many there are in one",
    ],
    ["half a step", { steps: 1.5 }, "whole numbers from 0, got 1.5"],
    [
      "a metric nobody gives",
      { evaluate: { run: () => ({ a: 1 }) }, earlyStop: { metric: "b", mode: "min", patience: 1 } },
      'earlyStop looks at "b"; evaluate gives a',
    ],
    ["nothing to stop by", { earlyStop: { metric: "b", mode: "min", patience: 1 } }, "there is no evaluate"],
    [
      "no patience",
      { evaluate: { run: () => ({ a: 1 }) }, earlyStop: { metric: "a", mode: "min", patience: 0 } },
      "earlyStop.patience is 0",
    ],
    ["an unknown option", { epoch: 3 }, 'there is no option "epoch"'],
    ["whole parameters", { params: { ...start(), out: arange(8, { dtype: "i32" }) } }, "params.out is i32"],
    ["a loss that is no scalar", { loss: (p: { readonly out: unknown }) => p.out }, "scalar"],
    [
      "a batch that cannot be had",
      { batches: async () => Promise.reject(new Error("disk on fire")) },
      "the batch of step 0 could not be had: disk on fire",
    ],
  ])("%s", async (_, more, sentence) => {
    await expect(run(3, more)).rejects.toThrow(sentence)
  })

  test("a folder that is a file, and numbers that are no counts", async () => {
    writeFileSync(join(folder, "file"), "")
    await expect(run(1, { checkpoints: checkpointFolder(join(folder, "file")) })).rejects.toThrow(
      "is a file, or below one; name a folder",
    )
    expect(() => checkpointFolder(folder, { every: 0 })).toThrow("every is 0; it must be a whole number")
    expect(() => checkpointFolder(folder, { keep: 0.5 })).toThrow("keep is 0.5")
    expect(batches({ x: zeros([4]) }, { size: 2 }).perEpoch).toBe(2)
  })
})
