/** Host code as a function that drivers import: `host(routine, list)`, addresses of operands and results in the list. */
import { internal } from "../../autodiff/errors.ts"
import type { Loop, RoutineLoop } from "../../autodiff/program/loop/loop.ts"
import { byteLength } from "../compile/memory/memory-plan.ts"
import { decode, encode } from "./contents.ts"
import type { Heap } from "./heap.ts"

export interface Routines {
  /** The number by which `call` knows a routine, as long as somebody has the loop. */
  readonly numberOf: (loop: Loop) => number
  readonly call: (routine: number, list: number) => void
}
export function newRoutines(heap: Heap): Routines {
  const numbers = new WeakMap<Loop, number>()
  const routines = new Map<number, WeakRef<RoutineLoop>>()
  const dropped = new FinalizationRegistry<number>((n) => routines.delete(n))
  let next = 0
  return {
    numberOf: (loop) => {
      if (loop.form !== "routine") throw internal(`a ${loop.form} is no host code`)
      const number = numbers.get(loop) ?? next++
      if (!numbers.has(loop)) {
        numbers.set(loop, number)
        routines.set(number, new WeakRef(loop))
        dropped.register(loop, number)
      }
      return number
    },
    call: (number, list) => {
      const loop = routines.get(number)?.deref()
      if (loop === undefined) throw internal(`there is no routine ${number}`)
      const memory = heap.bytes()
      const count = loop.inputs.length + loop.results.length
      const addresses = new Uint32Array(memory.buffer, list, count).slice()
      const operands = loop.inputs.map((x, k) => {
        const start = addresses[k] ?? 0
        return decode(x, memory.subarray(start, start + byteLength(x)))
      })
      const results = loop.routine.run(operands, loop.inputs)
      loop.results.forEach((type, k) => {
        const values = results[k]
        if (values === undefined) throw internal("host code gave too few results")
        const bytes = encode(type, values)
        if (bytes.length !== byteLength(type))
          throw internal(`${loop.routine.name} gave ${bytes.length} bytes for a result of ${byteLength(type)}`)
        // Host code that computes with tensors itself may have let the memory grow.
        heap.bytes().set(bytes, addresses[loop.inputs.length + k] ?? 0)
      })
    },
  }
}
