/** A tensor as the code that makes it again: what counterexamples print. */
import { CotangentError } from "./errors.ts"
import { showType } from "./program/type.ts"
import type { Value } from "./value.ts"

/** More elements than a screen holds are not written one by one. */
const most = 100
const shown = 12

export function pasteTensor(t: Value): string {
  let data: ArrayLike<number>
  try {
    data = t.dataSync()
  } catch (e) {
    // Donated, traced, or on an engine that cannot block: it prints what it can say of itself.
    if (e instanceof CotangentError) return t.toString()
    throw e
  }
  const { dtype, shape } = t
  if (dtype === "key") return pasteKey(t, data)
  const option = dtype === "f32" || (dtype === "bool" && data.length > 0) ? [] : [`dtype: "${dtype}"`]
  const call = (name: string, first: string, options: readonly string[]): string =>
    `${name}(${first}${options.length === 0 ? "" : `, { ${options.join(", ")} }`})`
  const numbers = Array.from({ length: data.length }, (_, k) => element(data[k] ?? 0, dtype))
  if (data.length === 0) return call(`zeros`, `[${shape.join(", ")}]`, option)
  if (data.length <= most) return call("tensor", nested(numbers, shape), option)
  const [first = "0"] = numbers
  if (numbers.every((x) => x === first)) return call("full", `[${shape.join(", ")}], ${first}`, option)
  const nonzero = numbers.flatMap((x, k) => (x === "0" || x === "false" ? [] : [`${k}: ${x}`]))
  const array = { f64: "Float64Array", i32: "Int32Array", u32: "Uint32Array", bool: "Uint8Array", f32: "Float32Array" }[
    dtype
  ]
  if (nonzero.length <= most / 2 && dtype !== "bool")
    return call("tensor", `Object.assign(new ${array}(${data.length}), { ${nonzero.join(", ")} })`, [
      `shape: [${shape.join(", ")}]`,
    ])
  return `tensor([${numbers.slice(0, shown).join(", ")}, /* ${showType(t.type)}: the first ${shown} of ${data.length} elements */])`
}

/** A key from a seed says so; one that was split or folded from another has no seed, and is shown by its two words. */
function pasteKey(t: Value, words: ArrayLike<number>): string {
  if (t.shape.length > 0) return `/* ${showType(t.type)}: ${words.length / 2} keys */`
  const [high = 0, low = 0] = [words[0], words[1]]
  // Seeds go up to 2^53 and wrap below 0.
  if (high < 2 ** 21) return `random.key(${high * 2 ** 32 + low})`
  if (high >= 2 ** 32 - 2 ** 21) return `random.key(${(high - 2 ** 32) * 2 ** 32 + low})`
  return `/* a key with the words ${high} and ${low}, made by random.split or random.foldIn */`
}

function element(x: number, dtype: string): string {
  if (dtype === "bool") return x === 0 ? "false" : "true"
  if (Object.is(x, -0)) return "-0"
  if (dtype !== "f32" || !Number.isFinite(x)) return String(x)
  // The shortest decimal that is this single and no other.
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits))
    if (Math.fround(short) === x) return String(short)
  }
  return String(Number(x.toPrecision(9)))
}

function nested(numbers: readonly string[], [size, ...inner]: readonly number[]): string {
  if (size === undefined) return numbers[0] ?? "0"
  const step = numbers.length / size
  const rows = Array.from({ length: size }, (_, k) => nested(numbers.slice(k * step, (k + 1) * step), inner))
  return `[${rows.join(", ")}]`
}
