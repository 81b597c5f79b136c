/** `cotangent/io`: files and data sets. Parsers are pure and give an Either; readers of the same name throw. */
import "../install.ts"

export { type Batches, batches, type Rows, type Windows, windows } from "./batches.ts"
export { type Loaded, type LoadOptions, loadTree, type SaveOptions, saveTree } from "./checkpoint.ts"
export { checkpointFolder } from "./checkpoint-folder.ts"
export { type Column, type CsvOptions, parseCsv, readCsv, type Table, writeCsv } from "./csv.ts"
export { replaceFile } from "./files.ts"
export { encodeIdx, type IdxArray, type IdxData, parseIdx, readIdx } from "./idx.ts"
export type { Json } from "./json.ts"
export { type DrawnDigits, drawnDigits } from "./mnist/drawn.ts"
export type { ImageSet } from "./mnist/image-set.ts"
export { type LoadMnistOptions, loadMnist, type Mnist } from "./mnist/load.ts"
export {
  type LoadMovieLensOptions,
  loadMovieLens,
  type MovieLens,
  parseRatings,
  type Ratings,
} from "./movielens/movielens.ts"
export { encodeNpy, parseNpy, readNpy, writeNpy } from "./npy/npy.ts"
export { encodeNpz, type Named, parseNpz, readNpz, writeNpz } from "./npy/npz.ts"
export { ParseError } from "./parse-error.ts"
export {
  encodeSafetensors,
  parseSafetensors,
  readSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  writeSafetensors,
} from "./safetensors/safetensors.ts"
export { type Corpus, type LoadTextOptions, loadShakespeare } from "./text/shakespeare.ts"
export { type Vocabulary, vocabularyOf } from "./text/text.ts"
export { saveTrace } from "./trace.ts"
export { parseTree, readTree, writeTree } from "./tree-file.ts"
