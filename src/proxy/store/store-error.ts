/**
 * Thrown by a store that cannot be reached, or that does not do what it is asked for now. The request that needed it is
 * answered with 503 and `Retry-After`. The message stands in the log, so it holds no address, no password and nothing
 * that a player sent.
 *
 * @example
 * ```ts
 * import { StoreError } from 'relais/proxy';
 *
 * async function ask(work: () => Promise<string>) {
 *   return work().catch(() => {
 *     throw new StoreError('The database does not answer.');
 *   });
 * }
 * ```
 */
export class StoreError extends Error {
  /** @param message - What went wrong, as a sentence for the log. */
  constructor(message: string) {
    super(message);
    this.name = 'StoreError';
  }
}
