/** Forward mode of a scan: the tangents are carried, and come row by row, beside what they belong to. */
import { bind } from "../../interpreter.ts"
import { evalProgram, traceClosed } from "../../interpreters/trace.ts"
import { orZeros } from "../../interpreters/zeros.ts"
import type { Dual, Maybe } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import { jvpProgram, spread } from "../call.ts"
import { activeCarry, cutter, divide, flagged, type MakeScan, type Parts } from "./parts.ts"

export function jvpScan(scan: MakeScan, parts: Parts, primals: readonly Value[], tangents: readonly Maybe[]): Dual {
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
  const made = bind(scan({ ...parts, body: reordered, constants: counts.c + counts.ct, carry: counts.s + counts.st }), [
    ...given.constants,
    ...moving.constants.filter((t) => t !== undefined),
    ...given.carry,
    ...given.carry.flatMap((x, k) => (carry[k] === true ? [orZeros(moving.carry[k], x.type)] : [])),
    ...given.xs,
    ...moving.xs.filter((t) => t !== undefined),
  ])
  const cut = cutter(made)
  const [carried, carriedT, ys] = [cut(parts.carry), cut(counts.st), cut(outputs - parts.carry)]
  return { outputs: [...carried, ...ys], tangents: [...spread(carriedT, carry), ...spread(cut(), activeYs)] }
}
