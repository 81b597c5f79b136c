/** What threads run: modules by number, instantiated on the main thread at once and sent to workers when they need them. */
import { internal } from "../../../autodiff/errors.ts"
import type { Message } from "./worker.ts"

/** A module that imports the memory, host functions, and what earlier definitions export. */
export interface Definition {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly imports: readonly {
    readonly name: string
    /** The number of the definition that exports it. */
    readonly from: number
    readonly export: string
  }[]
}
export interface Definitions {
  readonly define: (definition: Definition) => number
  readonly forget: (id: number) => void
  readonly exports: (id: number) => WebAssembly.Exports
  /** What workers have not been told yet, which is then regarded as told. */
  readonly untold: () => readonly Message[]
}

/** What makers of modules need. */
export type Linker = Pick<Definitions, "define" | "forget" | "exports">

/** For one thread, which nobody has to be told about. */
export function newLinker(environment: WebAssembly.ModuleImports): Linker {
  const { define, forget, exports, untold } = newDefinitions(environment, {})
  const quietly =
    <A, B>(act: (a: A) => B) =>
    (a: A): B => {
      const result = act(a)
      untold()
      return result
    }
  return { define: quietly(define), forget: quietly(forget), exports }
}

/** `first` is what number 0 exports; workers have their own. */
export function newDefinitions(environment: WebAssembly.ModuleImports, first: WebAssembly.Exports): Definitions {
  const known = new Map([[0, first]])
  let [next, untold]: [number, Message[]] = [1, []]
  const exportsOf = (id: number): WebAssembly.Exports => {
    const found = known.get(id)
    if (found === undefined) throw internal(`the pool has no definition ${id}`)
    return found
  }
  return {
    define: ({ bytes, imports }) => {
      const module = new WebAssembly.Module(bytes)
      const e: WebAssembly.ModuleImports = { ...environment }
      for (const i of imports) e[i.name] = exportsOf(i.from)[i.export] ?? unknown(i)
      const id = next++
      known.set(id, new WebAssembly.Instance(module, { e }).exports)
      untold.push({ id, module, imports })
      return id
    },
    forget: (id) => {
      known.delete(id)
      const needed = untold.some((m) => m.imports.some((i) => i.from === id))
      const k = needed ? -1 : untold.findIndex((m) => m.id === id)
      if (k < 0) untold.push({ id, imports: [] })
      else untold.splice(k, 1)
    },
    exports: exportsOf,
    untold: () => {
      const all = untold
      untold = []
      return all
    },
  }
}

const unknown = (it: Definition["imports"][number]): never => {
  throw internal(`definition ${it.from} exports no ${it.export}`)
}
