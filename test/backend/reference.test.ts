import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Element } from "../../src/autodiff/dtype.ts"
import { mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import { constant, fold } from "../../src/autodiff/program/loop/scalar.ts"
import { binaryOf, bitcastOf, castOf, unaryOf } from "../../src/backend/compile/arithmetic.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { naive } from "./naive.ts"
import { dice, randomLoop, randomValues, wholeGrammar } from "./random-loops.ts"

describe("what every scalar operation gives", () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ["i32 add wraps", binaryOf("add", "i32")(2 ** 31 - 1, 1), -(2 ** 31)],
    ["i32 mul keeps the low 32 bits", binaryOf("mul", "i32")(123456789, 987654321), -67153019],
    ["u32 mul keeps the low 32 bits", binaryOf("mul", "u32")(2 ** 32 - 1, 2 ** 32 - 1), 1],
    ["u32 sub wraps", binaryOf("sub", "u32")(0, 1), 2 ** 32 - 1],
    ["i32 div truncates", binaryOf("div", "i32")(-7, 2), -3],
    ["i32 rem has the sign of the dividend", binaryOf("rem", "i32")(-7, 2), -1],
    ["i32 div by 0", binaryOf("div", "i32")(7, 0), 0],
    ["i32 rem by 0", binaryOf("rem", "i32")(7, 0), 0],
    ["i32 lowest div -1 wraps", binaryOf("div", "i32")(-(2 ** 31), -1), -(2 ** 31)],
    ["i32 lowest rem -1", binaryOf("rem", "i32")(-(2 ** 31), -1), 0],
    ["u32 div is unsigned", binaryOf("div", "u32")(2 ** 32 - 1, 2), 2 ** 31 - 1],
    ["shl takes the count modulo 32", binaryOf("shl", "i32")(1, 33), 2],
    ["i32 shr is arithmetic", binaryOf("shr", "i32")(-8, 1), -4],
    ["u32 shr is logical", binaryOf("shr", "u32")(2 ** 31, 31), 1],
    ["u32 shl stays unsigned", binaryOf("shl", "u32")(1, 31), 2 ** 31],
    ["f32 add rounds", binaryOf("add", "f32")(2 ** 24, 1), 2 ** 24],
    ["f64 add does not", binaryOf("add", "f64")(2 ** 24, 1), 2 ** 24 + 1],
    ["max keeps NaN on the left", binaryOf("max", "f32")(Number.NaN, 1), Number.NaN],
    ["max keeps NaN on the right", binaryOf("max", "f32")(1, Number.NaN), Number.NaN],
    ["min keeps NaN", binaryOf("min", "f64")(1, Number.NaN), Number.NaN],
    ["pow(1, NaN)", binaryOf("pow", "f32")(1, Number.NaN), Number.NaN],
    ["not of a bool", unaryOf("not", "bool")(1), 0],
    ["not of a u32", unaryOf("not", "u32")(0), 2 ** 32 - 1],
    ["neg of the lowest i32", unaryOf("neg", "i32")(-(2 ** 31)), -(2 ** 31)],
    ["exp in f32", unaryOf("exp", "f32")(1), Math.fround(Math.E)],
    ["cast truncates", castOf("i32", "f32")(-2.7), -2],
    ["cast saturates above", castOf("i32", "f64")(1e10), 2 ** 31 - 1],
    ["cast saturates below", castOf("i32", "f32")(-Infinity), -(2 ** 31)],
    ["cast to u32 saturates at 0", castOf("u32", "f32")(-1), 0],
    ["cast of NaN to an integer", castOf("i32", "f32")(Number.NaN), 0],
    ["cast of NaN to bool", castOf("bool", "f32")(Number.NaN), 1],
    ["cast of -0 to bool", castOf("bool", "f32")(-0), 0],
    ["cast of i32 to u32 keeps the bits", castOf("u32", "i32")(-1), 2 ** 32 - 1],
    ["cast of u32 to i32 keeps the bits", castOf("i32", "u32")(2 ** 32 - 1), -1],
    ["cast of f64 to f32 rounds", castOf("f32", "f64")(0.1), Math.fround(0.1)],
    ["bitcast of 1.0", bitcastOf("u32", "f32")(1), 0x3f800000],
    ["bitcast to f32", bitcastOf("f32", "i32")(0x40490fdb), Math.fround(Math.PI)],
  ]
  it.each(cases)("%s", (_, found, wanted) => {
    expect(found).toBe(wanted)
  })
})

describe("the reference engine", () => {
  it("gives what the definition gives, for random Loops of every form and dtype", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 4 }), (seed, depth) => {
        const d = dice(seed)
        const loop = randomLoop(d, wholeGrammar, depth)
        const inputs = loop.inputs.map((x) => randomValues(d, x, true))
        expect(kernelOf(loop).run(inputs)).toEqual(naive(loop, inputs))
      }),
      { numRuns: 2000 },
    )
  })

  it("folds to the unit over nothing", () => {
    const empty = (monoid: "sum" | "prod" | "max" | "min" | "and" | "or", dtype: Element): number | undefined =>
      kernelOf(mapLoop([], [], () => fold(monoid, 0, () => constant(1, dtype)))).run([])[0]?.[0]
    expect(empty("sum", "f32")).toBe(0)
    expect(empty("prod", "i32")).toBe(1)
    expect(empty("max", "f32")).toBe(-Infinity)
    expect(empty("max", "u32")).toBe(0)
    expect(empty("min", "i32")).toBe(2 ** 31 - 1)
    expect(empty("min", "u32")).toBe(2 ** 32 - 1)
    expect(empty("and", "bool")).toBe(1)
    expect(empty("or", "bool")).toBe(0)
  })
})
