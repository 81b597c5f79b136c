/** Blocks with lifetimes laid out in one stretch of memory. */

/** A block that is needed from one moment to another, both included. */
export interface Span {
  readonly bytes: number
  readonly from: number
  readonly to: number
}
export interface Packing {
  /** Where each block begins. */
  readonly offsets: readonly number[]
  readonly bytes: number
}
/** Blocks begin on cache lines, so that two threads never write into one line. */
const line = 64
export const rounded = (bytes: number): number => Math.ceil(bytes / line) * line

/**
 * Offsets such that blocks needed at the same moment do not overlap: the largest blocks first, each at the lowest place
 * that is free for all of its time.
 */
export function pack(spans: readonly Span[]): Packing {
  const offsets = new Array<number>(spans.length).fill(0)
  const order = spans.map((_, k) => k).sort((j, k) => (spans[k]?.bytes ?? 0) - (spans[j]?.bytes ?? 0) || j - k)
  /** What has its place, by offset. */
  const placed: { readonly span: Span; readonly offset: number; readonly end: number }[] = []
  let total = 0
  for (const k of order) {
    const span = spans[k]
    if (span === undefined || span.bytes === 0) continue
    const bytes = rounded(span.bytes)
    let offset = 0
    for (const other of placed) {
      if (other.offset >= offset + bytes) break
      const meet = other.span.from <= span.to && span.from <= other.span.to
      if (meet && other.end > offset) offset = other.end
    }
    offsets[k] = offset
    total = Math.max(total, offset + bytes)
    const after = placed.findIndex((other) => other.offset > offset)
    placed.splice(after < 0 ? placed.length : after, 0, { span, offset, end: offset + bytes })
  }
  return { offsets, bytes: total }
}
