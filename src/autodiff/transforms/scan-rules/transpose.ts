/** The transpose of a linear scan is a scan in the other direction. */
import { bind } from "../../interpreter.ts"
import { evalProgram, traceClosed } from "../../interpreters/trace.ts"
import { knownValue, transposeProgram } from "../../interpreters/transpose.ts"
import { orZeros, plus, zeros } from "../../interpreters/zeros.ts"
import type { LinearOperand, Maybe } from "../../program/operation.ts"
import type { TensorType } from "../../program/type.ts"
import { spread } from "../call.ts"
import { at, cutter, divide, flagged, type MakeScan, type Parts } from "./parts.ts"

/** Backwards: the cotangent of the carry is carried, and so are the sums of the constants' cotangents. */
export function transposeScan(
  scan: MakeScan,
  parts: Parts,
  results: readonly TensorType[],
  cotangents: readonly Maybe[],
  operands: readonly LinearOperand[],
): readonly Maybe[] {
  const { body } = parts
  const flags = divide(
    parts,
    operands.map((x) => x.linear),
  )
  if (operands.slice(parts.constants, parts.constants + parts.carry).some((x) => !x.linear))
    return transposeScan(
      scan,
      parts,
      results,
      cotangents,
      operands.map((x, k) =>
        k >= parts.constants && k < parts.constants + parts.carry ? { linear: true, type: x.type } : x,
      ),
    ).map((x, k) => (operands[k]?.linear === true ? x : undefined))
  const inner = divide(
    parts,
    body.inputs.map((v) => v.type),
  )
  const linearFlags = [...flags.constants, ...inner.carry.map(() => true), ...flags.xs]
  const back = transposeProgram(body, linearFlags)
  const ysTypes = body.outputs.slice(parts.carry).map((a) => a.type)
  const known = divide(parts, operands)
  const constantValues = known.constants.flatMap((x) => (x.linear ? [] : [knownValue(x, "scan")]))
  const rowValues = known.xs.flatMap((x) => (x.linear ? [] : [knownValue(x, "scan")]))
  const summedTypes = flagged(inner.constants, flags.constants)
  const rowTypes = inner.xs.filter((_, k) => flags.xs[k] !== true)
  const counts = { k: constantValues.length, c: inner.carry.length, s: summedTypes.length, r: rowTypes.length }
  const backward = traceClosed(
    back.name,
    [...constantValues.map((x) => x.type), ...inner.carry, ...summedTypes, ...rowTypes, ...ysTypes],
    (...all) => {
      const cut = cutter(all)
      const [k, c, s, r] = [cut(counts.k), cut(counts.c), cut(counts.s), cut(counts.r)]
      // `back` gives cotangents of linear constants, then of the carry, then of linear rows, in the order of the inputs.
      const out = cutter(evalProgram(back, [...k, ...r, ...c, ...cut()]))
      const [ofConstants, ofCarry] = [out(counts.s), out(counts.c)]
      return [...ofCarry, ...s.map((sum, n) => plus(sum, ofConstants[n]) ?? sum), ...out()]
    },
  )
  const made = cutter(
    bind(
      scan({
        body: backward,
        constants: counts.k,
        carry: counts.c + counts.s,
        length: parts.length,
        reverse: !parts.reverse,
      }),
      [
        ...constantValues,
        ...inner.carry.map((t, k) => orZeros(cotangents[k], t)),
        ...summedTypes.map(zeros),
        ...rowValues,
        ...ysTypes.map((_, k) => orZeros(cotangents[parts.carry + k], at(results, parts.carry + k))),
      ],
    ),
  )
  const [ofCarry, ofConstants] = [made(counts.c), made(counts.s)]
  return [...spread(ofConstants, flags.constants), ...ofCarry, ...spread(made(), flags.xs)]
}
