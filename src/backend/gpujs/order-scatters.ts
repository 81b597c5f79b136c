/**
 * Scatters by loaded indices, for threads that can only gather. Asked of each destination, which sources land on it, they
 * cost destinations times sources. Ordered by their destination, sources of one destination lie side by side: sums over
 * all of these runs together take log2(n) elementwise loops (segmented, after Hillis and Steele, 1986), and each
 * destination reads where its run ends. The order is a host's counting sort: n + m.
 */
import { internal } from "../../autodiff/errors.ts"
import { prune } from "../../autodiff/program/loop/derive/inputs.ts"
import { gatherSide } from "../../autodiff/program/loop/gather-side.ts"
import {
  type ArrayType,
  input,
  inputsOf,
  type Loop,
  type MapLoop,
  mapLoop,
  type RoutineLoop,
  resultsOf,
  routineLoop,
  type ScatterLoop,
  sizeOf,
} from "../../autodiff/program/loop/loop.ts"
import {
  binary,
  compare,
  constant,
  freeVars,
  type Input,
  load,
  type Scalar,
  select,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { substitute } from "../../autodiff/program/loop/walk.ts"
import type { LoopStep, Plan, Slot, Step } from "../compile/plan.ts"
import { finish } from "../compile/plan-of.ts"

/** The plan with every scatter that is worth it in steps that gather. */
export function orderScatters(plan: Plan): Plan {
  const slots: ArrayType[] = [...plan.slots]
  const steps = plan.steps.flatMap((step): readonly Step[] => {
    switch (step.kind) {
      case "loop":
        return (step.loop.form === "scatter" ? ordered(step, step.loop, slots) : undefined) ?? [step]
      case "scan":
        return [{ ...step, body: orderScatters(step.body) }]
      case "while":
        return [{ ...step, test: orderScatters(step.test), body: orderScatters(step.body) }]
      case "cond":
        return [{ ...step, branches: step.branches.map(orderScatters) }]
      default:
        return [step]
    }
  })
  return finish({ ...plan, slots, steps })
}

function ordered(step: LoopStep, loop: ScatterLoop, slots: ArrayType[]): readonly Step[] | undefined {
  if (gatherSide(loop) !== undefined || loop.value.dtype === "bool") return undefined
  // Axes that every source keeps: a row lands on a row as it is.
  const kept = loop.at.map((x, d): Var | undefined => {
    const r = loop.over.find((v) => v === x)
    const elsewhere = loop.at.some((y, e) => e !== d && r !== undefined && freeVars(y).has(r))
    return r === undefined || elsewhere || r.size > (loop.shape[d] ?? 0) ? undefined : r
  })
  const sources = loop.over.filter((r) => !kept.includes(r))
  const across = kept.filter((r) => r !== undefined)
  const bySource = loop.shape.map((_, d) => d).filter((d) => kept[d] === undefined)
  const count = sizeOf(sources.map((r) => r.size))
  const targets = sizeOf(bySource.map((d) => loop.shape[d] ?? 1))
  const rounds = Math.ceil(Math.log2(Math.max(count, 1)))
  if (sources.length === 0 || targets * count <= 8 * (count * (rounds + 2) + targets)) return undefined

  const steps: Step[] = []
  const push = (name: string, whole: Loop, from: readonly Slot[]): readonly Slot[] => {
    const narrow = prune(whole)
    const outputs = resultsOf(whole).map((t) => slots.push(t) - 1)
    steps.push({ kind: "loop", name, loop: narrow.loop, inputs: narrow.from.map((k) => from[k] ?? missing()), outputs })
    return outputs
  }
  const more = (...types: readonly ArrayType[]): readonly Input[] => [
    ...loop.inputs,
    ...types.map((t, k) => input(loop.inputs.length + k, t.dtype, t.shape)),
  ]
  const own = step.inputs

  const keys = mapLoop(
    loop.inputs,
    sources.map((r) => r.size),
    (...i) => targetOf(loop, bySource, targets, new Map(sources.map((r, k): [Var, Scalar] => [r, i[k] ?? r]))),
  )
  const order = countingSort(
    sources.map((r) => r.size),
    targets,
  )
  const [ends, sortedKeys, ...places] = push(`${step.name} order`, order, push(`${step.name} targets`, keys, own))
  if (ends === undefined || sortedKeys === undefined) throw internal("an order without its results")
  const index: ArrayType = { dtype: "i32", shape: [count] }

  const width = across.map((r) => r.size)
  const withPlaces = more(...places.map(() => index))
  const values = mapLoop(withPlaces, [count, ...width], (p, ...j) => {
    const at = sources.map((r, k): [Var, Scalar] => [
      r,
      load(withPlaces[own.length + k] ?? missing(), [p ?? missing()]),
    ])
    return substitute(loop.value, new Map([...at, ...across.map((r, k): [Var, Scalar] => [r, j[k] ?? r])]))
  })
  let [sums] = push(`${step.name} values`, values, [...own, ...places])
  const run: ArrayType = { dtype: loop.value.dtype, shape: [count, ...width] }
  for (let by = 1; by < count; by *= 2)
    [sums] = push(`${step.name} sums`, sumsBehind(run, index, by), [sums ?? missing(), sortedKeys])

  const withSums = more({ dtype: "i32", shape: [targets] }, run)
  const result = mapLoop(withSums, loop.shape, (...i) => {
    const end = load(withSums[own.length] ?? missing(), [flatOf(loop.shape, bySource, i)])
    // Where nothing landed the end is -1, and what is read there is 0.
    const sum = load(withSums[own.length + 1] ?? missing(), [end, ...i.filter((_, d) => kept[d] !== undefined)])
    const start = substitute(loop.init, new Map(loop.indices.map((v, d): [Var, Scalar] => [v, i[d] ?? v])))
    return start.op === "const" && start.value === 0 ? sum : binary("add", start, sum)
  })
  const { loop: last, from } = prune(result)
  const all = [...own, ends, sums ?? missing()]
  return [
    ...steps,
    { kind: "loop", name: step.name, loop: last, inputs: from.map((k) => all[k] ?? missing()), outputs: step.outputs },
  ]
}

/** The number of a source's destination, `targets` for one that lies outside. */
function targetOf(
  loop: ScatterLoop,
  bySource: readonly number[],
  targets: number,
  at: ReadonlyMap<Var, Scalar>,
): Scalar {
  const coordinates = loop.at.map((x) => substitute(x, at))
  const inside = bySource.flatMap((d) => {
    const x = coordinates[d] ?? missing()
    return [compare("le", constant(0), x), compare("lt", x, constant(loop.shape[d] ?? 0))]
  })
  const flat = flatOf(loop.shape, bySource, coordinates)
  return select(
    inside.reduce((a, b) => binary("and", a, b)),
    flat,
    constant(targets),
  )
}
const flatOf = (shape: readonly number[], axes: readonly number[], at: readonly Scalar[]): Scalar =>
  axes.reduce<Scalar>(
    (sum, d) => binary("add", binary("mul", sum, constant(shape[d] ?? 1)), at[d] ?? missing()),
    constant(0),
  )

/** Each value with the one `by` before it, where both go to one destination. */
function sumsBehind(values: ArrayType, index: ArrayType, by: number): MapLoop {
  const inputs = inputsOf([values, index])
  const [x, key] = inputs
  if (x === undefined || key === undefined) throw internal("sums of runs take values and their destinations")
  return mapLoop(inputs, values.shape, (p, ...j) => {
    const here = p ?? missing()
    const behind = binary("sub", here, constant(by))
    const same = compare("eq", load(key, [behind], -1), load(key, [here]))
    const before = select(same, load(x, [behind, ...j]), constant(0, values.dtype))
    return binary("add", load(x, [here, ...j]), before)
  })
}

/** Destinations of sources -> where the run of each destination ends, or -1; then, in order: destinations, and the coordinates of sources. */
function countingSort(sizes: readonly number[], targets: number): RoutineLoop {
  const count = sizeOf(sizes)
  const types: readonly ArrayType[] = [targets, count, ...sizes.map(() => count)].map((n) => ({
    dtype: "i32",
    shape: [n],
  }))
  return routineLoop(
    inputsOf([{ dtype: "i32", shape: sizes }]),
    {
      name: "scatter order",
      run: ([keys = new Int32Array(0)]) => {
        const begins = new Int32Array(targets + 2)
        for (const key of keys) begins[key + 1] = (begins[key + 1] ?? 0) + 1
        for (let t = 0; t <= targets; t++) begins[t + 1] = (begins[t + 1] ?? 0) + (begins[t] ?? 0)
        const ends = Int32Array.from({ length: targets }, (_, t) =>
          begins[t] === begins[t + 1] ? -1 : (begins[t + 1] ?? 0) - 1,
        )
        const sorted = new Int32Array(count)
        const places = sizes.map(() => new Int32Array(count))
        keys.forEach((key, k) => {
          const p = begins[key] ?? 0
          begins[key] = p + 1
          sorted[p] = key
          let rest = k
          for (let d = sizes.length - 1; d >= 0; d--) {
            const size = sizes[d] ?? 1
            const whole = Math.floor(rest / size)
            const row = places[d]
            if (row !== undefined) row[p] = rest - whole * size
            rest = whole
          }
        })
        return [ends, sorted, ...places]
      },
    },
    types,
  )
}
const missing = (): never => {
  throw internal("a scatter was taken apart and something is gone")
}
