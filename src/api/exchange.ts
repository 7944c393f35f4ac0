import type { Clock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import { type TimeLimit, withinTime } from './within-time.js';

/** The other side, as both `RelayApi` and a game's connection see it. */
export interface Peer {
  /** How errors call it: `proxy`, `relay service`. */
  readonly name: string;
  /** Where it is, with a slash at the end. */
  readonly base: string;
  /** The function that sends a request. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Reads an answer's body; `undefined` for one that is too long. */
  readonly read: (response: Response) => Promise<string | undefined>;
}

/** An answer with its whole body. */
export interface WholeAnswer {
  readonly response: Response;
  /** The body; `undefined` if it is too long. */
  readonly text: string | undefined;
}

/**
 * Sends a request once, and reads the answer to its end: a connection that is lost half-way counts as lost.
 *
 * @throws {RelayError} `network`, `timeout`, `aborted`.
 */
export function exchange(
  { base, clock, fetch, name, read }: Peer,
  input: string | Request,
  init: RequestInit,
  limit: TimeLimit,
): Promise<WholeAnswer> {
  const send = async (end: AbortSignal) => {
    try {
      const response = await fetch(input, { ...init, signal: end });
      return { response, text: await read(response) };
    } catch (cause) {
      const message = `The connection to the ${name} failed. Is ${base} right, and does it allow this page?`;
      throw new RelayError('network', message, { cause });
    }
  };
  const tooLate = `The ${name} gave no whole answer within ${limit.timeout} ms.`;
  return withinTime(send, limit, clock, tooLate);
}
