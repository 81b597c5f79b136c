import * as E from "fp-ts/lib/Either.js"
import { CotangentError, type Details } from "../autodiff/errors.ts"

/** Bytes that are not what they should be: the left side of every parser, and what the readers throw. */
export class ParseError extends CotangentError {}

export const failed = (code: string, message: string, details: Details = {}): E.Either<ParseError, never> =>
  E.left(new ParseError(code, message, details))

/** For scripts: the value, or the error thrown with the name of the file in front. */
export function orThrow<A>(path: string, parsed: E.Either<ParseError, A>): A {
  if (E.isRight(parsed)) return parsed.right
  const { code, message, details, site } = parsed.left
  throw new ParseError(code, `${path}: ${message.split("\n    ")[0]}`, { ...details, path }, site)
}
