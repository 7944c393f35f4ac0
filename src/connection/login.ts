import type { Transport } from '../api/transport.js';
import { codeOf, RelayError } from '../common/relay-error.js';
import { askStore } from './game-stores.js';
import type { CompleteOptions } from './options.js';
import { createGuest } from './player-api.js';

/**
 * Makes a request with the login or guest token, and once more with a fresh one when it is refused (401).
 *
 * @param refusal - Given if the player must still be the one that they were. It is thrown if they cannot prove that.
 * @throws {RelayError} as the request; `unauthorized` too when the game's `token` gives none.
 */
export type Login = <T>(
  request: (token: string | undefined) => Promise<T>,
  signal: AbortSignal,
  refusal?: unknown,
) => Promise<T>;

/** Who the player is, to the proxy. A guest token is asked for once, and kept for the connection's life. */
export function createLogin({ guest, token }: CompleteOptions, { send }: Transport): Login {
  let guestToken: string | null | undefined;

  return async (request, signal, refusal) => {
    async function renew(): Promise<string | undefined> {
      if (token) return loginToken(token);
      // A new guest is another player.
      if (refusal) throw refusal;
      const answer = await send(createGuest, undefined, signal).catch(withoutGuests);
      const fresh = answer?.document?.token;
      if (fresh) await askStore(() => guest.save?.(fresh));
      guestToken = fresh;
      return fresh;
    }

    if (!token) guestToken ??= await askStore(() => guest.load?.());
    const first = isToken(guestToken) ? guestToken : await renew();
    try {
      return await request(first);
    } catch (error) {
      const hasAnother = first && typeof token !== 'string';
      if (!hasAnother || codeOf(error) !== 'unauthorized') throw error;
    }
    return request(await renew());
  };
}

async function loginToken(token: NonNullable<CompleteOptions['token']>): Promise<string> {
  let cause: unknown;
  try {
    const answer = typeof token === 'string' ? token : await token();
    if (isToken(answer)) return answer;
  } catch (error) {
    cause = error;
  }
  throw new RelayError('unauthorized', 'The "token" option gave no token.', { cause });
}

/** Whether a value is a token that a header can carry: visible ASCII. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]+$/.test(value);
}

/** A proxy that takes no guests may let in players without a token, or answer 401. */
function withoutGuests(error: unknown): undefined {
  if (codeOf(error) !== 'not-found') throw error;
}
