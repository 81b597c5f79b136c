/** The laws of every primitive, on every case that its file names, for one engine at a time. */
import { EngineError, random } from "cotangent"
import fc from "fast-check"
import { beforeAll, expect, it } from "vitest"
import { engineAtOnce } from "../../src/autodiff/current-engine.ts"
import { allocate, isFloat, type Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine } from "../../src/autodiff/engine.ts"
import { bind, bindOne } from "../../src/autodiff/interpreter.ts"
import { batchValues, repeat } from "../../src/autodiff/interpreters/batch.ts"
import { jvpValues } from "../../src/autodiff/interpreters/jvp.ts"
import { linearizeValues } from "../../src/autodiff/interpreters/linearize.ts"
import { resultTypes } from "../../src/autodiff/interpreters/meaning.ts"
import { trace } from "../../src/autodiff/interpreters/trace.ts"
import { transposeLinear } from "../../src/autodiff/interpreters/transpose.ts"
import { orZeros } from "../../src/autodiff/interpreters/zeros.ts"
import { add } from "../../src/autodiff/primitives/add.ts"
import { keyToWords, wordsToKey } from "../../src/autodiff/primitives/key-words.ts"
import { mul } from "../../src/autodiff/primitives/mul.ts"
import type { Case } from "../../src/autodiff/primitives/primitive.ts"
import type { Maybe } from "../../src/autodiff/program/operation.ts"
import { type TensorType, typeOf } from "../../src/autodiff/program/type.ts"
import { fromNumber, fromNumbers } from "../../src/autodiff/tensor.ts"
import { callOperation } from "../../src/autodiff/transforms/call.ts"
import type { Value } from "../../src/autodiff/value.ts"
import { differences } from "../../src/testing/differences.ts"
import { generator, inner, randomNumbers } from "../../src/testing/numbers.ts"
import { type Meter, meter } from "../figures.ts"
import { casesOf, names as every, hasF64, operandsOf, subsets, typesOf } from "./cases.ts"
import { type Choice, movedTo } from "./engines.ts"
import { truths } from "./truths.ts"

type Run = (...xs: readonly Value[]) => readonly Value[]
const runOf =
  (c: Case): Run =>
  (...xs) =>
    bind(c.operation, xs)
const upload = (types: readonly TensorType[], numbers: readonly Numbers[], engine?: Engine): readonly Value[] =>
  types.map((t, k) => fromNumbers(t, numbers[k] ?? new Float32Array(0), engine))
const sizeOf = (t: TensorType): number => t.shape.reduce((a, b) => a * b, 1)

/** The weighted results with a curved term, differentiated by the operands that are active: what second order looks at. */
const gradientOf =
  (c: Case, active: readonly boolean[], weights: readonly Maybe[]): Run =>
  (...xs) => {
    const curved: Run = (...ys) =>
      bind(c.operation, ys).map((y) => {
        if (!isFloat(y.dtype)) return y
        const square = bindOne(mul.operation, y, y)
        return bindOne(add.operation, y, bindOne(mul.operation, square, fromNumber(y.dtype, 0.5)))
      })
    const made = linearizeValues(curved, xs, active)
    const back = transposeLinear(made.equations, made.inputs, made.tangents, weights)
    return xs.flatMap((x, k) => (active[k] === true ? [orZeros(back[k], x.type)] : []))
  }

/** The results of plain loops, which know no Loop; undefined for the three whose words the tests of keys know. */
function plain(name: string, c: Case, numbers: readonly Numbers[]): readonly Numbers[] | undefined {
  if (!isTold(name)) return undefined
  const operands = typesOf(c).map((t, k) => ({ shape: t.shape, data: [...(numbers[k] ?? [])] }))
  const types = resultTypes(c.operation, typesOf(c))
  return truths[name](operands, c.operation.params).map(({ data }, r) => {
    const out = allocate(types[r]?.array.dtype ?? "f32", data.length)
    out.set(data)
    return out
  })
}
const isTold = (name: string): name is keyof typeof truths => name in truths
/** The results of the same Program on the reference engine. */
const byReference = (name: string, c: Case, numbers: readonly Numbers[]): readonly Numbers[] =>
  bind(
    callOperation(trace(name, typesOf(c), runOf(c)).program),
    upload(typesOf(c), numbers, engineAtOnce("reference")),
  ).map((y) => y.dataSync())

/** Primitives that mean to give another derivative than their values have. */
const untrue: ReadonlySet<string> = new Set(["stopGradient"])

export const primitiveLaws = ({ choose, oracle, f64, title }: Choice, names = every): void => {
  const numRuns = f64 ? 3 : 1
  const onReference = title === "reference"
  beforeAll(choose)

  /** Runs a law over random operands of every case; a case that the engine cannot hold must be refused by name. */
  const everyCase = async (
    name: (typeof names)[number],
    law: (c: Case, numbers: readonly Numbers[], next: () => number) => Promise<void>,
  ): Promise<void> => {
    for (const c of casesOf(name)) {
      if (hasF64(c) && !f64) continue
      await fc.assert(
        fc.asyncProperty(operandsOf(c), fc.nat(), async (numbers, seed) => {
          try {
            await law(c, numbers, generator(seed))
          } catch (error) {
            throw new Error(
              `${name} ${JSON.stringify(c.operation.params)} on ${c.operands.map((o) => `[${o.shape}]`)}: ${error}`,
              { cause: error },
            )
          }
        }),
        { numRuns },
      )
    }
  }
  /** Random tangents or cotangents, on the engine under test and on the oracle's. */
  const twice = (
    types: readonly TensorType[],
    flags: readonly boolean[],
    next: () => number,
  ): readonly [here: readonly Maybe[], there: readonly Maybe[]] => {
    const numbers = types.map((t, k) => (flags[k] === true ? randomNumbers(t, next) : undefined))
    const on = (engine?: Engine): readonly Maybe[] =>
      types.map((t, k) => {
        const x = numbers[k]
        return x === undefined ? undefined : fromNumbers(t, x, engine)
      })
    return [on(), on(oracle())]
  }
  const floats = (types: readonly TensorType[]): readonly boolean[] => types.map((t) => isFloat(t.dtype))
  const operandFloats = (c: Case): readonly boolean[] => floats(typesOf(c))
  const resultsOf = (c: Case): readonly TensorType[] => resultTypes(c.operation, typesOf(c))

  if (!f64)
    it("refuses what has f64, by name", async () => {
      const doubles = names.flatMap(casesOf).filter(hasF64)
      expect(doubles.length).toBeGreaterThan(0)
      for (const c of doubles) {
        const [type] = typesOf(c)
        if (type === undefined) throw new Error("a case without operands")
        const attempt = async (): Promise<unknown> => {
          const x = fromNumbers(type, new Float64Array(sizeOf(type)))
          return Promise.all(bind(c.operation, [x]).map((y) => y.data()))
        }
        await expect(attempt()).rejects.toThrow(EngineError)
      }
    })

  it.for(names)(
    `%s: its shape rule holds, its values are ${onReference ? "those of plain loops" : "the reference's"}`,
    (name, context) => {
      const { elements } = meter(context, title, "values", name)
      return everyCase(name, async (c, numbers) => {
        const types = typesOf(c)
        const results = bind(c.operation, upload(types, numbers))
        expect(results.map((y) => y.type)).toEqual(resultsOf(c))
        const expected = onReference || types.length === 0 ? plain(name, c, numbers) : byReference(name, c, numbers)
        if (expected === undefined) return
        for (const [k, y] of results.entries()) {
          const [found, wanted] = [await y.data(), expected[k] ?? new Float32Array(0)]
          expect(found.length).toBe(sizeOf(y.type))
          expect(found.constructor).toBe(wanted.constructor)
          if (isFloat(y.dtype)) elements(found, wanted, 0.5)
          else expect(found).toEqual(wanted)
        }
      })
    },
  )

  it.for(names)("%s: jvp is the difference of the retyped Program", (name, context) => {
    const { whole } = meter(context, title, "jvp", name)
    return everyCase(name, async (c, numbers, next) => {
      const types = typesOf(c)
      const { program } = trace(name, types, runOf(c))
      const [here, there] = [upload(types, numbers), upload(types, numbers, oracle())]
      for (const active of subsets(operandFloats(c))) {
        const [u, uThere] = twice(types, active, next)
        const { outputs, tangents } = jvpValues(runOf(c), here, u)
        const expected = differences(program, there, uThere)
        for (const [r, y] of outputs.entries()) {
          const [t, wanted] = [tangents[r], expected[r]]
          if (wanted === undefined) expect(t).toBeUndefined()
          else if (untrue.has(name)) expect(t).toBeUndefined()
          else whole(t === undefined ? wanted.map(() => 0) : await t.data(), wanted, y.dtype === "f64" ? "f64" : "f32")
        }
      }
    })
  })

  it.for(names)("%s: <J u, v> = <u, J' v>", (name, context) => {
    const { whole } = meter(context, title, "transpose", name)
    return everyCase(name, async (c, numbers, next) => {
      const types = typesOf(c)
      const here = upload(types, numbers)
      for (const active of subsets(operandFloats(c))) {
        const [u, uThere] = twice(types, active, next)
        const [v, vThere] = twice(resultsOf(c), floats(resultsOf(c)), next)
        const { tangents } = jvpValues(runOf(c), here, u)
        const made = linearizeValues(runOf(c), here, active)
        expect(made.tangents.map((t) => t === undefined)).toEqual(tangents.map((t) => t === undefined))
        const back = transposeLinear(made.equations, made.inputs, made.tangents, v)
        const read = async (xs: readonly Maybe[]): Promise<readonly Maybe[]> => {
          const out: Maybe[] = []
          for (const x of xs) out.push(x === undefined ? undefined : (await movedTo(oracle(), [x]))[0])
          return out
        }
        const [forward, backward] = [inner(await read(tangents), vThere), inner(uThere, await read(back))]
        whole([forward], [backward])
        back.forEach((ct, k) => {
          if (ct !== undefined) expect(ct.type).toBe(types[k])
        })
      }
    })
  })

  const batch = 3
  it.for(names)("%s: a batch is the loop over it", (name, context) => {
    const { elements } = meter(context, title, "batch", name)
    return everyCase(name, (c, _, next) => batchIsLoop(c, next, elements))
  })
  const batchIsLoop = async (c: Case, next: () => number, elements: Meter["elements"]): Promise<void> => {
    const types = typesOf(c)
    const rows = fc.sample(operandsOf(c), { numRuns: batch, seed: Math.floor(next() * 2 ** 31) })
    for (const batched of subsets(types.map(() => true))) {
      const values = types.map((t, k) => {
        const own = rows.map((row) => row[k] ?? allocate(t.array.dtype, sizeOf(t)))
        if (batched[k] === true) return fromNumbers(typeOf(t.dtype, [batch, ...t.shape]), joined(t, own))
        return fromNumbers(t, own[0] ?? allocate(t.array.dtype, 0))
      })
      const made = batchValues(runOf(c), values, batched, { size: batch, name: undefined })
      for (const [r, y] of made.values.entries()) {
        const whole = made.batched[r] === true ? y : repeat(y, batch)
        const found = await whole.data()
        const single = found.length / batch
        for (let i = 0; i < batch; i++) {
          const own = upload(
            types,
            types.map((_, k) => rows[batched[k] === true ? i : 0]?.[k] ?? new Float32Array(0)),
          )
          const wanted = await bind(c.operation, own)[r]?.data()
          const part = found.slice(i * single, (i + 1) * single)
          if (isFloat(y.dtype)) elements(part, wanted ?? [], 0.5)
          else expect(part).toEqual(wanted)
        }
      }
    }
  }

  it.for(names)("%s: second derivatives are symmetric, and the differences of the first", (name, context) => {
    const { whole } = meter(context, title, "second", name)
    return everyCase(name, async (c, numbers, next) => {
      const types = typesOf(c)
      const active = operandFloats(c)
      if (!active.includes(true) || !floats(resultsOf(c)).includes(true)) return
      const [v, vThere] = twice(resultsOf(c), floats(resultsOf(c)), next)
      const [u, uThere] = twice(types, active, next)
      const [w, wThere] = twice(types, active, next)
      const [here, there] = [upload(types, numbers), upload(types, numbers, oracle())]
      const only = (xs: readonly Maybe[]): readonly Maybe[] => xs.filter((_, k) => active[k] === true)
      const hvp = async (direction: readonly Maybe[]): Promise<readonly Value[]> => {
        const { outputs, tangents } = jvpValues(gradientOf(c, active, v), here, direction)
        return movedTo(
          oracle(),
          outputs.map((g, k) => orZeros(tangents[k], g.type)),
        )
      }
      const [hu, hw] = [await hvp(u), await hvp(w)]
      whole([inner(hu, only(wThere))], [inner(hw, only(uThere))])
      if (untrue.has(name)) return
      const { program, captured } = trace(name, types, gradientOf(c, active, vThere))
      const expected = differences(program, [...captured, ...there], [...captured.map(() => undefined), ...uThere])
      for (const [k, h] of hu.entries()) whole(h.dataSync(), expected[k] ?? [], h.dtype === "f64" ? "f64" : "f32")
    })
  })

  it("keys are their words, and words make keys; a batch of either is one operation", async () => {
    const words = Uint32Array.from([1, 2, 0xffffffff, 0, 7, 8])
    const many = fromNumbers(typeOf("u32", [3, 2]), words)
    const keys = bindOne(wordsToKey.operation, many)
    expect(keys.type).toBe(typeOf("key", [3]))
    expect(await keys.data()).toEqual(words)
    const back = bindOne(keyToWords.operation, keys)
    expect(back.type).toBe(typeOf("u32", [3, 2]))
    expect(await back.data()).toEqual(words)
    const axis = { size: 3, name: undefined }
    const batched = batchValues((k) => bind(keyToWords.operation, k === undefined ? [] : [k]), [keys], [true], axis)
    expect(batched.values.map((x) => x.type)).toEqual([typeOf("u32", [3, 2])])
    expect(await batched.values[0]?.data()).toEqual(words)
    const again = batchValues((x) => bind(wordsToKey.operation, x === undefined ? [] : [x]), [many], [true], axis)
    expect(again.values.map((x) => x.type)).toEqual([typeOf("key", [3])])
    expect(await again.values[0]?.data()).toEqual(words)
    for (const operation of [keyToWords.operation, wordsToKey.operation]) {
      const x = operation === keyToWords.operation ? keys : many
      const made = linearizeValues((y) => bind(operation, y === undefined ? [] : [y]), [x], [true])
      expect([made.inputs, made.tangents, made.equations]).toEqual([[undefined], [undefined], []])
    }
    expect(() => bindOne(wordsToKey.operation, fromNumbers(typeOf("f32", [2]), new Float32Array(2)))).toThrow(
      /u32 words/,
    )
    expect((await random.key(2 ** 32 + 5).data()).toString()).toBe("1,5")
  })
}

/** Rows one after the other. */
function joined(t: TensorType, rows: readonly Numbers[]): Numbers {
  const out = allocate(t.array.dtype, rows.length * sizeOf(t))
  rows.forEach((row, k) => {
    out.set(row, k * sizeOf(t))
  })
  return out
}
