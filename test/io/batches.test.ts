import { arange, mul, random, tensor, zeros } from "cotangent"
import { batches, loadMovieLens, loadShakespeare, parseRatings, vocabularyOf, windows } from "cotangent/io"
import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { describe, expect, test, vi } from "vitest"

describe("batches", () => {
  test("an epoch has every row at most once, rows stay together, and a step is the same whenever it is asked", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        async (a, b, seed) => {
          const [size, count] = [Math.min(a, b), Math.max(a, b)]
          const key = random.key(seed)
          const data = { x: arange(count), twice: [mul(arange(count), 2)] } as const
          const { at, perEpoch } = batches(data, { size })
          const epoch = await Promise.all(Array.from({ length: perEpoch }, (_, k) => at(key, k + perEpoch).x.data()))
          const rows = epoch.flatMap((x) => [...x])
          expect(new Set(rows).size).toBe(size * Math.floor(count / size))
          const again = batches(data, { size }).at(key, perEpoch)
          expect([...(await again.x.data())]).toEqual([...(epoch[0] ?? [])])
          expect([...(await again.twice[0].data())]).toEqual([...(epoch[0] ?? [])].map((v) => 2 * v))
        },
      ),
      { numRuns: 30 },
    )
  })
  test("without shuffling they keep the order; wrong sizes and rows are refused", async () => {
    const { at } = batches({ x: arange(5) }, { size: 2, shuffle: false })
    expect(await at(random.key(0), 1).x.array()).toEqual([2, 3])
    expect(() => batches({ x: zeros([3]), y: zeros([4, 1]) }, { size: 2 })).toThrow(/3 rows and data\.y is \[4, 1\]/)
    expect(() => batches({ x: zeros([3]) }, { size: 4 })).toThrow(/a batch of 4 out of 3 rows/)
    expect(() => at(random.key(0), -1)).toThrow(/steps are whole numbers from 0/)
  })
  test("windows are stretches of the text, and targets the same one further on", async () => {
    const { encode } = vocabularyOf("abcdefgh")
    const { inputs, targets } = windows(encode("abcdefgh"), { size: 6, length: 3 })(random.key(1), 4)
    const [a, b] = [await inputs.array(), await targets.array()]
    for (const [k, row] of a.entries()) {
      const from = row[0] ?? 0
      expect([...row]).toEqual([from, from + 1, from + 2])
      expect([...(b[k] ?? [])]).toEqual([from + 1, from + 2, from + 3])
    }
    expect(() => windows(encode("abc"), { size: 1, length: 3 })).toThrow(/out of 3 tokens/)
  })
})

describe("vocabularies", () => {
  test("encode and decode are inverses, by code points", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (text) => {
        const { encode, decode, characters } = vocabularyOf(text)
        expect(decode(await encode(text).data())).toBe(text)
        expect(characters.length).toBe(new Set(text).size)
      }),
    )
    expect(() => vocabularyOf("ab").encode("aba c")).toThrow(/" " at 3 is none of the 2 characters/)
    expect(() => vocabularyOf("ab").decode([7])).toThrow(/7 is no number of a character; there are 2/)
  })
})

describe("data sets", () => {
  const said = (text: string): string => {
    const parsed = parseRatings(text)
    return E.isLeft(parsed) ? parsed.left.message : "accepted"
  }
  test("ratings are read line by line, and wrong ones are said with their line", async () => {
    const parsed = parseRatings("196\t242\t3\t881250949\r\n1\t2\t5\t0\n")
    if (E.isLeft(parsed)) throw parsed.left
    const { users, items, ratings, userCount, itemCount } = parsed.right
    expect([await users.array(), await items.array(), await ratings.array()]).toEqual([
      [195, 0],
      [241, 1],
      [3, 5],
    ])
    expect([userCount, itemCount]).toEqual([196, 242])
    expect(said("1\t2\t3\n")).toContain("line 1 is")
    expect(said("1\t2\t3\t4\n1\t2\t9\t4")).toContain("line 2: ratings are 1 to 5, found 9")
    expect(said("9999999999\t2\t3\t4")).toContain("counted from 1 to")
  })
  test("stand-ins say so, are the same every time, and can be learnt from", async () => {
    vi.stubEnv("COTANGENT_DATA", "/nowhere")
    vi.stubEnv("XDG_CACHE_HOME", "/nowhere")
    try {
      const notices: string[] = []
      const options = { download: false, notice: (message: string) => notices.push(message) }
      const [first, second] = [await loadMovieLens(options), await loadMovieLens(options)]
      expect(notices[0]).toContain("no MovieLens result")
      expect([first.source, first.count, first.userCount, first.itemCount]).toEqual([
        "generated stand-in",
        100_000,
        943,
        1682,
      ])
      expect(await first.ratings.data()).toEqual(await second.ratings.data())
      expect([...new Set(await first.ratings.data())].toSorted()).toEqual([1, 2, 3, 4, 5])
      const { train, test: held } = await loadShakespeare(options)
      expect(train.length / held.length).toBeGreaterThan(8)
      expect(tensor([train.length]).shape).toEqual([1])
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
