/**
 * Writes docs/api from our own declarations: every public name with its parameters, its docstring and its type, a page for
 * each part of the package. `npm run docs` calls it; test/docs/api.test.ts compares.
 */
import { join, relative, resolve } from "node:path"
import ts from "typescript-5.9"

const root = resolve(import.meta.dirname, "..")
export const apiFolder = join(root, "docs/api")
const modules = {
  cotangent: "src/index.ts",
  "cotangent/layers": "src/layers/index.ts",
  "cotangent/optim": "src/optim/index.ts",
  "cotangent/testing": "src/testing/index.ts",
  "cotangent/io": "src/io/index.ts",
} as const

interface Name {
  readonly name: string
  /** `sum(x, options?)`, or the name alone. */
  readonly heading: string
  readonly isType: boolean
  /** Where it is written, which is how the pages are divided. */
  readonly file: string
  readonly text: string
  readonly throws: string
  readonly params: readonly string[]
  readonly examples: readonly string[]
  readonly declared: string
  /** The members of a namespace. */
  readonly members: readonly Name[]
}

const configFile = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(configFile.config, ts.sys, root)
const program = ts.createProgram(
  Object.values(modules).map((path) => join(root, path)),
  { ...options, noEmit: true },
)
const checker = program.getTypeChecker()

const partsOf = (text: string | ts.SymbolDisplayPart[] | undefined): string =>
  typeof text === "string" ? text : ts.displayPartsToString(text)

function nameOf(exported: ts.Symbol): Name | undefined {
  const symbol = (exported.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(exported) : exported
  const [declaration] = symbol.declarations ?? []
  if (declaration === undefined) return undefined
  const inModule = (symbol.flags & ts.SymbolFlags.ValueModule) !== 0
  const isType = (symbol.flags & ts.SymbolFlags.Value) === 0
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration)
  const [signature] = isType || inModule ? [] : type.getCallSignatures()
  const tags = symbol.getJsDocTags(checker)
  const tagged = (name: string): readonly string[] =>
    tags.filter((tag) => tag.name === name).map((tag) => partsOf(tag.text).trim())
  const members = inModule
    ? checker.getExportsOfModule(symbol).flatMap((member) => nameOf(member) ?? [])
    : isType || signature !== undefined
      ? []
      : membersOf(type)
  return {
    name: exported.name,
    heading: signature === undefined ? exported.name : `${exported.name}(${parameters(signature)})`,
    isType,
    file: relative(join(root, "src"), declaration.getSourceFile().fileName),
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    throws: tagged("throws").join("; "),
    params: tagged("param"),
    examples: tagged("example"),
    declared: declaredType(declaration, isType),
    members,
  }
}
/** The functions that a record of functions holds, such as `tree` or `values`. */
function membersOf(type: ts.Type): readonly Name[] {
  const properties = type.getProperties().filter((p) => {
    const [at] = p.declarations ?? []
    return at?.getSourceFile().fileName.startsWith(join(root, "src")) === true
  })
  const functions = properties.filter((p) => checker.getTypeOfSymbol(p).getCallSignatures().length > 0)
  return functions.length === 0 || type.getConstructSignatures().length > 0
    ? []
    : functions.flatMap((p) => {
        const [declaration] = p.declarations ?? []
        const [signature] = checker.getTypeOfSymbol(p).getCallSignatures()
        return declaration === undefined || signature === undefined
          ? []
          : [
              {
                name: p.name,
                heading: `${p.name}(${parameters(signature)})`,
                isType: false,
                file: "",
                text: ts.displayPartsToString(p.getDocumentationComment(checker)),
                throws: "",
                params: [],
                examples: [],
                declared: "",
                members: [],
              },
            ]
      })
}
const parameters = (signature: ts.Signature): string =>
  signature.parameters
    .map((p) => {
      const at = p.valueDeclaration
      const [rest, optional] =
        at !== undefined && ts.isParameter(at)
          ? [at.dotDotDotToken !== undefined, at.questionToken !== undefined || at.initializer !== undefined]
          : [false, false]
      return `${rest ? "…" : ""}${p.name}${optional ? "?" : ""}`
    })
    .join(", ")
function declaredType(declaration: ts.Declaration, isType: boolean): string {
  if (isType) return outdented(declaration.getText())
  if (ts.isVariableDeclaration(declaration) && declaration.type !== undefined) {
    const written = declaration.type.getText()
    const alias = checker.getTypeFromTypeNode(declaration.type).aliasSymbol?.declarations?.[0]
    return alias === undefined ? written : `${written}\n\n${outdented(alias.getText())}`
  }
  if (ts.isFunctionDeclaration(declaration) && declaration.body !== undefined)
    return outdented(declaration.getText().slice(0, declaration.body.getStart() - declaration.getStart()))
  return ""
}
const outdented = (text: string): string => text.replace(/^export /, "").trimEnd()
/** More of a type is no help to a reader, who has an editor that resolves it. */
const longest = 40

/** What a page is called: the folder under src, or the file where there is no folder of its own. */
function pageOf(module: string, file: string): string {
  if (module !== "cotangent") return module.split("/")[1] ?? module
  const [, place = "", inside] = file.split("/")
  if (!file.startsWith("autodiff/")) return "other"
  if (place === "functions") return (inside ?? "").replace(/\.ts$/, "")
  if (place === "transforms") return "transforms"
  if (place === "types" || place === "signatures" || place === "shape") return "types"
  return place === "errors.ts" ? "errors" : "other"
}

function section(n: Name, level = "###"): string {
  const paragraphs = [
    `${level} ${n.heading}`,
    n.text,
    n.params.map((p) => `- ${p.replace(/^(\w+)\s+/, "`$1` ")}`).join("\n"),
    n.throws === "" ? "" : `Throws ${n.throws}`,
    ...n.examples,
    n.declared === "" || n.declared.split("\n").length > longest
      ? ""
      : `<details><summary>Type</summary>\n\n\`\`\`typescript\n${n.declared}\n\`\`\`\n\n</details>`,
    ...n.members.map((m) => section({ ...m, heading: `${n.name}.${m.heading}` }, `${level}#`)),
  ]
  return paragraphs.filter((p) => p !== "").join("\n\n")
}
const firstSentence = (text: string): string => /^[\s\S]*?[.:;](?=\s|$)/.exec(text)?.[0].replaceAll(/\s+/g, " ") ?? text
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-")
const note = "<!-- Written by scripts/api.ts from the declarations in src; `npm run docs` writes it anew. -->"

/** Every page by its name in docs/api. */
export function apiPages(): ReadonlyMap<string, string> {
  const pages = new Map<string, { readonly module: string; readonly names: Name[] }>()
  for (const [module, path] of Object.entries(modules)) {
    const file = program.getSourceFile(join(root, path))
    const symbol = file && checker.getSymbolAtLocation(file)
    if (symbol === undefined) throw new Error(`${path} exports nothing`)
    for (const exported of checker.getExportsOfModule(symbol)) {
      const name = nameOf(exported)
      if (name === undefined) throw new Error(`${module} exports ${exported.name}, which is declared nowhere`)
      // What signatures compute with is exported so that declarations of users can name it, not for them to write.
      if (name.isType && /^autodiff\/(shape|signatures)\//.test(name.file)) continue
      const key = name.isType && module === "cotangent" ? "types" : pageOf(module, name.file)
      const page = pages.get(key) ?? { module, names: [] }
      page.names.push(name)
      pages.set(key, page)
    }
  }
  const sorted = [...pages].toSorted(([a], [b]) => a.localeCompare(b, "en"))
  const out = new Map<string, string>()
  const index: string[] = []
  for (const [key, { module, names }] of sorted) {
    const ordered = names.toSorted((a, b) => a.name.localeCompare(b.name, "en"))
    out.set(
      `${key}.md`,
      `${[`# ${key}`, note, `From \`"${module}"\`.`, ...ordered.map((n) => section(n))].join("\n\n")}\n`,
    )
    index.push(
      `## [${key}](${key}.md)`,
      ordered.map((n) => `- [${n.name}](${key}.md#${anchor(n.heading)}): ${firstSentence(n.text)}`).join("\n"),
    )
  }
  out.set("README.md", `${["# Every public name", note, ...index].join("\n\n")}\n`)
  return out
}
