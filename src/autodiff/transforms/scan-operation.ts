/** The rules of scan: each transform of a scan is a scan of the transformed body. */
import { bind } from "../interpreter.ts"
import { batchProgram, moveAxis, repeat } from "../interpreters/batch.ts"
import { linearizeProgram } from "../interpreters/linearize.ts"
import { evalProgram, traceClosed } from "../interpreters/trace.ts"
import { transposeProgram, knownValue } from "../interpreters/transpose.ts"
import { orZeros, plus, zeros } from "../interpreters/zeros.ts"
import { internal } from "../errors.ts"
import type { Dual, LinearOperand, Maybe, ScanOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { type TensorType, typeOf } from "../program/type.ts"
import type { Value } from "../value.ts"
import { jvpProgram, spread } from "./call.ts"

interface Parts {
  readonly body: Program
  readonly constants: number
  readonly carry: number
  readonly length: number
  readonly reverse: boolean
}

const stacked = (type: TensorType, length: number): TensorType => typeOf(type.dtype, [length, ...type.shape])
const flagged = <T>(xs: readonly T[], flags: readonly boolean[]): readonly T[] => xs.filter((_, k) => flags[k] === true)

/** Operands by their part. */
function divide<T>(
  { constants, carry }: Parts,
  xs: readonly T[],
): { readonly constants: readonly T[]; readonly carry: readonly T[]; readonly xs: readonly T[] } {
  return {
    constants: xs.slice(0, constants),
    carry: xs.slice(constants, constants + carry),
    xs: xs.slice(constants + carry),
  }
}

/** Grows the set of active carries until the body gives no more: a carry that becomes active once is active throughout. */
function settle(
  start: readonly boolean[],
  round: (carry: readonly boolean[]) => readonly boolean[],
): readonly boolean[] {
  let carry = start
  for (;;) {
    const out = round(carry)
    const next = carry.map((c, k) => c || out[k] === true)
    if (next.every((c, k) => c === carry[k])) return carry
    carry = next
  }
}

export function scanOperation(parts: Parts): ScanOperation {
  const { body, length, reverse } = parts
  const results = body.outputs.map((a, k) => (k < parts.carry ? a.type : stacked(a.type, length)))
  const params = { constants: parts.constants, carry: parts.carry, length, reverse }
  return {
    kind: "scan",
    name: "scan",
    params,
    key: `scan ${body.id} ${JSON.stringify(params)}`,
    ...parts,
    results: () => results,
    jvp: (primals, tangents) => jvpScan(parts, primals, tangents),
    linearize: (primals, tangents, linear) => linearizeScan(parts, primals, tangents, linear),
    transpose: (cotangents, operands) => transposeScan(parts, results, cotangents, operands),
    batch: (values, batched, axis) => {
      const flags = divide(parts, batched)
      const bodyFlags = (carry: readonly boolean[]): readonly boolean[] => [...flags.constants, ...carry, ...flags.xs]
      const force = (carry: readonly boolean[]): readonly boolean[] => body.outputs.map((_, k) => carry[k] === true)
      const carry = settle(flags.carry, (c) => batchProgram(body, bodyFlags(c), axis, force(c)).batched)
      const made = batchProgram(body, bodyFlags(carry), axis, force(carry))
      const given = divide(parts, values)
      const operands = [
        ...given.constants,
        ...given.carry.map((x, k) => (carry[k] === true && flags.carry[k] !== true ? repeat(x, axis.size) : x)),
        // Rows are taken along the first axis, so the batch steps behind it.
        ...given.xs.map((x, k) => (flags.xs[k] === true ? moveAxis(x, 0, 1) : x)),
      ]
      const out = bind(scanOperation({ ...parts, body: made.program }), operands)
      return {
        values: out.map((x, k) => (k >= parts.carry && made.batched[k] === true ? moveAxis(x, 1, 0) : x)),
        batched: made.batched,
      }
    },
  }
}

function activeCarry(
  parts: Parts,
  active: readonly boolean[],
  outputs: (flags: readonly boolean[], force: readonly boolean[]) => readonly boolean[],
): readonly boolean[] {
  const flags = divide(parts, active)
  return settle(flags.carry, (carry) => outputs([...flags.constants, ...carry, ...flags.xs], carry))
}

function jvpScan(parts: Parts, primals: readonly Value[], tangents: readonly Maybe[]): Dual {
  const { body } = parts
  const active = tangents.map((t) => t !== undefined)
  const flags = divide(parts, active)
  const carry = activeCarry(parts, active, (f, force) => jvpProgram(body, f, force).activeOutputs)
  const bodyFlags = [...flags.constants, ...carry, ...flags.xs]
  const { program: dual, activeOutputs } = jvpProgram(body, bodyFlags, carry)
  const given = divide(parts, primals)
  const moving = divide(parts, tangents)
  const types = body.inputs.map((v) => v.type)
  const inner = divide(parts, types)
  const outputs = body.outputs.length
  const activeYs = activeOutputs.slice(parts.carry)
  // The dual body takes all primals, then all tangents; a scan wants constants, carry and rows, each with its tangents.
  const counts = {
    c: given.constants.length,
    ct: flags.constants.filter(Boolean).length,
    s: given.carry.length,
    st: carry.filter(Boolean).length,
    x: given.xs.length,
  }
  const reordered = traceClosed(
    `jvp(${body.name})`,
    [
      ...inner.constants,
      ...flagged(inner.constants, flags.constants),
      ...inner.carry,
      ...flagged(inner.carry, carry),
      ...inner.xs,
      ...flagged(inner.xs, flags.xs),
    ],
    (...all) => {
      const cut = cutter(all)
      const [c, ct, s, st, x] = [cut(counts.c), cut(counts.ct), cut(counts.s), cut(counts.st), cut(counts.x)]
      const out = evalProgram(dual, [...c, ...s, ...x, ...ct, ...st, ...cut()])
      const tangentsOut = out.slice(outputs)
      return [
        ...out.slice(0, parts.carry),
        ...tangentsOut.slice(0, counts.st),
        ...out.slice(parts.carry, outputs),
        ...tangentsOut.slice(counts.st),
      ]
    },
  )
  const made = bind(
    scanOperation({ ...parts, body: reordered, constants: counts.c + counts.ct, carry: counts.s + counts.st }),
    [
      ...given.constants,
      ...moving.constants.filter((t) => t !== undefined),
      ...given.carry,
      ...given.carry.flatMap((x, k) => (carry[k] === true ? [orZeros(moving.carry[k], x.type)] : [])),
      ...given.xs,
      ...moving.xs.filter((t) => t !== undefined),
    ],
  )
  const cut = cutter(made)
  const [carried, carriedT, ys] = [cut(parts.carry), cut(counts.st), cut(outputs - parts.carry)]
  return { outputs: [...carried, ...ys], tangents: [...spread(carriedT, carry), ...spread(cut(), activeYs)] }
}

/** Takes values off the front, so many at a time; without a number, the rest. */
function cutter<T>(all: readonly T[]): (n?: number) => readonly T[] {
  let at = 0
  return (n = all.length - at) => {
    const from = at
    at += n
    return all.slice(from, at)
  }
}

function linearizeScan(
  parts: Parts,
  primals: readonly Value[],
  tangents: readonly Maybe[],
  linear: <R>(f: () => R) => R,
): Dual {
  const { body } = parts
  const active = tangents.map((t) => t !== undefined)
  const flags = divide(parts, active)
  const carry = activeCarry(parts, active, (f, force) => linearizeProgram(body, f, force).activeOutputs)
  const split = linearizeProgram(body, [...flags.constants, ...carry, ...flags.xs], carry)
  const given = divide(parts, primals)
  const moving = divide(parts, tangents)

  // A residual that is a constant of the scan stays one: stacking it would copy a weight matrix once per round.
  const constantAt = split.residualInputs.map((at) => (at !== undefined && at < parts.constants ? at : undefined))
  const stackedResiduals = constantAt.flatMap((at, k) => (at === undefined ? [k] : []))
  const outputs = body.outputs.length
  const forward = traceClosed(
    `${body.name}`,
    body.inputs.map((v) => v.type),
    (...inputs) => {
      const out = evalProgram(split.primal, inputs)
      return [...out.slice(0, outputs), ...stackedResiduals.map((k) => at(out, outputs + k))]
    },
  )
  const made = bind(scanOperation({ ...parts, body: forward }), primals)
  const rowsOfResiduals = made.slice(outputs)

  const residualTypes = split.linear.inputs.slice(0, split.residuals).map((v) => v.type)
  const inner = divide(
    parts,
    body.inputs.map((v) => v.type),
  )
  const constantResiduals = constantAt.flatMap((c, k) => (c === undefined ? [] : [k]))
  const counts = {
    cr: constantResiduals.length,
    ct: flags.constants.filter(Boolean).length,
    st: carry.filter(Boolean).length,
    r: stackedResiduals.length,
  }
  const linearBody = traceClosed(
    split.linear.name,
    [
      ...constantResiduals.map((k) => at(residualTypes, k)),
      ...flagged(inner.constants, flags.constants),
      ...flagged(inner.carry, carry),
      ...stackedResiduals.map((k) => at(residualTypes, k)),
      ...flagged(inner.xs, flags.xs),
    ],
    (...all) => {
      const cut = cutter(all)
      const [cr, ct, st, r] = [cut(counts.cr), cut(counts.ct), cut(counts.st), cut(counts.r)]
      const residuals = residualTypes.map((_, k) =>
        constantAt[k] === undefined ? at(r, stackedResiduals.indexOf(k)) : at(cr, constantResiduals.indexOf(k)),
      )
      return evalProgram(split.linear, [...residuals, ...ct, ...st, ...cut()])
    },
  )
  const out = linear(() =>
    bind(scanOperation({ ...parts, body: linearBody, constants: counts.cr + counts.ct, carry: counts.st }), [
      ...constantAt.flatMap((c) => (c === undefined ? [] : [at(given.constants, c)])),
      ...moving.constants.filter((t) => t !== undefined),
      ...given.carry.flatMap((x, k) => (carry[k] === true ? [orZeros(moving.carry[k], x.type)] : [])),
      ...rowsOfResiduals,
      ...moving.xs.filter((t) => t !== undefined),
    ]),
  )
  const activeYs = split.activeOutputs.slice(parts.carry)
  return {
    outputs: made.slice(0, outputs),
    tangents: [...spread(out.slice(0, counts.st), carry), ...spread(out.slice(counts.st), activeYs)],
  }
}
function at<T>(xs: readonly T[], k: number): T {
  const x = xs[k]
  if (x === undefined) throw internal("a scan lacks a value")
  return x
}

/** Backwards: the cotangent of the carry is carried, and so are the sums of the constants' cotangents. */
function transposeScan(
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
      scanOperation({
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
