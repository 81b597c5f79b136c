import { fill, read, type Truth } from "./plain.ts"

export const fft: Readonly<Record<"rootsOfUnity", Truth>> = {
  rootsOfUnity: ([p], { n }) =>
    [Math.cos, Math.sin].map((f) => fill(p?.shape ?? [], (i) => f((2 * Math.PI * read(p, i)) / Number(n)))),
}
