/** The transpose of a linear program: cotangents flow from the results back to the inputs, one equation at a time. */

import { internal } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { derivedOperation } from "../primitives/loop.ts"
import { transposeLoop } from "../program/loop/derive/transpose.ts"
import type { LinearOperand, LoopOperation, Maybe } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { derivedOnce, flagKey } from "../program/tables.ts"
import type { TensorType } from "../program/type.ts"
import type { Value } from "../value.ts"
import { type LinearEquation, recordLinear, type Unknown } from "./linearize.ts"
import { meaningOf } from "./meaning.ts"
import { evalProgram, traceClosed } from "./trace.ts"
import { orZeros, plus } from "./zeros.ts"

/** Cotangents of the unknowns in `inputs`, in the current interpreter; undefined is zero. */
export function transposeLinear(
  equations: readonly LinearEquation[],
  inputs: readonly (Unknown | undefined)[],
  tangents: readonly Maybe[],
  cotangents: readonly Maybe[],
): readonly Maybe[] {
  const unknown = new Set<Value>(inputs.filter((u) => u !== undefined))
  for (const e of equations) for (const u of e.outputs) unknown.add(u)
  const sums = new Map<Value, Value>()
  const give = (u: Value, ct: Maybe): void => {
    const total = plus(sums.get(u), ct)
    if (total !== undefined) sums.set(u, total)
  }
  tangents.forEach((t, k) => {
    if (t !== undefined && unknown.has(t)) give(t, cotangents[k])
  })
  for (let k = equations.length - 1; k >= 0; k--) {
    const e = equations[k]
    if (e === undefined) continue
    const incoming = e.outputs.map((u) => sums.get(u))
    if (incoming.every((ct) => ct === undefined)) continue
    const operands = e.operands.map(
      (x): LinearOperand =>
        unknown.has(x) ? { linear: true, type: x.type } : { linear: false, value: x, type: x.type },
    )
    const outgoing =
      e.operation.kind === "loop" && e.operation.transpose === undefined
        ? loopCotangents(e.operation, incoming, operands)
        : (e.operation.transpose?.(incoming, operands) ?? [])
    e.operands.forEach((x, at) => {
      if (unknown.has(x)) give(x, outgoing[at])
    })
  }
  return inputs.map((u) => u && sums.get(u))
}

/** The derived rule: for each linear operand and each result with a cotangent, the transposed Loops, added up. */
function loopCotangents(
  operation: LoopOperation,
  cotangents: readonly Maybe[],
  operands: readonly LinearOperand[],
): readonly Maybe[] {
  const loop = meaningOf(
    operation,
    operands.map((x) => x.type),
  )
  const linear = operands.map((x) => x.linear)
  return operands.map((operand, slot) => {
    if (!operand.linear) return undefined
    let total: Maybe
    cotangents.forEach((ct, result) => {
      if (ct === undefined) return
      const { first, terms } = transposeLoop(loop, slot, result, linear)
      const g = first === undefined ? ct : bindOne(derivedOperation(`transpose(${operation.name})`, first), ct)
      for (const term of terms) {
        const sources = term.sources.map((s) => (s === "cotangent" ? g : knownValue(operands[s], operation.name)))
        total = plus(total, bindOne(derivedOperation(`transpose(${operation.name})`, term.loop), ...sources))
      }
    })
    return total
  })
}
export function knownValue(operand: LinearOperand | undefined, name: string): Value {
  if (operand === undefined || operand.linear) throw internal(`the transpose of ${name} reads a linear operand`)
  return operand.value
}

const once = derivedOnce<Program, Program>()

/**
 * The transpose of a Program that is linear in some inputs: (the other inputs, cotangents of all results) -> cotangents
 * of the linear inputs, zeros made real.
 */
export function transposeProgram(program: Program, linear: readonly boolean[]): Program {
  return once(program, flagKey(linear), () => derive(program, linear))
}
function derive(program: Program, linear: readonly boolean[]): Program {
  const types: readonly TensorType[] = program.inputs.map((v) => v.type)
  const constants = types.filter((_, k) => linear[k] !== true)
  const outputs = program.outputs.map((a) => a.type)
  return traceClosed(`transpose(${program.name})`, [...constants, ...outputs], (...inputs) => {
    let next = 0
    const given = types.map((_, k) => (linear[k] === true ? undefined : inputs[next++]))
    const cotangents = inputs.slice(constants.length)
    const made = recordLinear((...xs) => evalProgram(program, xs), types, given, program.name)
    const back = transposeLinear(made.equations, made.inputs, made.tangents, cotangents)
    return types.flatMap((t, k) => (linear[k] === true ? [orZeros(back[k], t)] : []))
  })
}
