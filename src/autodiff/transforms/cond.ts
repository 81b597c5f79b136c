/** Choices made while the Program runs. */
import { functionArgument, typed } from "../boundary.ts"
import { CotangentError, DTypeError, internal } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { batchProgram } from "../interpreters/batch.ts"
import { linearizeProgram } from "../interpreters/linearize.ts"
import { selectExamples } from "../interpreters/select.ts"
import { evalProgram, programClaims, traceClosed } from "../interpreters/trace.ts"
import { knownValue, transposeProgram } from "../interpreters/transpose.ts"
import { orZeros, zeros } from "../interpreters/zeros.ts"
import { cast } from "../primitives/cast.ts"
import { equal } from "../primitives/compare.ts"
import { keyToWords, wordsToKey } from "../primitives/key-words.ts"
import { maximum } from "../primitives/maximum.ts"
import { minimum } from "../primitives/minimum.ts"
import type { BatchAxis, Batched, CondOperation, Dual, LinearOperand, Maybe } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { showType } from "../program/type.ts"
import type { Cond, SwitchOn } from "../signatures/control.ts"
import { fromNumber } from "../tensor.ts"
import { flatten } from "../tree.ts"
import { Value } from "../value.ts"
import { callOn, settled } from "./arguments.ts"
import { jvpProgram, spread } from "./call.ts"
import { claimingWhere } from "./lane-claims.ts"
import { expectSameResults, subProgram } from "./sub-programs.ts"

/**
 * One of two functions, by a bool: only the chosen one runs (under vmap over the predicate both run, and each example
 * takes its own). Both must return the same structure, shapes and dtypes.
 *
 * @throws CotangentError where the branches differ; DTypeError where the predicate is no single bool.
 * @example
 * ```ts
 * import { cond, less, mul, neg, tensor } from "cotangent"
 * const x = tensor(-3)
 * console.log(await cond(less(x, 0), (v) => neg(v), (v) => mul(v, 2), x).item())
 * ```
 */
export const cond: Cond = typed(
  (predicate: unknown, whenTrue: unknown, whenFalse: unknown, ...operands: readonly unknown[]) => {
    const [p] = flatten(predicate, "the predicate").leaves
    if (p === undefined || p.dtype !== "bool" || p.shape.length > 0)
      throw new DTypeError(
        "predicate",
        `cond: the predicate must be one bool, got ${p === undefined ? "nothing" : showType(p.type)}; compare, or reduce with any or all`,
      )
    return choose("cond", bindOne(cast.to("i32"), p), [whenFalse, whenTrue], operands)
  },
)

/**
 * One of several functions, by an integer, which is clamped into range.
 *
 * @example
 * ```ts
 * import { mul, switchOn, tensor } from "cotangent"
 * console.log(await switchOn(1, [(v) => v, (v) => mul(v, 10)], tensor(2)).item())
 * ```
 */
export const switchOn: SwitchOn = typed(
  (index: unknown, branches: readonly unknown[], ...operands: readonly unknown[]) => {
    if (branches.length === 0) throw new CotangentError("no-branches", "switchOn: needs at least one branch")
    const at = typeof index === "number" ? fromNumber("i32", index) : index
    if (!(at instanceof Value) || at.shape.length > 0 || (at.dtype !== "i32" && at.dtype !== "u32"))
      throw new DTypeError(
        "switch-index",
        `switchOn: the index must be one integer, got ${at instanceof Value ? showType(at.type) : typeof at}`,
      )
    return choose("switchOn", bindOne(cast.to("i32"), at), branches, operands)
  },
)

function choose(op: string, index: Value, branches: readonly unknown[], operands: readonly unknown[]): unknown {
  const flat = settled(flatten(operands, "operands"))
  const types = flat.leaves.map((x) => x.type)
  const made = branches.map((f) => {
    const call = functionArgument(op, f)
    return subProgram(op, types, (leaves) => callOn(call, flat, leaves))
  })
  // A cond's branches come with the false one first, for its index 0; the message names them in the order of the call.
  const [first, ...others] = op === "cond" ? made.toReversed() : made
  if (first === undefined) throw internal(`${op} without branches`)
  for (const other of others) expectSameResults(op, first.result, other.result)
  // Every branch takes what any of them captured, so that all have the same operands.
  const captured = [...new Set(made.flatMap((m) => m.captured))]
  const programs = made.map((m) =>
    traceClosed(m.program.name, [...captured.map((x) => x.type), ...types], (...inputs) =>
      evalProgram(m.program, [
        ...m.captured.map((x) => inputOf(inputs, captured.indexOf(x))),
        ...inputs.slice(captured.length),
      ]),
    ),
  )
  return first.result.build(bind(condOperation(programs), [index, ...captured, ...flat.leaves]))
}
function inputOf(inputs: readonly Value[], k: number): Value {
  const x = inputs[k]
  if (x === undefined) throw internal("a branch lacks an input")
  return x
}

const renamed = (x: Value): Value =>
  x.dtype === "key" ? bindOne(wordsToKey.operation, bindOne(keyToWords.operation, x)) : x

export function condOperation(branches: readonly Program[]): CondOperation {
  const [first] = branches
  if (first === undefined) throw internal("a choice between nothing")
  const types = first.outputs.map((a) => a.type)
  return {
    kind: "cond",
    name: "cond",
    params: {},
    key: `cond ${branches.map((b) => b.id).join(" ")}`,
    branches,
    over: (programs) => condOperation(programs),
    results: () => types,
    jvp: ([index, ...primals], [, ...tangents]) => {
      const active = tangents.map((t) => t !== undefined)
      const once = branches.map((b) => jvpProgram(b, active).activeOutputs)
      const force = types.map((_, k) => once.some((o) => o[k] === true))
      const dual = branches.map((b) => jvpProgram(b, active, force).program)
      const made = bind(condOperation(dual), [indexOf(index), ...primals, ...tangents.filter((t) => t !== undefined)])
      return { outputs: made.slice(0, types.length), tangents: spread(made.slice(types.length), force) }
    },
    linearize: ([index, ...primals], [, ...tangents], linear) =>
      linearizeCond(branches, indexOf(index), primals, tangents, linear),
    transpose: (cotangents, [index, ...operands]) => transposeCond(branches, cotangents, index, operands),
    batch: (values, batched, axis) => batchCond(branches, values, batched, axis),
  }
}
const indexOf = (x: Value | undefined): Value => {
  if (x === undefined) throw internal("a choice without an index")
  return x
}

/** All branches give room for all residuals; those of the branches not taken are zeros that nobody reads. */
function linearizeCond(
  branches: readonly Program[],
  index: Value,
  primals: readonly Value[],
  tangents: readonly Maybe[],
  linear: <R>(f: () => R) => R,
): Dual {
  const active = tangents.map((t) => t !== undefined)
  const once = branches.map((b) => linearizeProgram(b, active).activeOutputs)
  const outputs = branches[0]?.outputs.length ?? 0
  const force = Array.from({ length: outputs }, (_, k) => once.some((o) => o[k] === true))
  const splits = branches.map((b) => linearizeProgram(b, active, force))
  const residualTypes = splits.map((s) => s.linear.inputs.slice(0, s.residuals).map((v) => v.type))
  const forward = splits.map((s, n) =>
    traceClosed(
      s.primal.name,
      s.primal.inputs.map((v) => v.type),
      (...inputs) => {
        const out = evalProgram(s.primal, inputs)
        return [
          ...out.slice(0, outputs),
          ...residualTypes.flatMap((types, m) => (m === n ? out.slice(outputs) : types.map(zeros))),
        ]
      },
    ),
  )
  const made = bind(condOperation(forward), [index, ...primals])
  const offsets = residualTypes.map((_, n) => residualTypes.slice(0, n).reduce((sum, t) => sum + t.length, 0))
  const total = residualTypes.reduce((sum, t) => sum + t.length, 0)
  const tangentTypes = tangents.flatMap((t) => (t === undefined ? [] : [t.type]))
  const backward = splits.map((s, n) =>
    traceClosed(s.linear.name, [...residualTypes.flat(), ...tangentTypes], (...inputs) => {
      const own = inputs.slice(offsets[n] ?? 0, (offsets[n] ?? 0) + s.residuals)
      return evalProgram(s.linear, [...own, ...inputs.slice(total)])
    }),
  )
  const out = linear(() =>
    bind(condOperation(backward), [index, ...made.slice(outputs), ...tangents.filter((t) => t !== undefined)]),
  )
  return { outputs: made.slice(0, outputs), tangents: spread(out, force) }
}

function transposeCond(
  branches: readonly Program[],
  cotangents: readonly Maybe[],
  index: LinearOperand | undefined,
  operands: readonly LinearOperand[],
): readonly Maybe[] {
  const flags = operands.map((x) => x.linear)
  const constants = operands.flatMap((x) => (x.linear ? [] : [knownValue(x, "cond")]))
  const given = (branches[0]?.outputs ?? []).map((a, k) => orZeros(cotangents[k], a.type))
  const back = branches.map((b) => transposeProgram(b, flags))
  return [undefined, ...spread(bind(condOperation(back), [knownValue(index, "cond"), ...constants, ...given]), flags)]
}

function batchCond(
  branches: readonly Program[],
  [index, ...values]: readonly Value[],
  [indexBatched, ...batched]: readonly boolean[],
  axis: BatchAxis,
): Batched {
  const once = branches.map((b) => batchProgram(b, batched, axis).batched)
  const every = indexBatched === true
  const force = (branches[0]?.outputs ?? []).map((_, k) => every || once.some((o) => o[k] === true))
  if (!every) {
    const made = branches.map((b) => batchProgram(b, batched, axis, force).program)
    return { values: bind(condOperation(made), [indexOf(index), ...values]), batched: force }
  }
  // Each example has its own choice: all branches run, and each example takes one result.
  const clamped = bindOne(
    minimum.operation,
    bindOne(maximum.operation, indexOf(index), fromNumber("i32", 0)),
    fromNumber("i32", branches.length - 1),
  )
  const chosen = branches.map((_, n) => bindOne(equal.operation, clamped, fromNumber("i32", n)))
  const results = branches.map((b, n) => {
    // One branch is taken, so all may draw from one key: under one name, debugKeys would take that for a second use.
    const given = n === 0 ? values : values.map(renamed)
    return programClaims(b)
      ? evalProgram(batchProgram(claimingWhere(b), [true, ...batched], axis, force).program, [
          inputOf(chosen, n),
          ...given,
        ])
      : evalProgram(batchProgram(b, batched, axis, force).program, given)
  })
  const picked = force.map((_, k) =>
    results.map((r) => inputOf(r, k)).reduce((sofar, x, n) => selectExamples(inputOf(chosen, n), x, sofar)),
  )
  return { values: picked, batched: force }
}
