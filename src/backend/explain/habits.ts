/** What explanations need to know of the engine that runs a plan. */
import type { Loop } from "../../autodiff/program/loop/loop.ts"
import type { Demands } from "../compile/memory/memory-plan.ts"
import { assemble } from "../wasm/kernel.ts"

export interface Habits {
  /** Whether it copies the operands of a product into panels. */
  readonly packs: (loop: Loop) => boolean
  /** What it asks of the memory plan; undefined where every value has memory of its own. */
  readonly demands: Demands | undefined
}

/** By the first part of an engine's name. */
export const packsOn = (engine: string): Habits["packs"] =>
  engine.split("/")[0] === "wasm" ? (loop) => loop.form === "map" && assemble(loop).tile !== undefined : () => false
