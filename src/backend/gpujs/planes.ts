/** Arrays as gpu.js holds them: flat f32, 32-bit integers as two planes of 16 bits, some of them still on their way. */
import { allocate, type Element, type Numbers } from "../../autodiff/dtype.ts"
import { internal } from "../../autodiff/errors.ts"
import { planesOf } from "../compile/limbs.ts"

/** Numbers that stayed where gpu.js computed them, on a GPU. They live until every owner has let go of them. */
export class DeviceArray {
  readonly length: number
  /** What gpu.js takes as an argument. */
  readonly handle: unknown
  private readonly copy: () => Float32Array | Promise<Float32Array>
  private readonly destroy: () => void
  private owners = 1

  constructor(
    length: number,
    handle: unknown,
    { copy, destroy }: { readonly copy: () => Float32Array | Promise<Float32Array>; readonly destroy: () => void },
  ) {
    this.length = length
    this.handle = handle
    this.copy = copy
    this.destroy = destroy
  }
  read(): Float32Array | Promise<Float32Array> {
    this.assertLives()
    const copied = this.copy()
    if (copied instanceof Promise) {
      // Who lets go while the copy is under way must not take it away.
      this.keep()
      const done = (): void => this.letGo()
      copied.then(done, done)
    }
    return copied
  }
  keep(): void {
    this.assertLives()
    this.owners++
  }
  letGo(): void {
    this.assertLives()
    if (--this.owners === 0) this.destroy()
  }
  private assertLives(): void {
    if (this.owners === 0) throw internal("an array on the GPU is used after its release")
  }
}

export type Plane = Float32Array | DeviceArray
/** There at once, or on their way: on WebGPU, and out of a pipeline. */
export type Values = Plane | Promise<Plane>

export const nothing = new Float32Array(0)

// A kernel argument needs an element; every read of an array without elements is outside it and tested.
const padding = new Float32Array(1)
export const padded = <P extends Plane>(x: P): P | Float32Array => (x.length === 0 ? padding : x)

export function after<T, R>(x: T | Promise<T>, f: (x: T) => R | Promise<R>): R | Promise<R> {
  return x instanceof Promise ? reportedWhenRead(x.then(f)) : f(x)
}
/** Nobody may ever read the result: its failure must not end the process. */
export function reportedWhenRead<T>(x: Promise<T>): Promise<T> {
  x.catch(() => undefined)
  return x
}
export function afterAll<P, R>(
  xs: readonly (P | Promise<P>)[],
  f: (xs: readonly P[]) => R | Promise<R>,
): R | Promise<R> {
  const there: P[] = []
  for (const x of xs) if (!(x instanceof Promise)) there.push(x)
  return there.length === xs.length ? f(there) : reportedWhenRead(Promise.all(xs).then(f))
}
/** A copy on the host, or what is there already. */
export const onHost = (x: Values): Float32Array | Promise<Float32Array> =>
  after(x, (plane) => (plane instanceof DeviceArray ? plane.read() : plane))

/** One more owner, also of what is on its way: what is asked of a promise happens in order. */
export const keep = (x: Values): void => settle(x, (plane) => plane.keep())
export const letGo = (x: Values): void => settle(x, (plane) => plane.letGo())
function settle(x: Values, f: (plane: DeviceArray) => void): void {
  if (x instanceof DeviceArray) f(x)
  else if (x instanceof Promise)
    void after(x, (plane) => {
      if (plane instanceof DeviceArray) f(plane)
    })
}

/** The planes of an array; always copies. */
export function split(dtype: Element, values: Numbers): readonly Float32Array[] {
  if (planesOf(dtype) === 1) return [Float32Array.from(values)]
  return [Float32Array.from(values, (v) => (v >>> 16) & 0xffff), Float32Array.from(values, (v) => v & 0xffff)]
}
export function join(dtype: Element, planes: readonly Float32Array[]): Numbers {
  const [first = nothing, second = nothing] = planes
  const out = allocate(dtype, first.length)
  if (planesOf(dtype) === 1) out.set(first)
  else for (let k = 0; k < out.length; k++) out[k] = (first[k] ?? 0) * 0x10000 + (second[k] ?? 0)
  return out
}
