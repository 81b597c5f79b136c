import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { drawnDigits, encodeIdx, loadMnist } from "cotangent/io"
import { afterEach, describe, expect, test } from "vitest"
import { sha256 } from "../../src/io/bytes.ts"
import { fillCache } from "../../src/io/mnist/mirror.ts"
import { temporaryFolder } from "./folder.ts"

const folder = temporaryFolder()
const given = process.env.COTANGENT_DATA
const cache = process.env.XDG_CACHE_HOME
afterEach(() => {
  for (const [name, value] of [
    ["COTANGENT_DATA", given],
    ["XDG_CACHE_HOME", cache],
  ] as const)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})

const pixels = (count: number) => Uint8Array.from({ length: count * 784 }, (_, k) => k % 256)
function writeSet(
  dir: string,
  change: { readonly images?: Uint8Array; readonly labels?: readonly number[]; readonly side?: number } = {},
) {
  mkdirSync(dir, { recursive: true })
  const { images = pixels(3), labels = [5, 0, 4], side = 28 } = change
  const idx = (shape: readonly number[], data: Uint8Array) => gzipSync(encodeIdx({ shape, data }))
  writeFileSync(join(dir, "train-images-idx3-ubyte.gz"), idx([images.length / 784, side, 784 / side], images))
  writeFileSync(join(dir, "train-labels-idx1-ubyte.gz"), idx([labels.length], Uint8Array.from(labels)))
  writeFileSync(join(dir, "t10k-images-idx3-ubyte"), encodeIdx({ shape: [2, 28, 28], data: pixels(2) }))
  writeFileSync(join(dir, "t10k-labels-idx1-ubyte"), encodeIdx({ shape: [2], data: new Uint8Array([7, 2]) }))
}

describe("loadMnist", () => {
  test("reads a folder, gzipped or not, as tensors from 0 to 1 and as bytes", async () => {
    const dir = join(folder, "whole")
    writeSet(dir)
    const { train, test: held, source } = await loadMnist({ dir })
    expect(source).toBe(dir)
    expect([train.count, held.count]).toEqual([3, 2])
    expect([train.images.shape, train.images.dtype]).toEqual([[3, 28, 28], "f32"])
    expect(await train.labels.data()).toEqual(new Int32Array([5, 0, 4]))
    expect([...(await held.images.data())]).toEqual([...pixels(2)].map((byte) => Math.fround(byte / 255)))
    expect(held.pixels).toEqual(pixels(2))
  })

  test("looks into mnist/ below the folder, and into $COTANGENT_DATA before anything else", async () => {
    writeSet(join(folder, "data/mnist"))
    process.env.COTANGENT_DATA = join(folder, "data")
    const notices: string[] = []
    const { source } = await loadMnist({ notice: (line) => notices.push(line) })
    expect(source).toBe(join(folder, "data/mnist"))
    expect((await loadMnist({ dir: join(folder, "data") })).source).toBe(source)
    expect(notices).toEqual([])
  })

  test("says which folder lacks what", async () => {
    await expect(loadMnist({ dir: join(folder, "empty") })).rejects.toThrow(
      /empty does not hold train-images-idx3-ubyte, .*\(as they are, or \.gz\)/,
    )
  })

  test.each([
    ["images of another size", { side: 14 }, "holds [3, 14, 56], wanted bytes of [count, 28, 28]"],
    ["labels of other images", { labels: [1, 2] }, "3 train images and 2 labels; the files differ"],
    ["a label that is no digit", { labels: [1, 2, 10] }, "train label 2 is 10, no digit"],
  ])("refuses %s", async (name, change, message) => {
    const dir = join(folder, name.replaceAll(" ", "-"))
    writeSet(dir, change)
    await expect(loadMnist({ dir })).rejects.toThrow(message)
  })

  test.runIf(existsSync("../shared/data/mnist"))(
    "MNIST itself: first labels, class counts, mean of the pixels",
    async () => {
      const { train, test: held } = await loadMnist({ dir: "../shared/data" })
      expect([train.count, held.count]).toEqual([60_000, 10_000])
      expect([...train.digits.slice(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
      const counts = Array.from({ length: 10 }, (_, digit) => train.digits.filter((d) => d === digit).length)
      expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
      expect(train.pixels.reduce((sum, byte) => sum + byte, 0) / train.pixels.length / 255).toBeCloseTo(0.13066, 5)
    },
  )
})

describe("without the data set", () => {
  test("generated digits stand in, and a notice says so", async () => {
    const before = process.cwd()
    const notices: string[] = []
    process.chdir(folder)
    delete process.env.COTANGENT_DATA
    process.env.XDG_CACHE_HOME = join(folder, "no-cache")
    const {
      train,
      test: held,
      source,
    } = await loadMnist({
      download: false,
      notice: (line) => notices.push(line),
    }).finally(() => process.chdir(before))
    expect([source, train.count, held.count]).toEqual(["generated stand-in", 60_000, 10_000])
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatch(/generated digits stand in for it: what follows is no MNIST result/)
  })
})

describe("the cache", () => {
  const content = new Uint8Array([1, 2, 3])
  const files = async () => [{ name: "train-images-idx3-ubyte", sha256: await sha256(content) }]
  const answering = (answer: (url: string) => Response) => async (url: string) => answer(url)

  test("is filled from the first mirror that has the right content", async () => {
    const asked: string[] = []
    const dir = join(folder, "cache-a")
    await fillCache(
      dir,
      answering((url) => {
        asked.push(url)
        return asked.length === 1 ? new Response("gone", { status: 404 }) : new Response(gzipSync(content))
      }),
      await files(),
    )
    expect(asked).toHaveLength(2)
    expect(existsSync(join(dir, "train-images-idx3-ubyte.gz"))).toBe(true)
  })

  test("keeps nothing of other content, and says what each mirror answered", async () => {
    const dir = join(folder, "cache-b")
    const filled = fillCache(
      dir,
      answering(() => new Response(new Uint8Array([4]))),
      await files(),
    )
    await expect(filled).rejects.toThrow(
      /no mirror gave train-images-idx3-ubyte.gz: .*sends other content \(sha256 e52d9c5.*sends other content/,
    )
    expect(existsSync(dir)).toBe(false)
  })

  test("says so where there is no network", async () => {
    const offline = async () => {
      throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") })
    }
    await expect(fillCache(join(folder, "cache-c"), offline, await files())).rejects.toThrow(
      "fetch failed (getaddrinfo ENOTFOUND)",
    )
  })
})

describe("drawnDigits", () => {
  const { train, test: held } = drawnDigits({ train: 2000, test: 500 })

  test("are the same every time, whatever the length, and differ by seed", () => {
    const shorter = drawnDigits({ train: 10, test: 1 })
    expect(shorter.train.pixels).toEqual(train.pixels.slice(0, 7840))
    expect(shorter.train.digits).toEqual(train.digits.slice(0, 10))
    expect(drawnDigits({ train: 10, test: 1, seed: 1 }).train.pixels).not.toEqual(shorter.train.pixels)
    expect(held.pixels.slice(0, 7840)).not.toEqual(shorter.train.pixels)
  })

  test("show every digit about equally often", () => {
    for (let digit = 0; digit < 10; digit++) {
      const count = train.digits.filter((d) => d === digit).length
      expect(Math.abs(count - 200), `${count} images of ${digit}`).toBeLessThan(5 * Math.sqrt(180))
    }
  })

  test("can be learnt: the nearest mean image is right far more often than one time in ten", () => {
    const means = Array.from({ length: 10 }, () => new Float64Array(784))
    train.digits.forEach((digit, k) => {
      for (let p = 0; p < 784; p++) {
        const mean = means[digit]
        if (mean) mean[p] = (mean[p] ?? 0) + (train.pixels[k * 784 + p] ?? 0) / 200
      }
    })
    const distance = (mean: Float64Array, k: number) =>
      mean.reduce((sum, m, p) => sum + (m - (held.pixels[k * 784 + p] ?? 0)) ** 2, 0)
    const right = [...held.digits].filter((digit, k) => {
      const distances = means.map((mean) => distance(mean, k))
      return distances.indexOf(Math.min(...distances)) === digit
    })
    expect(right.length / held.count).toBeGreaterThan(0.6)
  })
})
