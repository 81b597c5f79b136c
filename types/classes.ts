/** Refused with a sentence of ours rather than in the compiler's words for types that do not fit. */
const isOurs = (sentence: string): boolean => !/assignable|overload|does not exist|context of type/.test(sentence)

/** What makes one mistake unlike another: its sentence without the function, shapes, sizes, dtypes and names in it. */
const classOf = (sentence: string): string =>
  sentence
    .replace(/^Mismatch<"/, "")
    .replace(/^(?:einsum "[^"]*"|[\w.]+(?: on axis -?\d+)?): /, "")
    .replace(/\b(?:params|argument|carry)[\w.]*(?: \d+)?(?:\[\d+\])*(?= (?:is|enters)\b)/, "_")
    .replaceAll(/\[[^[\]]*\]/g, "[]")
    .replaceAll(/(?:\b[fiu]\d+|\bbool)(?:\[\])?/g, "t")
    .replaceAll(/-?\b\d+(?:\.\d+)?\b/g, "n")
    .replace(/(?<=\baxis )(?!of\b|averaged\b)[\w.[\]]+/, "a")
    .replace(/\([^()]+ against [^()]+\)/, "(n against n)")

/** The classes of mistakes among sentences; a sentence that the compiler cut off is of the class of the whole one. */
export function classesOf(sentences: readonly string[]): readonly string[] {
  const found = [...new Set(sentences.filter(isOurs).map(classOf))]
  return found.filter((x) => !found.some((other) => other !== x && other.startsWith(x)))
}
