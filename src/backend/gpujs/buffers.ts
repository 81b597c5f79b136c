/** What tensors hold of this engine: planes of numbers, counted while somebody holds them. */
import type { Engine, EngineBuffer } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import { type ArrayType, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { planesOf } from "../compile/limbs.ts"
import { keep, letGo, type Values } from "./planes.ts"

export class GpujsBuffer implements EngineBuffer {
  readonly engine: Engine
  readonly type: ArrayType
  planes: readonly Values[]
  held = true

  constructor(engine: Engine, type: ArrayType, planes: readonly Values[]) {
    this.engine = engine
    this.type = type
    this.planes = planes
  }
}

export interface Buffers {
  /** A buffer that owns these planes. */
  readonly make: (type: ArrayType, planes: readonly Values[]) => GpujsBuffer
  /** The same with every plane by its number. */
  readonly each: (type: ArrayType, plane: (p: number) => Values) => GpujsBuffer
  readonly free: (buffer: GpujsBuffer) => void
  /** Refuses buffers of other engines. */
  readonly mine: (buffer: EngineBuffer) => GpujsBuffer
  readonly planesIn: (buffer: GpujsBuffer) => readonly Values[]
  /** A buffer of the same contents that lives on when the first is released, until it is dropped; it is not counted. */
  readonly kept: (buffer: GpujsBuffer) => GpujsBuffer
  readonly drop: (kept: GpujsBuffer) => void
  readonly bytesHeld: () => number
}

export function buffersOf(engine: () => Engine): Buffers {
  let held = 0
  const bytes = (type: ArrayType): number => 4 * planesOf(type.dtype) * sizeOf(type.shape)
  const make = (type: ArrayType, planes: readonly Values[]): GpujsBuffer => {
    held += bytes(type)
    return new GpujsBuffer(engine(), type, planes)
  }
  const planesIn = (buffer: GpujsBuffer): readonly Values[] => {
    if (!buffer.held) throw internal(`a buffer of the engine ${engine().name} is used after its release`)
    return buffer.planes
  }
  const drop = (buffer: GpujsBuffer): void => {
    for (const x of buffer.planes) letGo(x)
    buffer.held = false
    buffer.planes = []
  }
  return {
    make,
    each: (type, plane) =>
      make(
        type,
        Array.from({ length: planesOf(type.dtype) }, (_, p) => plane(p)),
      ),
    free: (buffer) => {
      if (buffer.held) held -= bytes(buffer.type)
      drop(buffer)
    },
    mine: (buffer) => {
      if (buffer instanceof GpujsBuffer && buffer.engine === engine()) return buffer
      throw new EngineError(
        "foreign-buffer",
        `a tensor of engine ${buffer.engine.name} was handed to engine ${engine().name}: move it first with await x.to("gpujs")`,
      )
    },
    planesIn,
    kept: (buffer) => {
      const planes = planesIn(buffer)
      for (const x of planes) keep(x)
      return new GpujsBuffer(engine(), buffer.type, planes)
    },
    drop,
    bytesHeld: () => held,
  }
}
