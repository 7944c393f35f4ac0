/**
 * What several processes count together, so that a limit holds for all of them. They tell one another afterwards,
 * within a second: nobody who is counted waits for it. Names are told apart by what they are names of, the `kind`.
 */
export interface SharedLimits {
  /**
   * Counts one of something that lasts, until the function that it returns is called. To call that twice does no harm.
   *
   * @param limit - how many there may be under this name. The others are told of a twentieth of it at a time, and of
   * two at least.
   */
  hold(kind: string, name: string, limit: number): () => void;
  /** How many there are at the other processes, as far as they told. */
  heldElsewhere(kind: string, name: string): number;
  /** Counts something that happened once. `limit` is as above. */
  spend(kind: string, name: string, limit: number): void;
  /** Has somebody told how often it happened at the other processes. One listener for each kind. */
  onSpent(kind: string, listener: (name: string, count: number) => void): void;
}
