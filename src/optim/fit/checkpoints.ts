/** What `fit` asks of a place that keeps its runs. `checkpointFolder` of cotangent/io is one on disk. */

/** A run between two steps. */
export interface Snapshot<T> {
  /** Tensors: parameters, states, the key. */
  readonly tree: T
  /** Numbers and names: the step, the history. JSON. */
  readonly metadata: unknown
}
export interface Checkpoints {
  /** Steps between snapshots. */
  readonly every: number
  /** Keeps a snapshot, whole or not at all; older ones may go. */
  readonly save: (step: number, snapshot: Snapshot<unknown>) => Promise<void>
  /**
   * The newest snapshot that is whole, or undefined where there is none. One that is damaged is told to `notice` with the
   * reason and passed over.
   *
   * @throws TreeError where the snapshot's tensors are not those of `like`: it is of another model.
   */
  readonly load: <T>(like: T, notice: (text: string) => void) => Promise<Snapshot<T> | undefined>
  /** Where it keeps them, for messages. */
  readonly place: string
}
