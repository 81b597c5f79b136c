/** `cotangent/io`: files and data sets. Parsers are pure and give an Either; readers of the same name throw. */
import "../install.ts"

export { type Loaded, type LoadOptions, loadTree, type SaveOptions, saveTree } from "./checkpoint.ts"
export { replaceFile } from "./files.ts"
export { encodeIdx, type IdxArray, type IdxData, parseIdx, readIdx } from "./idx.ts"
export type { Json } from "./json.ts"
export { type DrawnDigits, drawnDigits } from "./mnist/drawn.ts"
export type { ImageSet } from "./mnist/image-set.ts"
export { type LoadMnistOptions, loadMnist, type Mnist } from "./mnist/load.ts"
export { ParseError } from "./parse-error.ts"
export {
  encodeSafetensors,
  parseSafetensors,
  readSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  writeSafetensors,
} from "./safetensors/safetensors.ts"
export { saveTrace } from "./trace.ts"
