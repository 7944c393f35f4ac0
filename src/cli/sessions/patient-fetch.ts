import { parseRetryAfter } from '../../api/retry-after.js';
import { type Clock, sleep } from '../../common/clock.js';

/** Calls per second, at most: a quarter of a proxy's usual budget, for the proxies go on working meanwhile. */
const CALLS_PER_SECOND = 5;
/** How long no call is made after a 429 without a `Retry-After`, in milliseconds. */
const PAUSE = 5_000;
/** The longest pause that a 429 can ask for, in milliseconds. */
const LONGEST_PAUSE = 60_000;
/** How many 429 in a row are waited for. */
const MOST_REFUSALS = 10;

/** What {@link patientFetch} works with. */
export interface PatientFetchOptions {
  readonly clock: Clock;
  /** Time for one call, without the time that it waits for its turn, in milliseconds. */
  readonly timeout: number;
  /** Told of each call before it is made. */
  readonly onCall: () => void;
  /** Told of each pause that the service asks for, in milliseconds. */
  readonly onPause: (delay: number) => void;
}

/**
 * A `fetch` for work that nobody waits for: it makes few calls per second, and repeats what is refused with 429 once
 * the service wants to be asked again. After ten refusals in a row, the 429 is the answer.
 */
export function patientFetch(options: PatientFetchOptions): typeof globalThis.fetch {
  const { clock, onCall, onPause, timeout } = options;
  let nextAt = 0;
  let refusals = 0;
  return async (input, init) => {
    const request = input as Request;
    const signal = init?.signal ?? request.signal;
    for (;;) {
      await sleep(clock, Math.max(0, nextAt - clock.monotonic()), signal);
      nextAt = clock.monotonic() + 1_000 / CALLS_PER_SECOND;
      onCall();
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
      const answer = await fetch(request.clone(), { signal: inTime });
      refusals = answer.status === 429 ? refusals + 1 : 0;
      if (refusals === 0 || refusals > MOST_REFUSALS) return answer;
      const asked = parseRetryAfter(answer.headers.get('retry-after'), clock.now()) ?? PAUSE;
      const pause = Math.min(asked, LONGEST_PAUSE);
      nextAt = clock.monotonic() + pause;
      onPause(pause);
      await answer.body?.cancel();
    }
  };
}
