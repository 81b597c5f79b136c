/** What an editor shows when the pointer rests on the result of a call: one line, with the shape in it. */
import { join, resolve } from "node:path"
import ts from "typescript-5.9"
import { expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const file = join(root, "hover-example.ts")
const example = `
import { add, concat, conv2d, einsum, type F32, grad, jit, matmul, mean, ones, random, reshape, scan, sum, take, tensor,
  vmap, zeros } from "cotangent"
interface Params {
  w: F32<[784, 10]>
  b: F32<[10]>
}
const loss = (p: Params, x: F32<[32, 784]>) => mean(add(matmul(x, p.w), p.b))
declare const params: Params
declare const x: F32<[32, 784]>
declare const images: F32<[8, 3, 32, 32]>

const made = tensor([[1, 2], [3, 4]])
const drawn = random.normal(random.key(0), [3, 4])
const product = matmul(x, params.w)
const joined = concat([x, ones([8, 784])])
const flat = reshape(images, [8, -1])
const rows = sum(x, { axis: -1, keepDims: true })
const picked = take(x, tensor([1, 0, 2], { dtype: "i32" }))
const contracted = einsum("b i, i o -> b o", x, params.w)
const filtered = conv2d(images, zeros([16, 3, 3, 3]), { stride: 2, padding: 1 })
const gradient = grad(loss)(params, x)
const compiled = jit(loss)
const each = vmap((row: F32<[784]>) => matmul(row, params.w))(x)
const scanned = scan((c: F32<[8]>, y: F32<[]>) => [add(c, y), y], zeros([8]), zeros([20]))
`

function hovers(): { readonly errors: readonly string[]; readonly shown: readonly string[] } {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const read = (name: string): string | undefined => (name === file ? example : ts.sys.readFile(name))
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = read(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: read,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  })
  return {
    errors: service
      .getSemanticDiagnostics(file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    shown: [...example.matchAll(/^const (?!loss)\w/gm)].map(({ index }) =>
      ts.displayPartsToString(service.getQuickInfoAtPosition(file, index + "const ".length)?.displayParts),
    ),
  }
}

it("results of common calls show their shapes in one line", { timeout: 60_000 }, () => {
  const { errors, shown } = hovers()
  expect(errors).toEqual([])
  expect(shown.filter((hover) => hover.length > 100 || hover.includes("\n"))).toEqual([])
  expect(shown.join("\n")).toMatchInlineSnapshot(`
    "const made: Tensor<[2, 2], "f32">
    const drawn: Tensor<[3, 4], "f32">
    const product: Tensor<readonly [32, 10], "f32">
    const joined: Tensor<readonly [40, 784], "f32">
    const flat: Tensor<readonly [8, 3072], "f32">
    const rows: Tensor<readonly [32, 1], "f32">
    const picked: Tensor<readonly [3, 784], "f32">
    const contracted: Tensor<readonly [32, 10], "f32">
    const filtered: Tensor<readonly [8, 16, 16, 16], "f32">
    const gradient: Params
    const compiled: (p: Params, x: F32<[32, 784]>) => Tensor<readonly [], "f32">
    const each: Tensor<readonly [32, 10], "f32">
    const scanned: readonly [carry: Tensor<[8], "f32">, ys: Tensor<readonly [20], "f32">]"
  `)
})
