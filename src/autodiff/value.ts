/**
 * Value: what operations take and give at run time, a concrete tensor or a tracer that stands for one. Everything that
 * looks at a tensor from outside (printing, coercion, reading) is here, so that both answer alike.
 */

import type { DType, Numbers } from "./dtype.ts"
import { CotangentError, TracerError } from "./errors.ts"
import { pasteTensor } from "./paste-tensor.ts"
import { showType, type TensorType } from "./program/type.ts"

const inspect = Symbol.for("nodejs.util.inspect.custom")
const fastCheckPrint = Symbol.for("fast-check/toStringMethod")

export abstract class Value {
  readonly type: TensorType

  constructor(type: TensorType) {
    this.type = type
  }
  get shape(): readonly number[] {
    return this.type.shape
  }
  get dtype(): DType {
    return this.type.dtype
  }

  abstract data(): Promise<Numbers>
  abstract dataSync(): Numbers
  abstract to(engine: string): Promise<Value>

  async array(): Promise<unknown> {
    return nest(this.dtype, this.shape, await this.data())
  }
  arraySync(): unknown {
    return nest(this.dtype, this.shape, this.dataSync())
  }
  async item(): Promise<unknown> {
    // Before the wait: afterwards the caller's line is off the stack.
    expectOne(this)
    return nest(this.dtype, [], await this.data())
  }
  itemSync(): unknown {
    expectOne(this)
    return nest(this.dtype, [], this.dataSync())
  }

  abstract toString(): string
  toJSON(): unknown {
    return { shape: this.shape, dtype: this.dtype, values: this.arraySync() }
  }
  [inspect](): string {
    return this.toString()
  }
  /** In counterexamples of fast-check: code to paste. */
  [fastCheckPrint](): string {
    return pasteTensor(this)
  }
  /** `t + 1` and `t > 0` would silently make strings and NaN. A template string prints a tensor, as `toString` does. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString()
    throw this.notA(
      "number",
      "use add(a, b), mul(a, b), less(a, b), where(test, a, b), … or read it first: await t.item()",
    )
  }
  protected notA(what: "number" | "string", use: string): CotangentError {
    return new CotangentError(
      "coercion",
      `a ${this.kindName} ${showType(this.type)} is not a JavaScript ${what}: ${use}`,
    )
  }
  /** "tensor" or "traced value": how messages call it. */
  abstract readonly kindName: string
}

/** A value inside a transform: it has a type and no numbers. */
export abstract class Tracer extends Value {
  get kindName(): string {
    return "traced value"
  }
  /** The transform that made it, as users call it. */
  abstract readonly transform: string
  #unreadable(method: string): TracerError {
    return new TracerError(
      "traced-read",
      `${method}: this ${showType(this.type)} is being traced by ${this.transform} and has no numbers yet; return it and read the result outside`,
    )
  }
  data(): Promise<Numbers> {
    return Promise.reject(this.#unreadable("data()"))
  }
  dataSync(): Numbers {
    throw this.#unreadable("dataSync()")
  }
  override array(): Promise<unknown> {
    return Promise.reject(this.#unreadable("array()"))
  }
  override arraySync(): unknown {
    throw this.#unreadable("arraySync()")
  }
  override item(): Promise<unknown> {
    return Promise.reject(this.#unreadable("item()"))
  }
  override itemSync(): unknown {
    throw this.#unreadable("itemSync()")
  }
  to(): Promise<Value> {
    return Promise.reject(this.#unreadable("to()"))
  }
  /** A template string inside a traced function would hold no numbers, whatever it was meant for. */
  override [Symbol.toPrimitive](hint: string): string {
    if (hint === "string")
      throw this.notA(
        "string",
        "it has no numbers yet; console.log(t) shows its type, and the result can be printed outside",
      )
    return super[Symbol.toPrimitive](hint)
  }
  override toJSON(): unknown {
    return { shape: this.shape, dtype: this.dtype, traced: this.transform }
  }
  toString(): string {
    return `Traced ${showType(this.type)} (in ${this.transform})`
  }
}

function expectOne({ shape, type }: Value): void {
  const count = shape.reduce((a, b) => a * b, 1)
  if (count !== 1)
    throw new CotangentError("item", `item(): ${showType(type)} has ${count} elements, not 1; use array() or data()`)
}

/** Row-major data as nested arrays; bools as true and false, a key as its two words. */
function nest(dtype: DType, shape: readonly number[], data: Numbers): unknown {
  const whole = dtype === "key" ? [...shape, 2] : shape
  const build = (axis: number, offset: number, count: number): unknown => {
    const size = whole[axis]
    if (size === undefined) return dtype === "bool" ? data[offset] !== 0 : data[offset]
    const step = count / Math.max(size, 1)
    return Array.from({ length: size }, (_, i) => build(axis + 1, offset + i * step, step))
  }
  return build(0, 0, data.length)
}
