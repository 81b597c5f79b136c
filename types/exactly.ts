/** true where two types are each assignable to the other and neither is `any`. */
export type Is<A, B> = 0 extends 1 & A ? false : [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** `is<F32<[2, 3]>>()(value, true)` compiles where the value's type is exactly that. */
export const is =
  <B>() =>
  <A>(_value: A, _exactly: Is<A, B>): void => {}
