// What the benches use of a peer, so that they type-check where bench/package.json is not installed.
declare module "@jax-js/jax" {
  interface Array {
    readonly ref: Array
    mul(other: Array): Array
    sum(): Array
    js(): unknown
    dispose(): void
  }
  export const init: (device: string) => Promise<unknown>
  export const defaultDevice: (device: string) => unknown
  export const numpy: { readonly array: (data: readonly number[]) => Array; readonly sin: (x: Array) => Array }
  export const grad: (f: (x: Array) => Array) => (x: Array) => Array
}
