/**
 * Program -> Plan: sub-programs that merely name a computation are inlined, views become view steps, literals become
 * constants inside the Loops that read them, claims become i32 words, and what nobody reads is dropped.
 */

import { hold } from "../../autodiff/dtype.ts"
import { internal } from "../../autodiff/errors.ts"
import { prune } from "../../autodiff/program/loop/derive/inputs.ts"
import { type ArrayType, inputsOf, type Loop, mapLoop } from "../../autodiff/program/loop/loop.ts"
import { cast, foldAll, load, unary } from "../../autodiff/program/loop/scalar.ts"
import type { CondOperation, ScanOperation, WhileOperation } from "../../autodiff/program/operation.ts"
import type { Atom, Equation, Literal, Program, Variable } from "../../autodiff/program/program.ts"
import { cannotRun } from "../../autodiff/program/runnable.ts"
import { bindConstants, keepResults } from "./narrow.ts"
import type { Plan, Slot, Step } from "./plan.ts"

/** What a variable stands for while a plan is built. */
type Bound = { readonly slot: Slot } | { readonly value: number; readonly type: ArrayType }
type Scope = Map<Variable, Bound>

/** The steps of a program; the slots of its inputs come first, in order. */
export function planOf(program: Program): Plan {
  const slots: ArrayType[] = []
  const steps: Step[] = []
  const words: Slot[] = []
  const newSlot = (type: ArrayType): Slot => slots.push(type) - 1

  const boundTo = (atom: Atom, scope: Scope): Bound => {
    if (atom.kind === "literal") return constantOf(atom)
    const bound = scope.get(atom)
    if (bound === undefined)
      throw internal(`variable ${atom.id} of program ${program.name} is read before it is assigned`)
    return bound
  }
  const slotOf = (bound: Bound): Slot => {
    if ("slot" in bound) return bound.slot
    const output = newSlot(bound.type)
    steps.push({ kind: "constant", value: bound.value, output })
    return output
  }
  const pushLoop = (
    name: string,
    loop: Loop,
    operands: readonly Bound[],
    types: readonly ArrayType[],
  ): readonly { readonly slot: Slot }[] => {
    const known = operands.map((x) => ("value" in x ? x.value : undefined))
    const [bound, kept] = bindConstants(loop, known)
    const narrow = prune(bound)
    const inputs = narrow.from.map((k) => slotOf(operands[kept[k] ?? -1] ?? missing(name)))
    const outputs = types.map(newSlot)
    steps.push({ kind: "loop", name, loop: narrow.loop, inputs, outputs })
    return outputs.map((slot) => ({ slot }))
  }

  const visit = (inner: Program, scope: Scope): readonly Bound[] => {
    for (const equation of inner.equations) {
      const results = apply(equation, scope)
      equation.outputs.forEach((v, k) => {
        scope.set(v, results[k] ?? missing(equation.operation.name))
      })
    }
    return inner.outputs.map((a) => boundTo(a, scope))
  }
  const apply = (equation: Equation, scope: Scope): readonly Bound[] => {
    const { operation, outputs } = equation
    const operands = equation.inputs.map((a) => boundTo(a, scope))
    switch (operation.kind) {
      case "loop": {
        const loop = operation.meaning(equation.inputs.map((a) => a.type.array))
        const types = outputs.map((v) => v.type.array)
        const [source] = operands
        if (loop.form !== "view" || source === undefined || "value" in source)
          return pushLoop(operation.name, loop, operands, types)
        const output = newSlot(types[0] ?? missing(operation.name))
        steps.push({ kind: "view", input: source.slot, output })
        return [{ slot: output }]
      }
      case "program": {
        const { program: inner, name } = operation
        return visit(inner, new Map(inner.inputs.map((v, k) => [v, operands[k] ?? missing(name)])))
      }
      case "check": {
        const [value, claim] = operands
        const type = equation.inputs[1]?.type.array
        if (value === undefined || claim === undefined || type === undefined)
          throw internal("a check takes a value and a bool")
        words.push(...pushLoop("check", failsAnywhere(type), [claim], [word]).map((x) => x.slot))
        return [value]
      }
      case "scan":
      case "while":
      case "cond": {
        const made = pushControl(operation, operands.map(slotOf))
        words.push(...made.slice(outputs.length))
        return made.slice(0, outputs.length).map((slot) => ({ slot }))
      }
      case "collective":
      case "opaque":
        throw cannotRun(operation)
    }
  }
  const pushControl = (
    operation: ScanOperation | WhileOperation | CondOperation,
    operands: readonly Slot[],
  ): readonly Slot[] => {
    const typesOf = (plan: Plan, from: number, to?: number): readonly ArrayType[] =>
      plan.outputs.slice(from, to).map((s) => plan.slots[s] ?? missing(operation.name))
    switch (operation.kind) {
      case "scan": {
        const { constants, length, reverse } = operation
        const body = planOf(operation.body)
        const firstX = constants + operation.carry
        const firstWord = operation.body.outputs.length
        const stacked = typesOf(body, operation.carry, firstWord).map((t) => ({
          dtype: t.dtype,
          shape: [length, ...t.shape],
        }))
        const types = [...typesOf(body, 0, operation.carry), ...stacked, ...typesOf(body, firstWord)]
        const outputs = types.map(newSlot)
        steps.push({
          kind: "scan",
          body,
          length,
          reverse,
          outputs,
          constants: operands.slice(0, constants),
          carry: operands.slice(constants, firstX),
          xs: operands.slice(firstX),
        })
        return outputs
      }
      case "while": {
        const [test, body] = [planOf(operation.test), planOf(operation.body)]
        const firstCarry = operation.testConstants + operation.bodyConstants
        const outputs = [
          ...typesOf(body, 0, operation.body.outputs.length),
          ...typesOf(test, 1),
          ...typesOf(body, operation.body.outputs.length),
        ].map(newSlot)
        steps.push({
          kind: "while",
          test,
          body,
          outputs,
          testConstants: operands.slice(0, operation.testConstants),
          bodyConstants: operands.slice(operation.testConstants, firstCarry),
          carry: operands.slice(firstCarry),
        })
        return outputs
      }
      case "cond": {
        const branches = operation.branches.map(planOf)
        const [index, ...taken] = operands
        const results = operation.branches[0]?.outputs.length ?? 0
        const outputs = [
          ...typesOf(branches[0] ?? missing("cond"), 0, results),
          ...branches.flatMap((b) => typesOf(b, results)),
        ].map(newSlot)
        steps.push({ kind: "cond", index: index ?? missing("cond"), branches, operands: taken, outputs })
        return outputs
      }
    }
  }

  const scope: Scope = new Map(program.inputs.map((v) => [v, { slot: newSlot(v.type.array) }]))
  const inputs = program.inputs.map((_, k) => k)
  const results = visit(program, scope).map(slotOf)
  return finish({ slots, inputs, steps, outputs: [...results, ...words], words: words.length })
}

/** Drops what nobody reads and notes last uses; also for rewrites of plans (fusion), which leave both to it. */
export function finish({ slots, inputs, steps, outputs, words }: Omit<Plan, "dying">): Plan {
  const read = new Set(outputs)
  const backwards: Step[] = []
  for (const step of steps.toReversed()) {
    const kept = keepRead(step, read)
    if (kept === undefined) continue
    for (const s of readBy(kept)) read.add(s)
    backwards.push(kept)
  }
  const lasting = new Set(outputs)
  const dying = backwards.map((step, back) => {
    // An input that nobody reads at all dies with the first step.
    const touched = [...readBy(step), ...writtenBy(step), ...(back === backwards.length - 1 ? inputs : [])]
    const dies = [...new Set(touched)].filter((s) => !lasting.has(s))
    for (const s of dies) lasting.add(s)
    return dies
  })
  return { slots, inputs, steps: backwards.reverse(), dying: dying.reverse(), outputs, words }
}

function keepRead(step: Step, read: ReadonlySet<Slot>): Step | undefined {
  if (!writtenBy(step).some((s) => read.has(s))) return undefined
  // A map computes its results side by side, so each can be left out alone; what it alone read is then dead as well.
  if (step.kind !== "loop" || step.loop.form !== "map" || step.outputs.every((s) => read.has(s))) return step
  const wanted = step.outputs.map((s) => read.has(s))
  const { loop, from } = prune(keepResults(step.loop, wanted))
  return {
    ...step,
    loop,
    inputs: from.flatMap((k) => step.inputs[k] ?? []),
    outputs: step.outputs.filter((_, k) => wanted[k]),
  }
}

export function readBy(step: Step): readonly Slot[] {
  switch (step.kind) {
    case "loop":
      return step.inputs
    case "view":
      return [step.input]
    case "constant":
      return []
    case "scan":
      return [...step.constants, ...step.carry, ...step.xs]
    case "while":
      return [...step.testConstants, ...step.bodyConstants, ...step.carry]
    case "cond":
      return [step.index, ...step.operands]
  }
}
export const writtenBy = (step: Step): readonly Slot[] => ("output" in step ? [step.output] : step.outputs)

const word: ArrayType = { dtype: "i32", shape: [] }
/** 1 if any element is false, else 0. */
const failsAnywhere = (type: ArrayType): Loop => {
  const inputs = inputsOf([type])
  return mapLoop(inputs, [], () =>
    cast(
      "i32",
      unary(
        "not",
        foldAll("and", type.shape, (ks) => load(inputs[0] ?? missing("check"), ks)),
      ),
    ),
  )
}

const constantOf = (atom: Literal): Bound => ({ value: hold(atom.type.array.dtype, atom.value), type: atom.type.array })
const missing = (name: string): never => {
  throw internal(`${name}: operands or results do not match its program`)
}
