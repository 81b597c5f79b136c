/** A scan split in two: one that keeps residuals row by row, and a linear one over tangents that reads them. */
import { bind } from "../../interpreter.ts"
import { linearizeProgram } from "../../interpreters/linearize.ts"
import { evalProgram, traceClosed } from "../../interpreters/trace.ts"
import { orZeros } from "../../interpreters/zeros.ts"
import type { Dual, Maybe } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import { spread } from "../call.ts"
import { activeCarry, at, cutter, divide, flagged, type MakeScan, type Parts } from "./parts.ts"

export function linearizeScan(
  scan: MakeScan,
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
  const made = bind(scan({ ...parts, body: forward }), primals)
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
    bind(scan({ ...parts, body: linearBody, constants: counts.cr + counts.ct, carry: counts.st }), [
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
