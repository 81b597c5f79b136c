import { describe, expect, it } from "vitest"
import { type Contender, contenders } from "../../bench/harness/contenders.ts"
import { measureRow, type Pool } from "../../bench/harness/measure.ts"
import { packed } from "../../bench/harness/protocol.ts"
import { openSession, type Session } from "../../bench/harness/session.ts"
import { rowNamed } from "../../bench/rows/index.ts"

/** A contender whose whole mind is `answer`, the body of a function of the request. */
const played = (contender: Contender, answer: string): Session =>
  openSession(contender, {
    program: process.execPath,
    args: [
      "-e",
      `const { writeSync } = require("node:fs")
       require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
         const reply = ((request) => { ${answer} })(JSON.parse(line))
         if (reply !== undefined) writeSync(3, JSON.stringify(reply) + "\\n")
       })`,
    ],
  })
const [first, second, third] = ["one", "jax", "tfjs"].flatMap((name) => contenders.filter((c) => c.name === name))
if (first === undefined || second === undefined || third === undefined)
  throw new Error("the contenders have other names")

const using = async (session: Session, test: (session: Session) => Promise<void>) => {
  try {
    await test(session)
  } finally {
    session.close()
  }
}

describe("a session", () => {
  it("gives the replies of its process, long ones too", () =>
    using(played(first, `return { ok: true, echo: "x".repeat(300_000) + request.do }`), async ({ ask }) => {
      const { echo } = await ask<{ readonly echo: string }>({ do: "hello" })
      expect([echo.length, echo.slice(-5)]).toEqual([300_005, "hello"])
    }))

  it("passes on what the contender complains of", () =>
    using(played(first, `return { ok: false, error: "no kernel for " + request.row }`), async ({ ask }) => {
      await expect(ask({ do: "prepare", row: "conv" })).rejects.toThrow("no kernel for conv")
    }))

  it("tells the death of its process, with its last words, now and later", () =>
    using(played(first, `console.error("out of memory"); process.exit(3)`), async ({ ask }) => {
      await expect(ask({ do: "hello" })).rejects.toThrow(/ended \(3\)[\s\S]*out of memory/)
      await expect(ask({ do: "hello" })).rejects.toThrow("has ended (3)")
    }))

  it("does not wait for ever", () =>
    using(played(first, "return undefined"), async ({ ask }) => {
      await expect(ask({ do: "hello" }, 0.05)).rejects.toThrow("no answer within 0.05 s")
    }))
})

describe("measureRow", () => {
  const results = packed(Float32Array.of(1, 2))
  const wrong = packed(Float32Array.of(1, 2.1))
  const minds = new Map([
    [first.name, `return { ok: true, first: 5, outputs: ["${results}"], samples: [2, 1, 3] }`],
    [second.name, `return { ok: true, first: 5, outputs: ["${wrong}"], samples: [0.001] }`],
    [
      third.name,
      `return request.do === "turn" ? { ok: false, error: "lost" } : { ok: true, first: 5, outputs: ["${results}"] }`,
    ],
  ])

  it("times who agrees, and says of others why not", async () => {
    const open = new Set<Session>()
    const play = (contender: Contender) => {
      const session = played(contender, minds.get(contender.name) ?? "")
      open.add(session)
      return Promise.resolve(session)
    }
    const known = new Map<string, Promise<Session>>()
    const pool: Pool = {
      contenders: [first, second, third],
      open: play,
      resident: (contender) => {
        const session = known.get(contender.name) ?? play(contender)
        known.set(contender.name, session)
        return session
      },
      drop: (session) => session.close(),
    }
    try {
      const entries = await measureRow(rowNamed("fma"), pool, { turns: 2, milliseconds: 1, starts: 1 })
      expect(entries).toEqual([
        { contender: "one", timing: { min: 1, median: 2, samples: 6, first: 5 }, difference: 0 },
        { contender: "jax", error: expect.stringContaining("gives other results: they differ by 5.0e-2") },
        { contender: "tfjs", error: "lost" },
      ])
    } finally {
      for (const session of open) session.close()
    }
  })
})
