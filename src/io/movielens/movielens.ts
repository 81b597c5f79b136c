/** MovieLens 100K: who rated what, how, and when (F. M. Harper, J. A. Konstan, "The MovieLens Datasets", 2015). */
import * as E from "fp-ts/lib/Either.js"
import { typed } from "../../autodiff/boundary.ts"
import { typeOf } from "../../autodiff/program/type.ts"
import { fromNumbers } from "../../autodiff/tensor.ts"
import type { F32, Tensor } from "../../autodiff/types/tensor.ts"
import { fetchInto, foldersOf, type Remote } from "../download.ts"
import { readIfThere } from "../files.ts"
import { type Obtaining, obtain } from "../obtain.ts"
import { failed, orThrow, ParseError } from "../parse-error.ts"
import { unzip } from "../zip.ts"
import { drawnRatings } from "./drawn.ts"

/** Ratings as columns, users and items counted from 0. */
export interface Ratings {
  readonly count: number
  readonly users: Tensor<[number], "i32">
  readonly items: Tensor<[number], "i32">
  /** 1 to 5. */
  readonly ratings: F32<[number]>
  /** Seconds since 1970. */
  readonly times: Tensor<[number], "i32">
  readonly userCount: number
  readonly itemCount: number
}
export interface MovieLens extends Ratings {
  /** The file it was read from, or `generated stand-in`. */
  readonly source: string
}
export interface LoadMovieLensOptions extends Obtaining {}

const remote: Remote = {
  name: "ml-100k.zip",
  sha256: "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
  urls: ["https://files.grouplens.org/datasets/movielens/ml-100k.zip"],
}
/** Nobody has rated as much: a number beyond is a damaged file, and would be a table of that size. */
const mostIds = 1 << 24

/**
 * Reads ratings as MovieLens 100K writes them (`u.data`): user, item, rating and time in a line, counted from 1, between tabs.
 *
 * @example
 * ```ts
 * import { parseRatings } from "cotangent/io"
 * console.log(parseRatings("196\t242\t3\t881250949\n186\t302\t3\t891717742\n"))
 * ```
 */
export function parseRatings(text: string): E.Either<ParseError, Ratings> {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === "") lines.pop()
  const columns = [0, 1, 2, 3].map(() => new Int32Array(lines.length))
  for (const [k, line] of lines.entries()) {
    const fields = line.split("\t")
    if (fields.length !== 4 || !fields.every((field) => /^\d{1,10}$/.test(field)))
      return failed(
        "ratings-line",
        `line ${k + 1} is ${JSON.stringify(line.slice(0, 60))}, not four whole numbers between tabs`,
      )
    const [user = 0, item = 0, rating = 0, time = 0] = fields.map(Number)
    if (user < 1 || item < 1 || user > mostIds || item > mostIds)
      return failed(
        "ratings-line",
        `line ${k + 1}: users and items are counted from 1 to ${mostIds}, found ${user} and ${item}`,
      )
    if (rating < 1 || rating > 5) return failed("ratings-line", `line ${k + 1}: ratings are 1 to 5, found ${rating}`)
    if (time >= 2 ** 31) return failed("ratings-line", `line ${k + 1}: the time ${time} is beyond 2038`)
    for (const [c, value] of [user - 1, item - 1, rating, time].entries()) {
      const column = columns[c]
      if (column !== undefined) column[k] = value
    }
  }
  const [users = new Int32Array(), items = new Int32Array(), ratings = new Int32Array(), times = new Int32Array()] =
    columns
  return E.right(ratingsOf(users, items, Float32Array.from(ratings), times))
}
function ratingsOf(users: Int32Array, items: Int32Array, ratings: Float32Array, times: Int32Array): Ratings {
  const column = (x: Int32Array): Tensor<[number], "i32"> => typed(fromNumbers(typeOf("i32", [x.length]), x))
  const above = (x: Int32Array): number => x.reduce((most, id) => Math.max(most, id + 1), 0)
  return {
    count: users.length,
    users: column(users),
    items: column(items),
    ratings: typed(fromNumbers(typeOf("f32", [ratings.length]), ratings)),
    times: column(times),
    userCount: above(users),
    itemCount: above(items),
  }
}

/**
 * Loads MovieLens 100K: 100,000 ratings of 1,682 films by 943 people, as `loadMnist` looks for its files (`u.data`, or
 * `ml-100k.zip`); where it cannot be had, drawn ratings of as many stand in for it and it says so.
 *
 * @throws ParseError for files that are damaged.
 * @example
 * ```ts
 * import { loadMovieLens } from "cotangent/io"
 * const { source, userCount, itemCount, ratings } = await loadMovieLens({ download: false, notice: () => {} })
 * console.log(source, userCount, itemCount, ratings.shape)
 * ```
 */
export const loadMovieLens = (options: LoadMovieLensOptions = {}): Promise<MovieLens> =>
  obtain(
    {
      folder: "movielens",
      title: "MovieLens 100K (5 MB)",
      find,
      fetch: (cache) => fetchInto(cache, remote),
      standIn: () => {
        const { users, items, ratings, times } = drawnRatings()
        return { ...ratingsOf(users, items, ratings, times), source: "generated stand-in" }
      },
      instead:
        "MovieLens is not on this machine, so drawn ratings stand in for it: what follows is no MovieLens result. " +
        "Put ml-100k.zip into $COTANGENT_DATA/movielens.",
    },
    options,
  )
async function find(): Promise<MovieLens | undefined> {
  const { join } = await import("node:path")
  for (const folder of await foldersOf("movielens")) {
    for (const path of [join(folder, "u.data"), join(folder, "ml-100k", "u.data")]) {
      const bytes = await readIfThere(path)
      if (bytes !== undefined) return { ...orThrow(path, parseRatings(new TextDecoder().decode(bytes))), source: path }
    }
    const path = join(folder, remote.name)
    const bytes = await readIfThere(path)
    if (bytes === undefined) continue
    const [member] = orThrow(path, await unzip(bytes, (name) => name.endsWith("u.data")))
    if (member === undefined)
      throw new ParseError("ratings-member", `${path} holds no u.data; fetch it again`, { path })
    return { ...orThrow(path, parseRatings(new TextDecoder().decode(member.bytes))), source: path }
  }
  return undefined
}
