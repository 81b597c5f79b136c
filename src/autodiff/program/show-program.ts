/** Programs and Loops as text. */

import { type Loop, resultsOf } from "./loop/loop.ts"
import { freeVars, type Scalar } from "./loop/scalar.ts"
import { nodesOf } from "./loop/walk.ts"
import { type Atom, type Equation, type Program, subPrograms, type Variable } from "./program.ts"
import { showType } from "./type.ts"

/** `a`, `b`, … `z`, `aa`, …: variables in the order in which they appear. */
function namer(): (v: Variable) => string {
  const names = new Map<Variable, string>()
  return (v) => {
    let name = names.get(v)
    if (name === undefined) {
      let n = names.size
      name = ""
      do {
        name = String.fromCharCode(97 + (n % 26)) + name
        n = Math.floor(n / 26) - 1
      } while (n >= 0)
      names.set(v, name)
    }
    return name
  }
}

export function showProgram(program: Program, indent = ""): string {
  const name = namer()
  const atom = (a: Atom): string => (a.kind === "variable" ? name(a) : `${Object.is(a.value, -0) ? "-0" : a.value}`)
  const declared = (v: Variable): string => `${name(v)}: ${showType(v.type)}`
  const lines = [`${indent}${program.name}(${program.inputs.map(declared).join(", ")})`]
  for (const e of program.equations) lines.push(...showEquation(e, declared, atom, `${indent}  `))
  lines.push(`${indent}  return ${program.outputs.map(atom).join(", ")}`)
  return lines.join("\n")
}
function showEquation(
  e: Equation,
  declared: (v: Variable) => string,
  atom: (a: Atom) => string,
  indent: string,
): readonly string[] {
  const params = Object.entries(e.operation.params).map(
    ([k, v]) => `${k}=${typeof v === "string" ? v : JSON.stringify(v)}`,
  )
  const head = `${e.operation.name}${params.length > 0 ? `[${params.join(" ")}]` : ""}`
  const line = `${indent}${e.outputs.map(declared).join(", ")} = ${head} ${e.inputs.map(atom).join(" ")}`.trimEnd()
  return [line, ...subPrograms(e.operation).map((p) => showProgram(p, `${indent}  `))]
}

/** A Loop in mathematical dress: `out[i0, i1] = sum(k0 < 4: x0[i0, k0] * x1[k0, i1])`; shared parts are named first. */
export function showLoop(loop: Loop): string {
  const results = resultsOf(loop).map((r) => `${r.dtype}[${r.shape.join(", ")}]`)
  const head = `(${loop.inputs.map((x) => `x${x.slot}: ${x.dtype}[${x.shape.join(", ")}]`).join(", ")}) -> ${results.join(", ")}`
  const at = loop.indices.map((v) => v.name).join(", ")
  switch (loop.form) {
    case "map": {
      const { shared, show } = sharing(loop.bodies)
      const outs = loop.bodies.map((b, r) => `  out${loop.bodies.length > 1 ? r : ""}[${at}] = ${show(b)}`)
      return [`map ${head}`, ...shared, ...outs].join("\n")
    }
    case "prefix": {
      const { shared, show } = sharing([loop.body])
      return [
        `prefix ${head}`,
        ...shared,
        `  out[${at}] = running ${loop.monoid} along ${loop.indices[loop.axis]?.name ?? ""}${loop.reverse ? " from the end" : ""} of ${show(loop.body)}`,
      ].join("\n")
    }
    case "scatter": {
      const { shared, show } = sharing([loop.init, ...loop.at, loop.value])
      const over = loop.over.map((v) => `${v.name} < ${v.size}`).join(", ")
      return [
        `scatter ${head}`,
        ...shared,
        `  out[${at}] = ${show(loop.init)}`,
        `  for ${over}: out[${loop.at.map(show).join(", ")}] += ${show(loop.value)}`,
      ].join("\n")
    }
    case "view":
      return `view ${head}`
    case "routine":
      return `routine ${loop.routine.name} ${head}`
  }
}

const infix: Readonly<Record<string, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  rem: "%",
  pow: "**",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr: ">>",
  lt: "<",
  le: "<=",
  eq: "==",
  ne: "!=",
}

/** Names for what is used more than once, so that a DAG is never written out as a tree. */
function sharing(roots: readonly Scalar[]): {
  readonly shared: readonly string[]
  readonly show: (n: Scalar) => string
} {
  const nodes = nodesOf(...roots)
  const uses = new Map<Scalar, number>()
  for (const n of nodes)
    for (const c of "bodies" in n
      ? n.bodies
      : "at" in n
        ? n.at
        : "test" in n
          ? [n.test, n.a, n.b]
          : "b" in n
            ? [n.a, n.b]
            : "a" in n
              ? [n.a]
              : [])
      uses.set(c, (uses.get(c) ?? 0) + 1)
  const names = new Map<Scalar, string>()
  const shared: string[] = []
  const show = (n: Scalar): string => names.get(n) ?? spell(n)
  const spell = (n: Scalar): string => {
    switch (n.op) {
      case "const":
        return Object.is(n.value, -0) ? "-0" : n.dtype === "bool" ? String(n.value !== 0) : String(n.value)
      case "var":
        return n.name
      case "load": {
        const read = `x${n.from.slot}[${n.at.map(show).join(", ")}]`
        return n.outside === 0 ? read : `(${read} else ${n.outside})`
      }
      case "unary":
        return n.fn === "neg" ? `-${show(n.a)}` : `${n.fn}(${show(n.a)})`
      case "binary":
      case "compare":
        return infix[n.fn] === undefined
          ? `${n.fn}(${show(n.a)}, ${show(n.b)})`
          : `(${show(n.a)} ${infix[n.fn]} ${show(n.b)})`
      case "select":
        return `(${show(n.test)} ? ${show(n.a)} : ${show(n.b)})`
      case "cast":
      case "bitcast":
        return `${n.op === "cast" ? "" : "bits "}${n.dtype}(${show(n.a)})`
      case "fold":
        return `${n.monoid}${n.bodies.length > 1 ? `#${n.part}` : ""}(${n.index.name} < ${n.index.size}: ${n.bodies.map(show).join("; ")})`
    }
  }
  for (const n of nodes) {
    const inner = n.op === "const" || n.op === "var" || (uses.get(n) ?? 0) < 2 || n.op === "load"
    if (inner || boundBelow(n)) continue
    const text = spell(n)
    if (text.length < 12) continue
    names.set(n, `t${names.size}`)
    shared.push(`  ${names.get(n)} = ${text}`)
  }
  return { shared, show }
}
/** Bound indices that a node reads: such a node cannot be named outside its fold. */
const boundBelow = (n: Scalar): boolean => [...freeVars(n)].some((v) => v.name.startsWith("k"))
