/** Chromium over its DevTools protocol, through two pipes: no port is opened, and it ends when the pipes do. */
import type { ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { kill, start } from "../gpu/children.ts"

type Json = Readonly<Record<string, unknown>>
const isJson = (x: unknown): x is Json => typeof x === "object" && x !== null
const at = (x: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isJson(inner) ? inner[key] : undefined), x)

export interface Browser {
  readonly version: string
  /** Opens a page and gives the string that a promise in it comes to; console lines go to `told`. */
  readonly evaluate: (url: string, expression: string, told: (line: string) => void) => Promise<string>
  readonly close: () => void
}

export async function openBrowser(path: string, flags: readonly string[]): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "cotangent-chromium-"))
  const child = start(path, [...flags, "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  })
  const { send, listen } = connect(child)
  const close = (): void => {
    kill(child)
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  const evaluate: Browser["evaluate"] = async (url, expression, told) => {
    const target = at(await send("Target.createTarget", { url: "about:blank" }), "targetId")
    const session = at(await send("Target.attachToTarget", { targetId: target, flatten: true }), "sessionId")
    if (typeof session !== "string") throw new Error("Chromium opened no page")
    const stop = listen((event) => {
      if (event.sessionId !== session) return
      if (event.method === "Runtime.consoleAPICalled") {
        const said = at(event, "params", "args")
        if (Array.isArray(said)) told(said.map((x) => String(at(x, "value") ?? at(x, "description"))).join(" "))
      }
      if (event.method === "Runtime.exceptionThrown")
        told(String(at(event, "params", "exceptionDetails", "exception", "description")))
    })
    await send("Runtime.enable", {}, session)
    await send("Page.enable", {}, session)
    const loaded = new Promise<void>((resolve) => {
      const off = listen((event) => {
        if (event.sessionId !== session || event.method !== "Page.loadEventFired") return
        off()
        resolve()
      })
    })
    await send("Page.navigate", { url }, session)
    await loaded
    const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, session)
    const problem = at(answer, "exceptionDetails", "exception", "description")
    stop()
    await send("Target.closeTarget", { targetId: target })
    const value = at(answer, "result", "value")
    if (typeof value !== "string") throw new Error(`the page gave no result: ${String(problem)}`)
    return value
  }
  try {
    const version = String(at(await send("Browser.getVersion", {}), "product"))
    return { version, evaluate, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Messages are JSON, each ended by a zero byte; answers carry the number of the question. */
function connect(child: ChildProcess) {
  const [to, from] = [child.stdio[3], child.stdio[4]]
  if (!isWritable(to) || !isReadable(from)) throw new Error("Chromium was started without its pipes")
  const waiting = new Map<number, { readonly done: (x: unknown) => void; readonly failed: (e: Error) => void }>()
  const listeners = new Set<(event: Json) => void>()
  let number = 0
  let rest = ""
  from.setEncoding("utf8").on("data", (text: string) => {
    const parts = `${rest}${text}`.split("\0")
    rest = parts.pop() ?? ""
    for (const part of parts) {
      const message: unknown = JSON.parse(part)
      if (!isJson(message)) continue
      const question = typeof message.id === "number" ? waiting.get(message.id) : undefined
      if (question === undefined) for (const listener of listeners) listener(message)
      else if (message.error === undefined) question.done(message.result)
      else question.failed(new Error(`Chromium: ${JSON.stringify(message.error)}`))
      if (typeof message.id === "number") waiting.delete(message.id)
    }
  })
  const gone = (why: string): void => {
    for (const { failed } of waiting.values()) failed(new Error(why))
    waiting.clear()
  }
  child.once("exit", (code, signal) => gone(`Chromium ended (${signal ?? code})`))
  child.once("error", (error) => gone(error.message))
  to.on("error", () => gone("Chromium closed its pipe"))
  return {
    send: (method: string, params: Json, sessionId?: string): Promise<unknown> =>
      new Promise((done, failed) => {
        const id = ++number
        waiting.set(id, { done, failed })
        to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      }),
    listen: (listener: (event: Json) => void): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
const isWritable = (x: unknown): x is Writable => typeof x === "object" && x !== null && "write" in x
const isReadable = (x: unknown): x is Readable => typeof x === "object" && x !== null && "setEncoding" in x
