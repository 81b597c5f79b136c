/** ConcreteTensor: a tensor that has its numbers, in some engine's memory. */

import { engineNamed, engineNow } from "./current-engine.ts"
import { allocate, type Element, hold, type Numbers } from "./dtype.ts"
import type { Engine, EngineBuffer } from "./engine.ts"
import { DonationError, EngineError } from "./errors.ts"
import { showType, type TensorType, typeOf } from "./program/type.ts"
import { showTensor } from "./show-tensor.ts"
import { newStorage, raiseFaults, raiseFaultsSync, type Storage, sharing } from "./storage.ts"
import { Value } from "./value.ts"

export class ConcreteTensor extends Value {
  readonly storage: Storage
  /** The JavaScript number it was made from: tracing bakes it in instead of capturing the tensor. */
  readonly literal: number | undefined
  /** Whether it was donated itself: else `storage` was with a reshape of it. */
  wasDonated: boolean

  constructor(type: TensorType, storage: Storage, literal?: number) {
    super(type)
    this.storage = storage
    this.literal = literal
    this.wasDonated = false
  }
  get kindName(): string {
    return "tensor"
  }
  get engine(): Engine {
    return this.storage.buffer.engine
  }

  /** Its memory, or the error that it was given away. */
  buffer(use: string): EngineBuffer {
    const { buffer, donated } = this.storage
    if (donated === undefined) return buffer
    const details = { dtype: this.dtype, shape: this.shape, donated }
    if (this.wasDonated)
      throw new DonationError(
        "donated",
        `${use}: this tensor was donated to a compiled function (${donated}), and its memory is gone; use what that function returned, or leave the argument out of \`donate\``,
        details,
      )
    throw new DonationError(
      "donated-alias",
      `${use}: this ${showType(this.type)} is the same memory as a tensor that was donated to a compiled function (${donated}): a reshape of it; donate a copy, mul(x, 1), or leave the argument out of \`donate\``,
      details,
    )
  }
  async data(): Promise<Numbers> {
    const buffer = this.buffer("data()")
    const numbers = await buffer.engine.read(buffer)
    await raiseFaults(this.storage)
    return numbers
  }
  dataSync(): Numbers {
    const buffer = this.buffer("dataSync()")
    const read = buffer.engine.readSync
    if (read === undefined)
      throw new EngineError(
        "asynchronous",
        `dataSync(): the ${buffer.engine.name} engine cannot block; write await t.data(), await t.array() or await t.item()`,
        { engine: buffer.engine.name },
      )
    raiseFaultsSync(this.storage)
    return read(buffer)
  }
  async to(name: string): Promise<Value> {
    const engine = await engineNamed(name)
    if (engine === this.engine) return this
    return fromNumbers(this.type, await this.data(), engine)
  }
  toString(): string {
    return showTensor(this)
  }
}

/** The same value as one of its own: donating either leaves the other. Nothing is copied. */
export function apart(x: ConcreteTensor, use: string): ConcreteTensor {
  x.buffer(use)
  return new ConcreteTensor(x.type, sharing(x.storage))
}

/** A tensor over a copy of row-major numbers, on the current engine unless another is named. */
export const fromNumbers = (type: TensorType, numbers: Numbers, engine: Engine = engineNow()): ConcreteTensor =>
  new ConcreteTensor(type, newStorage(engine.upload(numbers, type.array)))

const scalars = new WeakMap<Engine, Map<string, WeakRef<ConcreteTensor>>>()
/**
 * A scalar that remembers its number. The same few (0, 1, 0.5) come again and again, so each is made once per engine; it is
 * everybody's, and nobody can donate it.
 */
export function fromNumber(dtype: Element, value: number, weak = false): ConcreteTensor {
  const engine = engineNow()
  let known = scalars.get(engine)
  if (known === undefined) {
    known = new Map()
    scalars.set(engine, known)
  }
  const key = `${weak ? "~" : ""}${dtype}${Object.is(value, -0) ? "-0" : value}`
  const found = known.get(key)?.deref()
  if (found !== undefined) return found
  const numbers = allocate(dtype, 1)
  numbers[0] = hold(dtype, value)
  const made = new ConcreteTensor(
    typeOf(dtype, [], weak),
    newStorage(engine.upload(numbers, { dtype, shape: [] })),
    value,
  )
  if (known.size >= 256) known.clear()
  known.set(key, new WeakRef(made))
  return made
}

/** A Program's literal as a value again. */
export const fromLiteral = (value: number, type: TensorType): ConcreteTensor =>
  fromNumber(type.array.dtype, value, type.weak)
