import { aborted } from '../common/aborted.js';
import type { Clock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';

/** How long some work may take. */
export interface TimeLimit {
  /** In milliseconds. */
  readonly timeout: number;
  /** Ends the work before its time. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does some work within its time. What comes too late is not waited for: a `fetch` that a game or a studio brings may
 * not heed the signal that it is given.
 *
 * @param tooLate - What the error says after `timeout`.
 * @throws {RelayError} `timeout`; `aborted`, with the signal's reason as its `cause`; and what the work throws.
 */
export async function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { signal, timeout }: TimeLimit,
  clock: Clock,
  tooLate: string,
): Promise<T> {
  const end = new AbortController();
  let timer: unknown;
  let abort = () => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      const giveUp = (error: RelayError) => {
        reject(error);
        end.abort();
      };
      abort = () => {
        giveUp(aborted(signal));
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort);
      timer = clock.setTimeout(() => giveUp(new RelayError('timeout', tooLate)), timeout);
      work(end.signal).then(resolve, reject);
    });
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
