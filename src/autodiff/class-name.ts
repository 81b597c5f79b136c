/** An object by its class, as a message names what it found: `a Map`. */
export function instanceOf(x: object): string {
  // Neither an anonymous class has a name nor an object without a prototype a constructor.
  const name: unknown = Reflect.get(x, "constructor")?.name
  return typeof name === "string" && name !== "" ? `a ${name}` : "an object of an unnamed class"
}
