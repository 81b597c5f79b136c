/** Loops whose number of rounds is found while they run. */
import { functionArgument, typed } from "../boundary.ts"
import { CotangentError, DTypeError, internal } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { batchProgram, repeat } from "../interpreters/batch.ts"
import { selectExamples } from "../interpreters/select.ts"
import { evalProgram, programClaims, traceClosed } from "../interpreters/trace.ts"
import { orZeros } from "../interpreters/zeros.ts"
import { any } from "../primitives/any.ts"
import type { BatchAxis, Batched, Dual, Maybe, ProgramOperation, WhileOperation } from "../program/operation.ts"
import type { Program } from "../program/program.ts"
import { showType } from "../program/type.ts"
import type { WhileLoop } from "../signatures/control.ts"
import { flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { settled } from "./arguments.ts"
import { callOperation, jvpProgram, spread } from "./call.ts"
import { claimingWhere } from "./lane-claims.ts"
import { settle } from "./scan-rules/parts.ts"
import { expectCarry, subProgram } from "./sub-programs.ts"

/**
 * Repeats `body` while `test` holds. Differentiable in forward mode; reverse mode would have to keep a number of rounds
 * that nobody knows, so it is refused: use `scan`, or `forLoop` with fixed bounds.
 *
 * @throws CotangentError where the state leaves with other shapes or dtypes than it entered with, or in reverse mode.
 * @example
 * ```ts
 * import { less, mul, tensor, whileLoop } from "cotangent"
 * console.log(await whileLoop((x) => less(x, 100), (x) => mul(x, 2), tensor(3)).item())
 * ```
 */
export const whileLoop: WhileLoop = typed((test: unknown, body: unknown, init: unknown) => {
  const [holds, step] = [functionArgument("whileLoop", test), functionArgument("whileLoop", body)]
  const start = settled(flatten(init, "carry"))
  const types = start.leaves.map((x) => x.type)
  const tested = subProgram("whileLoop", types, (leaves) => {
    const answer = holds(start.build(leaves))
    const [p] = flatten(answer, "the test").leaves
    if (p === undefined || p.dtype !== "bool" || p.shape.length > 0)
      throw new DTypeError(
        "predicate",
        `whileLoop: the test must be one bool, got ${p === undefined ? "nothing" : showType(p.type)}; compare, or reduce with any or all`,
      )
    return answer
  })
  const made = subProgram("whileLoop", types, (leaves) => {
    const next = step(start.build(leaves))
    expectCarry("whileLoop", start, settled(flatten(next, "carry")))
    return next
  })
  const operation = whileOperation({
    test: tested.program,
    body: made.program,
    testConstants: tested.captured.length,
    bodyConstants: made.captured.length,
  })
  return start.build(bind(operation, [...tested.captured, ...made.captured, ...start.leaves]))
})

interface Parts {
  readonly test: Program
  readonly body: Program
  readonly testConstants: number
  readonly bodyConstants: number
}
function divide<T>(
  { testConstants, bodyConstants }: Parts,
  xs: readonly T[],
): { readonly test: readonly T[]; readonly body: readonly T[]; readonly carry: readonly T[] } {
  const from = testConstants + bodyConstants
  return { test: xs.slice(0, testConstants), body: xs.slice(testConstants, from), carry: xs.slice(from) }
}

export function whileOperation(parts: Parts): WhileOperation {
  const { test, body } = parts
  return {
    kind: "while",
    name: "whileLoop",
    params: { testConstants: parts.testConstants, bodyConstants: parts.bodyConstants },
    key: `while ${test.id} ${body.id} ${parts.testConstants} ${parts.bodyConstants}`,
    test,
    body,
    testConstants: parts.testConstants,
    bodyConstants: parts.bodyConstants,
    over: ([otherTest, otherBody], constants) =>
      whileOperation({
        test: otherTest ?? test,
        body: otherBody ?? body,
        testConstants: parts.testConstants + constants,
        bodyConstants: parts.bodyConstants + constants,
      }),
    results: () => body.outputs.map((a) => a.type),
    jvp: (primals, tangents) => jvpWhile(parts, primals, tangents),
    linearize: (primals, tangents, linear) => linearizeWhile(parts, primals, tangents, linear),
    transpose: () => {
      throw internal("a transposed whileLoop")
    },
    batch: (values, batched, axis) => batchWhile(parts, values, batched, axis),
  }
}

function jvpWhile(parts: Parts, primals: readonly Value[], tangents: readonly Maybe[]): Dual {
  const { body } = parts
  const flags = divide(
    parts,
    tangents.map((t) => t !== undefined),
  )
  const dualOf = (carry: readonly boolean[]) => jvpProgram(body, [...flags.body, ...carry], carry)
  const active = settle(flags.carry, (carry) => dualOf(carry).activeOutputs)
  const dual = dualOf(active)
  const given = divide(parts, primals)
  const moving = divide(parts, tangents)
  const constants = body.inputs.slice(0, parts.bodyConstants).map((v) => v.type)
  const state = body.inputs.slice(parts.bodyConstants).map((v) => v.type)
  const bodyTangents = constants.filter((_, k) => flags.body[k] === true)
  const carryTangents = state.filter((_, k) => active[k] === true)
  // The dual body takes constants, carry, then both tangents; a loop wants all constants first.
  const reordered = traceClosed(
    `jvp(${body.name})`,
    [...constants, ...bodyTangents, ...state, ...carryTangents],
    (...all) => {
      const c = all.slice(0, constants.length)
      const ct = all.slice(constants.length, constants.length + bodyTangents.length)
      const s = all.slice(constants.length + bodyTangents.length)
      return evalProgram(dual.program, [...c, ...s.slice(0, state.length), ...ct, ...s.slice(state.length)])
    },
  )
  const testTypes = parts.test.inputs.map((v) => v.type)
  const test = traceClosed(parts.test.name, [...testTypes, ...carryTangents], (...all) =>
    evalProgram(parts.test, all.slice(0, testTypes.length)),
  )
  const made = bind(
    whileOperation({
      test,
      body: reordered,
      testConstants: parts.testConstants,
      bodyConstants: parts.bodyConstants + bodyTangents.length,
    }),
    [
      ...given.test,
      ...given.body,
      ...moving.body.filter((t) => t !== undefined),
      ...given.carry,
      ...given.carry.flatMap((x, k) => (active[k] === true ? [orZeros(moving.carry[k], x.type)] : [])),
    ],
  )
  return { outputs: made.slice(0, state.length), tangents: spread(made.slice(state.length), active) }
}

/** The primal loop now, and as the linear part the whole loop again with its tangents: forwards alone, for nobody kept the rounds. */
function linearizeWhile(
  parts: Parts,
  primals: readonly Value[],
  tangents: readonly Maybe[],
  linear: <R>(f: () => R) => R,
): Dual {
  const outputs = bind(whileOperation(parts), primals)
  const types = primals.map((x) => x.type)
  const active = tangents.map((t) => t !== undefined)
  let moving: readonly boolean[] = []
  const again = traceClosed(
    `linear(${parts.body.name})`,
    [...types, ...types.filter((_, k) => active[k] === true)],
    (...xs) => {
      const dual = jvpWhile(parts, xs.slice(0, types.length), spread(xs.slice(types.length), active))
      moving = dual.tangents.map((t) => t !== undefined)
      return dual.tangents.filter((t) => t !== undefined)
    },
  )
  const operation: ProgramOperation = {
    ...callOperation(again, "whileLoop"),
    key: `linear while ${again.id}`,
    transpose: () => {
      throw new CotangentError(
        "reverse-while",
        "whileLoop: reverse mode needs to know the number of rounds beforehand; use scan or forLoop with fixed bounds, linearSolve for a solver, or jvp",
      )
    },
  }
  const out = linear(() => bind(operation, [...primals, ...tangents.filter((t) => t !== undefined)]))
  return { outputs, tangents: spread(out, moving) }
}

function batchWhile(parts: Parts, values: readonly Value[], batched: readonly boolean[], axis: BatchAxis): Batched {
  const flags = divide(parts, batched)
  const settled = settle(flags.carry, (carry) => {
    const test = batchProgram(parts.test, [...flags.test, ...carry], axis)
    const body = batchProgram(parts.body, [...flags.body, ...carry], axis, carry)
    return body.batched.map((b) => b || test.batched[0] === true)
  })
  const test = batchProgram(parts.test, [...flags.test, ...settled], axis)
  const body = batchProgram(parts.body, [...flags.body, ...settled], axis, settled)
  const given = divide(parts, values)
  const start = given.carry.map((x, k) => (settled[k] === true && flags.carry[k] !== true ? repeat(x, axis.size) : x))
  if (test.batched[0] !== true) {
    const out = bind(whileOperation({ ...parts, test: test.program, body: body.program }), [
      ...given.test,
      ...given.body,
      ...start,
    ])
    return { values: out, batched: settled }
  }
  // Examples end at different times: the loop runs while any goes on, and those that have ended keep their state.
  const state = start.map((x) => x.type)
  const testTypes = given.test.map((x) => x.type)
  const bodyTypes = given.body.map((x) => x.type)
  const anyGoesOn = traceClosed(test.program.name, [...testTypes, ...state], (...all) => {
    const [goesOn] = evalProgram(test.program, all)
    return goesOn === undefined ? [] : [bindOne(any.over([0]), goesOn)]
  })
  // The test needs no excuse: of a state that is kept it claims what it claimed before.
  const claims = programClaims(parts.body)
  const step = claims
    ? batchProgram(claimingWhere(parts.body), [true, ...flags.body, ...settled], axis, settled).program
    : body.program
  const mine = (goesOn: Value): readonly Value[] => (claims ? [goesOn] : [])
  const guarded = traceClosed(body.program.name, [...testTypes, ...bodyTypes, ...state], (...all) => {
    const now = all.slice(testTypes.length + bodyTypes.length)
    const [goesOn] = evalProgram(test.program, [...all.slice(0, testTypes.length), ...now])
    if (goesOn === undefined) throw internal("a test without an answer")
    const next = evalProgram(step, [...mine(goesOn), ...all.slice(testTypes.length)])
    return next.map((x, k) => {
      const old = now[k]
      if (old === undefined) throw internal("a loop with more results than state")
      return selectExamples(goesOn, x, old)
    })
  })
  const operation = whileOperation({
    test: anyGoesOn,
    body: guarded,
    testConstants: parts.testConstants,
    bodyConstants: parts.testConstants + parts.bodyConstants,
  })
  return { values: bind(operation, [...given.test, ...given.test, ...given.body, ...start]), batched: settled }
}
