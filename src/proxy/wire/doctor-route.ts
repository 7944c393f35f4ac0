import { type Clock, sleep } from '../../common/clock.js';
import type { Addresses, DoctorTokens } from '../identity/index.js';
import type { Exchange } from '../operations/index.js';
import { ProxyError } from '../proxy-error.js';

/** What the route for `relais doctor` works with. */
export interface DoctorRouteTools {
  readonly addresses: Addresses;
  readonly clock: Clock;
  /** Aborted when the proxy is about to stop. */
  readonly closing: AbortSignal;
  readonly doctorTokens: DoctorTokens;
  /** The longest time that a request is held, in seconds. */
  readonly longestWait: number;
}

/** Where `relais doctor` asks, below the proxy's own URL. */
export const DOCTOR_PATH = '/v1/doctor';

/**
 * Answers `relais doctor`, which has come the way that players come: that it is this proxy that is reached, and what it
 * sees of the request. With `Prefer: wait` the request is held like a player's. For all others there is no such path.
 */
export async function answerDoctor(
  { addresses, clock, closing, doctorTokens, longestWait }: DoctorRouteTools,
  request: Request,
  exchange: Exchange,
): Promise<Response> {
  const { headers, signal } = request;
  const [, token = ''] = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '') ?? [];
  const nonce = await doctorTokens.readQuestion(token);
  if (nonce === undefined) {
    throw new ProxyError(404, 'not-found', 'There is no such path or method.');
  }
  const [, asked = '0'] = /^wait=(\d{1,4})$/.exec(headers.get('prefer') ?? '') ?? [];
  const wait = Math.min(Number(asked), longestWait);
  // Who has hung up, or must not be waited for any more, gets the answer at once.
  if (wait > 0)
    await sleep(clock, wait * 1_000, AbortSignal.any([closing, signal])).catch(() => {});
  const { client, remote } = exchange;
  const sight = { client, now: clock.now(), ...addresses.sightOf(headers, remote) };
  const answer = await doctorTokens.answer(nonce, sight);
  return exchange.json({ answer }, 200, { 'cache-control': 'no-store' });
}
