/**
 * Program: a function of tensors as data. Variables are assigned once; an equation applies an Operation; sub-programs
 * (the body of a scan, the branches of a cond) are part of the Operation. Interpreters rewrite Programs, engines run them.
 */
import type { Operation } from "./operation.ts"
import { interning } from "./tables.ts"
import type { TensorType } from "./type.ts"

export interface Variable {
  readonly kind: "variable"
  readonly id: number
  readonly type: TensorType
}
/** A scalar known while tracing: part of the meaning, so engines bake it into their code. */
export interface Literal {
  readonly kind: "literal"
  readonly value: number
  readonly type: TensorType
}
export type Atom = Variable | Literal

export interface Equation {
  readonly operation: Operation
  readonly inputs: readonly Atom[]
  readonly outputs: readonly Variable[]
  /** The user's line that made it, where known. */
  readonly site: string | undefined
}

/** What a `check` equation says when its condition is false somewhere. */
export interface Claim {
  readonly code: string
  readonly message: string
  readonly site: string | undefined
  /** Whose fault it is: of the values (a CheckError) unless a solver's (a SolverError). */
  readonly kind?: "solver"
}

export interface Program {
  /** Unique: a key for what is derived from this program. */
  readonly id: number
  readonly name: string
  readonly inputs: readonly Variable[]
  readonly equations: readonly Equation[]
  readonly outputs: readonly Atom[]
}

let nextVariable = 0
let nextProgram = 0
export const newVariable = (type: TensorType): Variable => ({ kind: "variable", id: nextVariable++, type })
export const literal = (value: number, type: TensorType): Literal => ({ kind: "literal", value, type })

const intern = interning<Program>(1 << 10)

/**
 * Programs are interned by structure, variables' names aside: tracing one function twice gives one Program, so that what
 * is derived from it and compiled for it is found again.
 */
export const newProgram = (parts: Omit<Program, "id">): Program =>
  intern(structureOf(parts), () => ({ id: nextProgram++, ...parts }))
function structureOf(parts: Omit<Program, "id">): string {
  const names = new Map<Variable, number>()
  const name = (v: Variable): string => {
    let n = names.get(v)
    if (n === undefined) {
      n = names.size
      names.set(v, n)
    }
    return `${n}:${v.type.id}`
  }
  const atom = (a: Atom): string =>
    a.kind === "variable" ? name(a) : `=${Object.is(a.value, -0) ? "-0" : a.value}:${a.type.id}`
  const lines = [`${parts.name} ${parts.inputs.map(name).join(" ")}`]
  for (const e of parts.equations)
    lines.push(`${e.outputs.map(name).join(" ")} = ${e.operation.key} ( ${e.inputs.map(atom).join(" ")}`)
  lines.push(parts.outputs.map(atom).join(" "))
  return lines.join("\n")
}

/** The programs inside an operation, in the order in which their claims are reported. */
export function subPrograms(operation: Operation): readonly Program[] {
  switch (operation.kind) {
    case "program":
      return [operation.program]
    case "scan":
      return [operation.body]
    case "while":
      return [operation.test, operation.body]
    case "cond":
      return operation.branches
    default:
      return []
  }
}

/** Every claim that running the program checks, in order of equations, those of sub-programs in their place. */
export const claimsOf = (program: Program): readonly Claim[] =>
  program.equations.flatMap((e) =>
    e.operation.kind === "check" ? [e.operation.claim] : subPrograms(e.operation).flatMap(claimsOf),
  )
