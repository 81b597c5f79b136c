/** Text with something to learn in it, for machines without the real one: sentences of a small grammar, in verses. */
import { uniformNumbers } from "../uniform-numbers.ts"

const words = {
  article: ["the", "a", "my", "thy", "no", "every"],
  adjective: ["sweet", "bold", "gentle", "weary", "noble", "silent", "golden", "cruel"],
  noun: ["king", "night", "heart", "crown", "rose", "sword", "lover", "sea", "fool", "morning"],
  verb: ["loves", "fears", "calls", "wakes", "mocks", "remembers", "leaves", "serves"],
  speaker: ["FIRST LORD", "SECOND LORD", "QUEEN", "MESSENGER", "CLOWN"],
} as const

/** `length` characters, always the same ones. */
export function verses(length: number): string {
  const next = uniformNumbers(1)
  const pick = (kind: keyof typeof words): string => words[kind][Math.floor(next() * words[kind].length)] ?? ""
  const phrase = (): string => `${pick("article")} ${next() < 0.5 ? `${pick("adjective")} ` : ""}${pick("noun")}`
  const line = (): string => {
    const sentence = `${phrase()} ${pick("verb")} ${phrase()}`
    return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${next() < 0.7 ? "," : "."}\n`
  }
  let text = ""
  while (text.length < length) {
    text += `${pick("speaker")}:\n`
    for (let lines = 1 + Math.floor(next() * 4); lines > 0; lines--) text += line()
    text += "\n"
  }
  return text.slice(0, length)
}
