/**
 * Loops that carry and stack no more than is read: a carry that no round changes is a constant, one that only feeds
 * itself is nothing, rows handed through are the sequence itself, and what is unread is not passed, not stacked, not
 * computed. Derivatives leave many of these behind.
 */
import { mapParts, withReads } from "./parts.ts"
import type { Plan, ScanStep, Slot, Step, ViewStep, WhileStep } from "./plan.ts"
import { finish, readBy, writtenBy } from "./plan-of.ts"

export function narrowLoops(plan: Plan): Plan {
  if (!plan.steps.some((s) => s.kind === "scan" || s.kind === "while" || s.kind === "cond")) return plan
  const read = new Set(plan.outputs)
  const backwards: Step[] = []
  for (const step of plan.steps.toReversed()) {
    const made = step.kind === "scan" ? scanOf(step, read) : step.kind === "while" ? whileOf(step, read) : [step]
    for (const one of made.toReversed()) {
      for (const slot of readBy(one)) read.add(slot)
      backwards.push(mapParts(one, narrowLoops))
    }
  }
  return finish({ ...plan, steps: backwards.reverse() })
}

/** An operand: its slot in the plan around and its slot in the body. */
interface Operand {
  readonly outside: Slot
  readonly inside: Slot
}
/** A result: its slot in the body and the slot in the plan around that it becomes in the end. */
interface Result {
  readonly made: Slot
  readonly result: Slot
}
type Carried = Operand & Result

const operands = (outside: readonly Slot[], inside: readonly Slot[]): readonly Operand[] =>
  outside.map((s, k) => ({ outside: s, inside: inside[k] ?? -1 }))
const results = (made: readonly Slot[], result: readonly Slot[]): readonly Result[] =>
  made.map((s, k) => ({ made: s, result: result[k] ?? -1 }))
const isFixed = (c: Carried): boolean => c.made === c.inside

/** The scan, and after it views of what it need not give. */
function scanOf(step: ScanStep, read: ReadonlySet<Slot>): readonly Step[] {
  const { body } = step
  const [first, firstX] = [step.constants.length, step.constants.length + step.carry.length]
  const last = body.outputs.length - body.words
  const xs = operands(step.xs, body.inputs.slice(firstX))
  const all = results(body.outputs, step.outputs)
  const carry = operands(step.carry, body.inputs.slice(first, firstX)).map(
    (x, k): Carried => ({ ...x, ...(all[k] ?? { made: -1, result: -1 }) }),
  )
  const after: ViewStep[] = carry.filter(isFixed).map((c) => ({ kind: "view", input: c.outside, output: c.result }))
  const ys: Result[] = []
  for (const y of all.slice(carry.length, last)) {
    const from = xs.find((x) => x.inside === y.made)?.outside ?? ys.find((other) => other.made === y.made)?.result
    if (from !== undefined) after.push({ kind: "view", input: from, output: y.result })
    else if (read.has(y.result)) ys.push(y)
  }
  const words = all.slice(last)
  const wanted = new Set([...read, ...after.filter((v) => read.has(v.output)).map((v) => v.input)])
  const moving = carry.filter((c) => !isFixed(c))
  const live = liveOf(moving, wanted, (carried) =>
    reached(
      body,
      [...ys, ...words, ...carried].map((r) => r.made),
    ),
  )
  const used = reached(
    body,
    [...ys, ...words, ...live].map((r) => r.made),
  )
  const fixed = [...operands(step.constants, body.inputs), ...carry.filter(isFixed)]
  const [constants, rows] = [once(fixed, used), once(xs, used)]
  const renamed = new Map([...constants.same, ...rows.same])
  const made: ScanStep = {
    ...step,
    constants: constants.kept.map((x) => x.outside),
    carry: live.map((c) => c.outside),
    xs: rows.kept.map((x) => x.outside),
    outputs: [...live, ...ys, ...words].map((r) => r.result),
    body: restated(body, [...constants.kept, ...live, ...rows.kept], [...live, ...ys, ...words], renamed),
  }
  return [made, ...after.filter((v) => read.has(v.output))]
}

function whileOf(step: WhileStep, read: ReadonlySet<Slot>): readonly Step[] {
  const { test, body } = step
  const [firstTest, firstBody] = [step.testConstants.length, step.bodyConstants.length]
  const all = results(body.outputs, step.outputs)
  const carry = operands(step.carry, body.inputs.slice(firstBody)).map((x, k): Carried & { readonly tested: Slot } => ({
    ...x,
    ...(all[k] ?? { made: -1, result: -1 }),
    tested: test.inputs[firstTest + k] ?? -1,
  }))
  const fixed = carry.filter(isFixed)
  const after = fixed.map((c): ViewStep => ({ kind: "view", input: c.outside, output: c.result }))
  const moving = carry.filter((c) => !isFixed(c))
  const tested = reached(test, test.outputs)
  const words = body.outputs.slice(carry.length)
  const from = (carried: readonly Result[]): ReadonlySet<Slot> =>
    reached(body, [...carried.map((c) => c.made), ...words])
  const live = liveOf(
    moving,
    new Set([...read, ...moving.filter((c) => tested.has(c.tested)).map((c) => c.result)]),
    from,
  )
  const asTested = (c: (typeof carry)[number]): Operand => ({ outside: c.outside, inside: c.tested })
  const testConstants = once([...operands(step.testConstants, test.inputs), ...fixed.map(asTested)], tested)
  const bodyConstants = once([...operands(step.bodyConstants, body.inputs), ...fixed], from(live))
  const made: WhileStep = {
    ...step,
    testConstants: testConstants.kept.map((x) => x.outside),
    bodyConstants: bodyConstants.kept.map((x) => x.outside),
    carry: live.map((c) => c.outside),
    outputs: [...live.map((c) => c.result), ...step.outputs.slice(carry.length)],
    test: restated(
      test,
      [...testConstants.kept, ...live.map(asTested)],
      test.outputs.map((s) => ({ made: s })),
      testConstants.same,
    ),
    body: restated(
      body,
      [...bodyConstants.kept, ...live],
      [...live, ...words.map((s) => ({ made: s }))],
      bodyConstants.same,
    ),
  }
  return [made, ...after.filter((v) => read.has(v.output))]
}

/** The carries that something wanted depends on, in this round or a later one. */
function liveOf<C extends Carried>(
  carry: readonly C[],
  wanted: ReadonlySet<Slot>,
  from: (carried: readonly C[]) => ReadonlySet<Slot>,
): readonly C[] {
  let live = carry.filter((c) => wanted.has(c.result))
  for (;;) {
    const used = from(live)
    const more = carry.filter((c) => live.includes(c) || used.has(c.inside))
    if (more.length === live.length) return live
    live = more
  }
}

/** The slots of a plan that results depend on. */
function reached(plan: Plan, roots: readonly Slot[]): ReadonlySet<Slot> {
  const found = new Set(roots)
  for (const step of plan.steps.toReversed())
    if (writtenBy(step).some((s) => found.has(s))) for (const s of readBy(step)) found.add(s)
  return found
}

/** The operands that are used, each once; and which slot of the body stands for that of an operand passed twice. */
function once(
  all: readonly Operand[],
  used: ReadonlySet<Slot>,
): { readonly kept: readonly Operand[]; readonly same: ReadonlyMap<Slot, Slot> } {
  const kept: Operand[] = []
  const same = new Map<Slot, Slot>()
  for (const x of all) {
    if (!used.has(x.inside)) continue
    const before = kept.find((other) => other.outside === x.outside)
    if (before === undefined) kept.push(x)
    else same.set(x.inside, before.inside)
  }
  return { kept, same }
}

function restated(
  plan: Plan,
  inputs: readonly Operand[],
  outputs: readonly { readonly made: Slot }[],
  renamed: ReadonlyMap<Slot, Slot>,
): Plan {
  const to = (slot: Slot): Slot => renamed.get(slot) ?? slot
  return finish({
    ...plan,
    inputs: inputs.map((x) => x.inside),
    outputs: outputs.map((r) => to(r.made)),
    steps: renamed.size === 0 ? plan.steps : plan.steps.map((step) => withReads(step, to)),
  })
}
