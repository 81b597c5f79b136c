/** An operation that runs a Program: what jit, checkpoint and the custom rules become inside another transform. */

import { internal } from "../errors.ts"
import { bind } from "../interpreter.ts"
import { batchProgram } from "../interpreters/batch.ts"
import { jvpValues } from "../interpreters/jvp.ts"
import { linearizeProgram, type SplitProgram } from "../interpreters/linearize.ts"
import { evalProgram, traceClosed } from "../interpreters/trace.ts"
import { knownValue, transposeProgram } from "../interpreters/transpose.ts"
import { hasTangent, orZeros } from "../interpreters/zeros.ts"
import type { Dual, Maybe, ProgramOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { derivedOnce, flagKey } from "../program/tables.ts"
import type { Value } from "../value.ts"

export const resultsOfProgram = (program: Program) => () => program.outputs.map((a) => a.type)

export function callOperation(program: Program, name = program.name): ProgramOperation {
  const operation: ProgramOperation = {
    kind: "program",
    name,
    params: {},
    key: `call ${name} ${program.id}`,
    program,
    results: resultsOfProgram(program),
    jvp: (primals, tangents) => {
      const active = tangents.map((t) => t !== undefined)
      const { program: dual, activeOutputs } = jvpProgram(program, active)
      const made = bind(callOperation(dual, `jvp(${name})`), [...primals, ...tangents.filter((t) => t !== undefined)])
      return {
        outputs: made.slice(0, program.outputs.length),
        tangents: spread(made.slice(program.outputs.length), activeOutputs),
      }
    },
    linearize: (primals, tangents, linear) => {
      const split = linearizeProgram(
        program,
        tangents.map((t) => t !== undefined),
      )
      const made = bind(callOperation(split.primal, name), primals)
      return linearCall(split, made, tangents, linear, name)
    },
    transpose: (cotangents, operands) => {
      const flags = operands.map((x) => x.linear)
      const constants = operands.filter((x) => !x.linear).map((x) => knownValue(x, name))
      const given = program.outputs.map((a, k) => orZeros(cotangents[k], a.type))
      return spread(
        bind(callOperation(transposeProgram(program, flags), `transpose(${name})`), [...constants, ...given]),
        flags,
      )
    },
    batch: (values, batched, axis) => {
      const made = batchProgram(program, batched, axis)
      return { values: bind(callOperation(made.program, `batch(${name})`), values), batched: made.batched }
    },
  }
  return operation
}

/** Whether an operation is its Program and nothing else; checkpoints, custom rules and solves keep rules of their own. */
export const isPlainCall = (operation: ProgramOperation): boolean =>
  operation.key === callOperation(operation.program, operation.name).key

/** The linear half of a split program as one call, its residuals taken from the results of the other half. */
export function linearCall(
  split: SplitProgram,
  made: readonly Value[],
  tangents: readonly Maybe[],
  linear: <R>(f: () => R) => R,
  name: string,
): Dual {
  const count = made.length - split.residuals
  const residuals = made.slice(count)
  const given = tangents.filter((t) => t !== undefined)
  const out = linear(() => bind(callOperation(split.linear, `linear(${name})`), [...residuals, ...given]))
  return { outputs: made.slice(0, count), tangents: spread(out, split.activeOutputs) }
}

/** Values put where the flags are set, undefined elsewhere. */
export function spread(values: readonly Value[], flags: readonly boolean[]): readonly Maybe[] {
  let next = 0
  return flags.map((f) => (f ? values[next++] : undefined))
}

export interface JvpProgram {
  /** primals, then tangents of active inputs -> results, then tangents of active results. */
  readonly program: Program
  readonly activeOutputs: readonly boolean[]
}
const once = derivedOnce<Program, JvpProgram>()

/** `force`: results that get a tangent even where it is zero, as a loop's carry must. */
export function jvpProgram(program: Program, active: readonly boolean[], force: readonly boolean[] = []): JvpProgram {
  return once(program, `${flagKey(active)} ${flagKey(force)}`, () => derive(program, active, force))
}
function derive(program: Program, active: readonly boolean[], force: readonly boolean[]): JvpProgram {
  const types = program.inputs.map((v) => v.type)
  let activeOutputs: readonly boolean[] = []
  const made = traceClosed(
    `jvp(${program.name})`,
    [...types, ...types.filter((_, k) => active[k] === true)],
    (...inputs) => {
      const primals = inputs.slice(0, types.length)
      const dual = jvpValues(
        (...xs) => evalProgram(program, xs),
        primals,
        spread(inputs.slice(types.length), active),
        program.name,
      )
      activeOutputs = dual.tangents.map(
        (t, k) => t !== undefined || (force[k] === true && hasTangent(outputAt(dual.outputs, k).type)),
      )
      const tangents = dual.tangents.flatMap((t, k) =>
        activeOutputs[k] === true ? [orZeros(t, outputAt(dual.outputs, k).type)] : [],
      )
      return [...dual.outputs, ...tangents]
    },
  )
  return { program: made, activeOutputs }
}
function outputAt(outputs: readonly Value[], k: number): Value {
  const x = outputs[k]
  if (x === undefined) throw internal(`no result ${k}`)
  return x
}
