/** What gpu.js cannot hold, refused before it is asked for. */
import { EngineError } from "../../autodiff/errors.ts"
import { type ArrayType, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { type Program, subPrograms } from "../../autodiff/program/program.ts"
import { showType } from "../../autodiff/program/type.ts"

export function assertIndexable({ dtype, shape }: ArrayType): void {
  if (sizeOf(shape) > 2 ** 24)
    throw new EngineError(
      "gpujs-size",
      `gpujs numbers elements in f32, exactly up to 2^24 = 16,777,216, and ${dtype}[${shape.join(", ")}] has ${sizeOf(shape)}: use the wasm engine, await setEngine("wasm")`,
      { shape },
    )
}
/** Weak scalars apart, which count as f32. */
export function assertNoDoubles(program: Program, engine: string): void {
  const atoms = [
    ...program.inputs,
    ...program.outputs,
    ...program.equations.flatMap((e) => [...e.inputs, ...e.outputs]),
  ]
  const found = atoms.find((a) => a.type.dtype === "f64" && !a.type.weak)
  if (found !== undefined) throw noDoubles(engine, `a value ${showType(found.type)} in ${program.name}`)
  for (const e of program.equations) for (const inner of subPrograms(e.operation)) assertNoDoubles(inner, engine)
}
export const noDoubles = (engine: string, what: string): EngineError =>
  new EngineError(
    "gpujs-f64",
    `${engine} has no f64 and was given ${what}: use cast(x, "f32"), or an engine that has it, await setEngine("wasm")`,
    { what },
  )
