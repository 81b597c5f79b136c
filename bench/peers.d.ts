// What the benches use of the peers, so that they type-check where bench/package.json is not installed.
declare module "@jax-js/jax" {
  interface Array {
    readonly ref: Array
    readonly shape: readonly number[]
    add(other: Array | number): Array
    sub(other: Array | number): Array
    mul(other: Array | number): Array
    div(other: Array | number): Array
    neg(): Array
    sum(axis?: number): Array
    mean(axis?: number, options?: { readonly keepdims: boolean }): Array
    reshape(shape: readonly number[]): Array
    transpose(axes: readonly number[]): Array
    slice(index: number): Array
    data(): Promise<ArrayLike<number>>
    dispose(): void
  }
  export const init: (device: string) => Promise<unknown>
  export const defaultDevice: (device: string) => unknown
  export const blockUntilReady: (tree: readonly Array[]) => Promise<unknown>
  export const jit: <A extends readonly unknown[], R>(f: (...args: A) => R) => (...args: A) => R
  export const grad: {
    <A extends readonly unknown[]>(f: (...args: A) => Array): (...args: A) => A[0]
    <A extends readonly unknown[]>(
      f: (...args: A) => Array,
      options: { readonly argnums: readonly number[] },
    ): (...args: A) => readonly Array[]
  }
  export const valueAndGrad: {
    <A extends readonly unknown[]>(f: (...args: A) => Array): (...args: A) => readonly [value: Array, gradient: A[0]]
    <A extends readonly unknown[]>(
      f: (...args: A) => Array,
      options: { readonly argnums: readonly number[] },
    ): (...args: A) => readonly [value: Array, gradients: readonly Array[]]
  }
  export const numpy: {
    readonly array: (data: number | readonly number[] | Float32Array | Int32Array) => Array
    readonly zeros: (shape: readonly number[]) => Array
    readonly matmul: (x: Array, y: Array) => Array
    readonly take: (x: Array, indices: Array, axis: number) => Array
    readonly sin: (x: Array) => Array
    readonly exp: (x: Array) => Array
    readonly sqrt: (x: Array) => Array
    readonly sign: (x: Array) => Array
    readonly sort: (x: Array) => Array
    readonly fft: {
      readonly fft: (x: { readonly real: Array; readonly imag: Array }) => {
        readonly real: Array
        readonly imag: Array
      }
    }
  }
  export const nn: {
    readonly gelu: (x: Array) => Array
    readonly relu: (x: Array) => Array
    readonly softmax: (x: Array, axis: number) => Array
    readonly logSoftmax: (x: Array, axis: number) => Array
  }
  export const lax: {
    readonly conv: (x: Array, w: Array, strides: readonly number[], padding: string) => Array
    readonly linalg: { readonly cholesky: (a: Array) => Array }
  }
  export const tree: {
    readonly map: <T>(f: (...leaves: Array[]) => Array, tree: T, ...rest: readonly T[]) => T
    readonly ref: <T>(tree: T) => T
  }
}

declare module "@tensorflow/tfjs" {
  export interface Tensor {
    data(): Promise<ArrayLike<number>>
    dataSync(): ArrayLike<number> & Iterable<number>
    dispose(): void
  }
  type Operand = Tensor | number
  type Shape = readonly number[]
  type Unary = (x: Operand) => Tensor
  type Binary = (x: Operand, y: Operand) => Tensor
  export const version_core: string
  export const env: () => { readonly getBool: (flag: string) => boolean }
  export const setBackend: (name: string) => Promise<boolean>
  export const ready: () => Promise<void>
  export const tidy: (f: () => Tensor[]) => Tensor[]
  export const tensor: (values: Float32Array | Int32Array, shape: Shape, dtype?: "float32" | "int32") => Tensor
  export const variable: (initial: Tensor) => Tensor & { readonly name: string }
  export const cast: (x: Tensor, dtype: "float32") => Tensor
  export const oneHot: (labels: Tensor, depth: number) => Tensor
  export const add: Binary
  export const sub: Binary
  export const mul: Binary
  export const div: Binary
  export const neg: Unary
  export const exp: Unary
  export const sin: Unary
  export const sqrt: Unary
  export const tanh: Unary
  export const relu: Unary
  export const softmax: Unary
  export const logSoftmax: Unary
  export const sum: (x: Tensor, axis?: number) => Tensor
  export const mean: (x: Tensor, axis?: number, keepDims?: boolean) => Tensor
  export const matMul: (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor
  export const transpose: (x: Tensor, axes?: Shape) => Tensor
  export const reshape: (x: Tensor, shape: Shape) => Tensor
  export const gather: (x: Tensor, indices: Tensor) => Tensor
  export const scatterND: (indices: Tensor, updates: Tensor, shape: Shape) => Tensor
  export const conv2d: (x: Tensor, w: Tensor, strides: number, padding: "same") => Tensor
  export const grad: (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor
  export const grads: (f: (...xs: Tensor[]) => Tensor) => (xs: readonly Tensor[]) => Tensor[]
  export const valueAndGrads: (
    f: (...xs: Tensor[]) => Tensor,
  ) => (xs: readonly Tensor[]) => { readonly value: Tensor; readonly grads: readonly Tensor[] }
  interface Optimiser {
    readonly minimize: (f: () => Tensor, returnCost: boolean, variables: readonly Tensor[]) => Tensor | null
    /** Gradients by the names of variables. */
    readonly applyGradients: (gradients: Readonly<Record<string, Tensor>>) => void
  }
  export const train: {
    readonly sgd: (rate: number) => Optimiser
    readonly momentum: (rate: number, momentum: number) => Optimiser
    readonly adam: (rate: number, beta1: number, beta2: number, epsilon: number) => Optimiser
  }
}
declare module "@tensorflow/tfjs-backend-wasm" {}

declare module "vega" {
  export const parse: (spec: object) => object
  export class View {
    constructor(runtime: object, options: { readonly renderer: "none" })
    toSVG(): Promise<string>
  }
}
declare module "vega-lite" {
  export const compile: (spec: object) => { readonly spec: object }
}
