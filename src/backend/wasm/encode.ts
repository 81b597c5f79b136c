/**
 * The bytes of WebAssembly instructions. Code is a rope: instructions are put together by nesting arrays, which costs
 * nothing, and flattened once, when the module is written.
 */
export type Code = readonly (number | Code | Uint8Array)[]

/** Types of locals, parameters and results. */
export const i32 = 0x7f
export const i64 = 0x7e
export const f32 = 0x7d
export const f64 = 0x7c
export const v128 = 0x7b
export type ValueType = typeof i32 | typeof i64 | typeof f32 | typeof f64 | typeof v128

/** An unsigned number in LEB128. */
export function leb(x: number): number | Code {
  if (x >= 0 && x < 0x80) return x
  const out: number[] = []
  let rest = x >>> 0
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  out.push(rest)
  return out
}
/** A signed number in LEB128. */
function sleb(x: number): number | Code {
  if (x >= 0 && x < 0x40) return x
  const out: number[] = []
  let rest = x | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    const signIsRight = (low & 0x40) === 0 ? rest === 0 : rest === -1
    if (signIsRight) return [...out, low]
    out.push(low | 0x80)
  }
}
/** The same of 64 bits. */
function sleb64(x: bigint): Code {
  const out: number[] = []
  let rest = BigInt.asIntN(64, x)
  for (;;) {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    const signIsRight = (low & 0x40) === 0 ? rest === 0n : rest === -1n
    if (signIsRight) return [...out, low]
    out.push(low | 0x80)
  }
}
const scratch = new DataView(new ArrayBuffer(8))
export function f32Bytes(x: number): Code {
  scratch.setFloat32(0, x, true)
  return Array.from({ length: 4 }, (_, k) => scratch.getUint8(k))
}
function f64Bytes(x: number): Code {
  scratch.setFloat64(0, x, true)
  return Array.from({ length: 8 }, (_, k) => scratch.getUint8(k))
}

export const get = (local: number): Code => [0x20, leb(local)]
export const set = (local: number): Code => [0x21, leb(local)]
export const tee = (local: number): Code => [0x22, leb(local)]
export const call = (fn: number): Code => [0x10, leb(fn)]
export const i32Const = (x: number): Code => [0x41, sleb(x | 0)]
export const i64Const = (x: bigint | number): Code => [0x42, sleb64(BigInt(x))]
export const f32Const = (x: number): Code => [0x43, f32Bytes(x)]
export const f64Const = (x: number): Code => [0x44, f64Bytes(x)]
export const simd = (op: number): Code => [0xfd, leb(op)]

/** Instructions on two (or, for `eqz`, one) i32. */
export const add = 0x6a
export const sub = 0x6b
export const mul = 0x6c
export const divU = 0x6e
export const remU = 0x70
export const and = 0x71
export const xor = 0x73
export const or = 0x72
export const shl = 0x74
export const shrU = 0x76
export const eqz = 0x45
export const eq = 0x46
export const ne = 0x47
export const ltS = 0x48
export const ltU = 0x49
export const gtS = 0x4a
export const gtU = 0x4b
export const leS = 0x4c
export const leU = 0x4d
export const geS = 0x4e
export const geU = 0x4f
export const drop = 0x1a
export const leave = 0x0f
export const unreachable = 0x00
/** `a, b, test, select` is a where test is true, else b. */
export const select = 0x1b
/** Between floats and 32-bit integers, bits as they are; and between the floats. */
export const asF32 = 0xbe
export const asI32 = 0xbc
export const toF64 = 0xbb
export const toF32 = 0xb6

/** `if (test) yes else no` giving a value of this type. */
export const choose = (test: Code, type: ValueType, yes: Code, no: Code): Code => [
  test,
  0x04,
  type,
  yes,
  0x05,
  no,
  0x0b,
]
export const when = (test: Code, body: Code): Code => [test, 0x04, 0x40, body, 0x0b]
export const either = (test: Code, yes: Code, no: Code): Code => [test, 0x04, 0x40, yes, 0x05, no, 0x0b]
/** The lesser of two integers; both pieces of code are run twice. */
export const lesser = (a: Code, b: Code): Code => [a, b, a, b, ltS, select]
/** Runs `body` for ever; `leaveIf(test)`, directly inside it, goes on behind it. */
export const endless = (body: Code): Code => [0x02, 0x40, 0x03, 0x40, body, 0x0c, 0, 0x0b, 0x0b]
export const leaveIf = (test: Code): Code => [test, 0x0d, 1]
/** Runs `body` again for as long as `goOn`, computed after it, is true: so at least once. */
const repeat = (body: Code, goOn: Code): Code => [0x03, 0x40, body, goOn, 0x0d, 0, 0x0b]
/** `for (v = from; v < to; v += step)`, for ranges known not to be empty. */
export const counted = (v: number, from: Code, to: Code, step: number, body: Code): Code => [
  from,
  set(v),
  repeat(body, [get(v), i32Const(step), add, tee(v), to, ltS]),
]

/** `body`, out of which `branch(0)`, directly inside it, goes on behind it; one deeper it is `branch(1)`. */
export const block = (body: Code): Code => [0x02, 0x40, body, 0x0b]
/** `body`, to whose beginning `branch(0)`, directly inside it, goes back; without one it ends like any code. */
export const loop = (body: Code): Code => [0x03, 0x40, body, 0x0b]
/** To the `depth`-th block or loop around, counted outwards from 0; `when` and `either` count too. */
export const branch = (depth: number): Code => [0x0c, leb(depth)]
export const branchIf = (test: Code, depth: number): Code => [test, 0x0d, leb(depth)]

/** Memory instructions take an alignment hint (none here) and a constant offset. */
const access = (op: number | Code, offset: number): Code => [op, 0, leb(offset)]
const loads = { [i32]: 0x28, [i64]: 0x29, [f32]: 0x2a, [f64]: 0x2b, [v128]: simd(0) }
const stores = { [i32]: 0x36, [i64]: 0x37, [f32]: 0x38, [f64]: 0x39, [v128]: simd(11) }
export const loadFrom = (type: ValueType, address: Code, offset: number): Code => [address, access(loads[type], offset)]
export const storeTo = (type: ValueType, address: Code, what: Code, offset: number): Code => [
  address,
  what,
  access(stores[type], offset),
]
export const loadSplat = (address: Code, offset: number): Code => [address, access(simd(9), offset)]

export const memoryCopy = (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, 0xfc, 10, 0, 0]
/** Every byte becomes the lowest of `value`. */
export const memoryFill = (to: Code, value: Code, bytes: Code): Code => [to, value, bytes, 0xfc, 11, 0]

/** Atomic instructions on an i32; their addresses, offset included, must be multiples of 4, or they trap. */
const atomic = (op: number, offset: number): Code => [0xfe, leb(op), 2, leb(offset)]
export const atomicLoad = (address: Code, offset = 0): Code => [address, atomic(0x10, offset)]
export const atomicStore = (address: Code, value: Code, offset = 0): Code => [address, value, atomic(0x17, offset)]
/** Gives what was there before. */
export const atomicAdd = (address: Code, value: Code, offset = 0): Code => [address, value, atomic(0x1e, offset)]
/**
 * Sleeps for as long as the word is `expected`, until woken or `timeout` (i64) nanoseconds are over, for ever if it is
 * negative. Gives 0 where it was woken, 1 where the word was another, 2 where the time was over. Traps on memory that is
 * not shared, and on a browser's main thread. To be used in a function without locals: the baseline compiler of Node 20
 * keeps them in registers across it, and finds other values there.
 */
export const atomicWait = (address: Code, expected: Code, timeout: Code, offset = 0): Code => [
  address,
  expected,
  timeout,
  atomic(1, offset),
]
/** Wakes at most `count` (as u32) of those who wait at the address; gives how many there were. */
export const atomicNotify = (address: Code, count: Code, offset = 0): Code => [address, count, atomic(0, offset)]
