import { RelayError } from '../api/relay-error.js';
import { surface } from './emitter.js';
import type { CompleteOptions } from './options.js';
import type { PlayerApi } from './player-api.js';

/** Who the player is, to the proxy: by login token, or as a guest. */
export interface Login {
  /** Whether the player can show again that they are the same: by the game's store, for instance. */
  isKnown(): Promise<boolean>;
  /**
   * Makes a request with the login or guest token, and once more with a fresh one when it is refused (401).
   *
   * @throws {RelayError} as the request; `unauthorized` too when the game's `token` function fails.
   */
  use<T>(
    request: (token: string | undefined) => Promise<T>,
    signal: AbortSignal,
    mayBecomeAnother: boolean,
  ): Promise<T>;
}

/** A guest token is asked for once, and kept for the connection's life. */
export function createLogin({ guest, token }: CompleteOptions, api: PlayerApi): Login {
  let guestToken: string | null | undefined;

  async function loginToken(login: NonNullable<typeof token>): Promise<string> {
    let cause: unknown;
    try {
      const answer = await login();
      if (isToken(answer)) return answer;
    } catch (error) {
      cause = error;
    }
    throw new RelayError('unauthorized', 'The "token" function gave no token.', { cause });
  }

  async function load(): Promise<unknown> {
    guestToken ??= await ask(() => guest.load?.());
    return guestToken;
  }

  async function find(isRefused: boolean, signal: AbortSignal): Promise<string | undefined> {
    if (token) return loginToken(token);
    if (!isRefused) await load();
    if (isRefused || !isToken(guestToken)) {
      guestToken = await api.createGuest(signal).catch(withoutGuests);
      if (guestToken) await ask(() => guest.save?.(guestToken as string));
    }
    return guestToken ?? undefined;
  }

  return {
    isKnown: async () => Boolean(token) || isToken(await load()),
    async use(request, signal, mayBecomeAnother) {
      const first = await find(false, signal);
      try {
        return await request(first);
      } catch (error) {
        const isRefused = error instanceof RelayError && error.code === 'unauthorized';
        if (!isRefused || !first || !(token || mayBecomeAnother)) throw error;
      }
      return request(await find(true, signal));
    },
  };
}

/** Whether a header can carry it. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** What fails in the game's own store costs the player their name, and not the match. */
async function ask<T>(store: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await store();
  } catch (error) {
    surface(error);
    return undefined;
  }
}

/** A proxy that takes no guests may take players without a token, or say 401. */
function withoutGuests(error: unknown): undefined {
  if (error instanceof RelayError && error.code === 'not-found') return;
  throw error;
}
