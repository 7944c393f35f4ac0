import { surface } from '../common/surface.js';

/** Where a game keeps the guest token, so that a player without an account stays the same one. */
export interface GuestStore {
  /** Gives the token that was saved last, if any. */
  readonly load?:
    | (() => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /** Called with each new token. */
  readonly save?: ((token: string) => void | Promise<void>) | undefined;
}

/**
 * Where a game keeps the ticket of its player's seat, so that they get back into the match: see
 * {@link RelayConnection.resume}. What these functions throw surfaces as uncaught, and the match goes on.
 */
export interface TicketStore {
  /** Gives the ticket that was saved last; `null`, `undefined` or an empty string where there is none. */
  readonly load?:
    | (() => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /**
   * Called with each new ticket, before the `session` event that it comes with; and with `undefined` once the ticket is of
   * no use any more, before the `error` and `close` events: the player left, the session ended, the seat was taken away or
   * refused. After a failure that passes, a lost network for instance, the ticket stays. Nothing waits for its promise.
   */
  readonly save?: ((ticket: string | undefined) => void | Promise<void>) | undefined;
}

/** Asks a store of the game's. What fails there costs the player their name or their way back, and not the match. */
export async function askStore<T>(call: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await call();
  } catch (error) {
    surface(error);
    return undefined;
  }
}
