// Decimal arithmetic on numeric literal types, digit by digit, so that 64 * 3 * 224 * 224 costs a handful of steps
// and does not hit the limits on tuple lengths. A natural is a little-endian tuple of digits: 120 is ["0", "2", "1"].

export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"
export type Natural = readonly Digit[]

type Read<S extends string, R extends Natural = []> = S extends `${infer H extends Digit}${infer T}`
  ? Read<T, readonly [H, ...R]>
  : R
type Write<A extends Natural, S extends string = ""> = A extends readonly [
  infer H extends Digit,
  ...infer T extends Natural,
]
  ? Write<T, `${H}${S}`>
  : S
type Parse<S extends string> = S extends `${infer N extends number}` ? N : never
/** Leading zeros sit at the end of the tuple. */
type Trim<A extends Natural> = A extends readonly [Digit, ...infer _, "0"]
  ? A extends readonly [...infer I extends Natural, Digit]
    ? I extends readonly []
      ? A
      : Trim<I>
    : A
  : A

// ---- sum -------------------------------------------------------------------------------------------------------

/** Sums[a][b], with the carry as a leading 1; a tenth column serves the carry that comes in. */
interface Sums {
  "0": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
  "1": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]
  "2": ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]
  "3": ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"]
  "4": ["4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"]
  "5": ["5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
  "6": ["6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"]
  "7": ["7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17"]
  "8": ["8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18"]
  "9": ["9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"]
}
interface Next {
  "0": "1"
  "1": "2"
  "2": "3"
  "3": "4"
  "4": "5"
  "5": "6"
  "6": "7"
  "7": "8"
  "8": "9"
  "9": "10"
}
type AddDigits<A extends Digit, B extends Digit, Carry extends Digit> = Carry extends "0"
  ? Sums[A][B]
  : Sums[A][Next[B]]
type Low<S extends string> = S extends `1${infer L extends Digit}` ? L : S extends Digit ? S : never
type High<S extends string> = S extends `1${Digit}` ? "1" : "0"

type AddNaturals<
  A extends Natural,
  B extends Natural,
  Carry extends Digit = "0",
  R extends Natural = [],
> = A extends readonly [infer X extends Digit, ...infer XS extends Natural]
  ? B extends readonly [infer Y extends Digit, ...infer YS extends Natural]
    ? AddNaturals<XS, YS, High<AddDigits<X, Y, Carry>>, readonly [...R, Low<AddDigits<X, Y, Carry>>]>
    : Carry extends "0"
      ? readonly [...R, ...A]
      : AddNaturals<A, ["0"], Carry, R>
  : B extends readonly [Digit, ...Natural]
    ? Carry extends "0"
      ? readonly [...R, ...B]
      : AddNaturals<["0"], B, Carry, R>
    : Carry extends "0"
      ? R
      : readonly [...R, Carry]

// ---- difference ------------------------------------------------------------------------------------------------

/** Differences[a][b], a minus sign where ten was borrowed; the row "-1" is a 0 from which one is borrowed already. */
interface Differences {
  "-1": ["-9", "-8", "-7", "-6", "-5", "-4", "-3", "-2", "-1", "-0"]
  "0": ["0", "-9", "-8", "-7", "-6", "-5", "-4", "-3", "-2", "-1"]
  "1": ["1", "0", "-9", "-8", "-7", "-6", "-5", "-4", "-3", "-2"]
  "2": ["2", "1", "0", "-9", "-8", "-7", "-6", "-5", "-4", "-3"]
  "3": ["3", "2", "1", "0", "-9", "-8", "-7", "-6", "-5", "-4"]
  "4": ["4", "3", "2", "1", "0", "-9", "-8", "-7", "-6", "-5"]
  "5": ["5", "4", "3", "2", "1", "0", "-9", "-8", "-7", "-6"]
  "6": ["6", "5", "4", "3", "2", "1", "0", "-9", "-8", "-7"]
  "7": ["7", "6", "5", "4", "3", "2", "1", "0", "-9", "-8"]
  "8": ["8", "7", "6", "5", "4", "3", "2", "1", "0", "-9"]
  "9": ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]
}
interface Previous {
  "0": "-1"
  "1": "0"
  "2": "1"
  "3": "2"
  "4": "3"
  "5": "4"
  "6": "5"
  "7": "6"
  "8": "7"
  "9": "8"
}
type SubtractDigits<A extends Digit, B extends Digit, Borrow extends Digit> = Borrow extends "0"
  ? Differences[A][B]
  : Differences[Previous[A]][B]

/** never where B is larger than A: how the other rules compare. */
type SubtractNaturals<
  A extends Natural,
  B extends Natural,
  Borrow extends Digit = "0",
  R extends Natural = [],
> = A extends readonly [infer X extends Digit, ...infer XS extends Natural]
  ? B extends readonly [infer Y extends Digit, ...infer YS extends Natural]
    ? SubtractDigits<X, Y, Borrow> extends `-${infer L extends Digit}`
      ? SubtractNaturals<XS, YS, "1", readonly [...R, L]>
      : SubtractNaturals<XS, YS, "0", readonly [...R, SubtractDigits<X, Y, Borrow> & Digit]>
    : Borrow extends "0"
      ? Trim<readonly [...R, ...A]>
      : SubtractNaturals<A, ["0"], Borrow, R>
  : B extends readonly [Digit, ...Natural]
    ? never
    : Borrow extends "0"
      ? Trim<R>
      : never

// ---- product ---------------------------------------------------------------------------------------------------

type Twice<A extends Natural> = AddNaturals<A, A>
/** One digit times a natural, by doubling: at most four additions. */
type Times<A extends Natural, B extends Digit> = B extends "0"
  ? ["0"]
  : B extends "1"
    ? A
    : B extends "2"
      ? Twice<A>
      : B extends "3"
        ? AddNaturals<A, Twice<A>>
        : B extends "4"
          ? Twice<Twice<A>>
          : B extends "5"
            ? AddNaturals<A, Twice<Twice<A>>>
            : B extends "6"
              ? Twice<AddNaturals<A, Twice<A>>>
              : B extends "7"
                ? AddNaturals<A, Twice<AddNaturals<A, Twice<A>>>>
                : B extends "8"
                  ? Twice<Twice<Twice<A>>>
                  : AddNaturals<A, Twice<Twice<Twice<A>>>>

type MultiplyNaturals<A extends Natural, B extends Natural> = B extends readonly [
  infer Y extends Digit,
  ...infer YS extends Natural,
]
  ? YS extends readonly []
    ? Times<A, Y>
    : Y extends "0"
      ? readonly ["0", ...MultiplyNaturals<A, YS>]
      : AddNaturals<Times<A, Y>, readonly ["0", ...MultiplyNaturals<A, YS>]>
  : ["0"]

// ---- quotient --------------------------------------------------------------------------------------------------

/** How often B goes into R, which is less than ten times B, and what is left. */
type Count<R extends Natural, B extends Natural, Q extends Digit = "0"> = [SubtractNaturals<R, B>] extends [never]
  ? readonly [Q, R]
  : Count<SubtractNaturals<R, B>, B, Next[Q] & Digit>
/** Long division from the highest digit; the quotient is written as it is found, the remainder carried on. */
type Divide<
  S extends string,
  B extends Natural,
  Q extends string = "",
  R extends Natural = ["0"],
> = S extends `${infer H extends Digit}${infer T}`
  ? Count<Trim<readonly [H, ...R]>, B> extends readonly [infer D extends Digit, infer Left extends Natural]
    ? Divide<T, B, Q extends "" ? (D extends "0" ? "" : D) : `${Q}${D}`, Left>
    : never
  : readonly [Q extends "" ? "0" : Q, R]

// ---- on numbers ------------------------------------------------------------------------------------------------

/** Whether a size is written out in the type: neither wide `number` nor a labelled size. */
export type Literal<N> = number extends N
  ? false
  : N extends { readonly "~dim": string }
    ? false
    : N extends number
      ? true
      : false
export type Literals<A, B> = Literal<A> extends true ? Literal<B> : false

/** A + B; `number` where either is unknown. */
export type Add<A, B> = B extends 0
  ? A
  : Literals<A, B> extends true
    ? Parse<Write<Trim<AddNaturals<Read<`${A & number}`>, Read<`${B & number}`>>>>>
    : number
/** A - B, never where that is negative; `number` where either is unknown. */
export type Subtract<A, B> =
  Literals<A, B> extends true
    ? [SubtractNaturals<Read<`${A & number}`>, Read<`${B & number}`>>] extends [infer D extends Natural]
      ? [D] extends [never]
        ? never
        : Parse<Write<D>>
      : never
    : number
/** A times B; `number` where either is unknown. */
export type Multiply<A, B> = A extends 1
  ? B
  : B extends 1
    ? A
    : Literals<A, B> extends true
      ? Parse<Write<Trim<MultiplyNaturals<Read<`${A & number}`>, Read<`${B & number}`>>>>>
      : number
/** A / B rounded down; `number` where either is unknown. */
export type Floor<A, B> = B extends 1
  ? A
  : Literals<A, B> extends true
    ? B extends 0
      ? never
      : Divide<`${A & number}`, Read<`${B & number}`>> extends readonly [infer Q extends string, unknown]
        ? Parse<Q>
        : never
    : number
/** A / B where that is whole, otherwise never; `number` where either is unknown. */
export type Quotient<A, B> = B extends 1
  ? A
  : Literals<A, B> extends true
    ? B extends 0
      ? never
      : Divide<`${A & number}`, Read<`${B & number}`>> extends readonly [infer Q extends string, readonly ["0"]]
        ? Parse<Q>
        : never
    : number
