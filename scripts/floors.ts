/**
 * The floors of the house (ARCHITECTURE.md): an import, of a value or of a type, points down or stays on its floor.
 *
 *   tsx scripts/floors.ts [root]
 *
 * Biome forbids circles and the coarse mistakes while you type; this reads resolved paths, so it also knows the order
 * inside `src/autodiff`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript-5.9"

/** From the ground up; the longest matching prefix places a file. */
const floors: readonly (readonly string[])[] = [
  ["src/autodiff/errors.ts", "src/autodiff/advice.ts"],
  ["src/autodiff/shape/", "src/autodiff/dtype.ts"],
  // One floor: a Program holds tensors as constants, a tensor's storage names its engine, an engine compiles a Program.
  ["src/autodiff/program/", "src/autodiff/"],
  ["src/autodiff/primitives/"],
  ["src/autodiff/interpreters/"],
  ["src/autodiff/transforms/"],
  ["src/autodiff/functions/", "src/autodiff/random.ts"],
  ["src/backend/compile/"],
  ["src/backend/"],
  ["src/install.ts"],
  ["src/layers/", "src/optim/", "src/agents/", "src/testing/", "src/io/"],
  ["src/index.ts"],
  ["examples/", "studies/", "bench/"],
]

/** Narrower than the floors: who may see what. The first rule whose `from` and `to` both match decides. */
const walls: readonly { readonly from: RegExp; readonly to: RegExp; readonly why: string }[] = [
  {
    from: /^src\/(?!backend\/|install\.ts$)/,
    to: /^src\/backend\//,
    why: "only src/install.ts knows the engines; everything else goes through src/autodiff/engine.ts",
  },
  {
    from: /^src\/backend\//,
    to: /^src\/autodiff\/(functions|transforms|interpreters)\//,
    why: "engines read Programs; they know no transform and no tracer",
  },
  ...["gpujs", "wasm", "reference"].map((engine) => ({
    from: new RegExp(`^src/backend/${engine}/`),
    to: new RegExp(`^src/backend/(?!${engine}/|compile/)\\w+/`),
    why: "an engine knows no other engine; what two share belongs to src/backend/compile",
  })),
  {
    // A bench of one engine's kernels has to reach them; every other script has what users have.
    from: /^(examples|studies|bench(?!\/wasm-kernels\.ts))\//,
    to: /^src\/(?!(layers\/|optim\/|agents\/|testing\/(vitest\/)?|io\/)?index\.ts$)/,
    why: 'scripts use what users have: import from "cotangent" or one of its sub-paths',
  },
]

type Import = { readonly specifier: string; readonly line: number }

/** Every module named by a file: imports, re-exports, `import("…")` as an expression and as a type. */
function importsOf(path: string): readonly Import[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true)
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined
    if (named !== undefined && ts.isStringLiteralLike(named)) {
      const { line } = source.getLineAndCharacterOfPosition(named.getStart())
      found.push({ specifier: named.text, line: line + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function sourcesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sourcesUnder(path)
    return /\.[cm]?[jt]s$/.test(entry.name) ? [path] : []
  })
}

function floorOf(path: string): number {
  let best = { floor: -1, length: 0 }
  for (const [floor, rooms] of floors.entries()) {
    for (const room of rooms) {
      const matches = room.endsWith("/") ? path.startsWith(room) : path === room
      if (matches && room.length > best.length) best = { floor, length: room.length }
    }
  }
  return best.floor
}

/** The file a specifier means, from the root; `undefined` for a package. */
function target(root: string, from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return relative(root, resolve(root, dirname(from), specifier)).replaceAll("\\", "/")
  if (specifier === "cotangent") return "src/index.ts"
  const part = /^cotangent\/([\w/]+)$/.exec(specifier)?.[1]
  return part === undefined ? undefined : `src/${part}/index.ts`
}

export function misplacedImports(root: string): readonly string[] {
  const tops = ["src", "examples", "studies", "bench"].map((top) => join(root, top)).filter((top) => existsSync(top))
  const found: string[] = []
  for (const path of tops.flatMap(sourcesUnder)) {
    const from = relative(root, path).replaceAll("\\", "/")
    const here = floorOf(from)
    if (here < 0) {
      found.push(`${from}: stands on no floor; give it a place in scripts/floors.ts`)
      continue
    }
    for (const { specifier, line } of importsOf(path)) {
      const to = target(root, from, specifier)
      if (to === undefined) continue
      const at = `${from}:${line}: imports ${specifier}`
      const wall = walls.find((rule) => rule.from.test(from) && rule.to.test(to))
      if (wall !== undefined) found.push(`${at}: ${wall.why}`)
      else if (from.startsWith("src/") && !specifier.startsWith("."))
        found.push(`${at}: inside the package a bare name would load a second, built copy; use a relative path`)
      else if (floorOf(to) > here || floorOf(to) < 0)
        found.push(`${at}: that is upstairs or outside; imports only point down`)
    }
  }
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? ".")
  const found = misplacedImports(root)
  for (const line of found) console.error(line)
  console.log(found.length === 0 ? "floors: every import points down" : `floors: ${found.length} imports to mend`)
  process.exitCode = found.length === 0 ? 0 : 1
}
