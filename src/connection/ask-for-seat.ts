import type { Transport } from '../api/transport.js';
import { flawOf } from './endpoint.js';
import type { Login } from './login.js';
import { asGone, type SessionCall } from './player-api.js';
import type { Retrier } from './retrier.js';
import type { Seat } from './seat.js';

/** How a match begins. */
export interface Beginning {
  /** The request for the seat. Sent again, it gives the same seat. */
  readonly call: SessionCall;
  /** The ticket of a player who had the seat before. Without one, they log in. */
  readonly ticket?: string;
}

/**
 * Asks for a seat until there is one, and hands its first document to it.
 *
 * @returns the `ETag` of that document; none where the document's relay is of no use, so that it is looked at again at
 * once.
 * @throws {RelayError} as the proxy refuses it; `session-deleted` where a ticket's session is gone.
 */
export async function askForSeat(
  { api, login }: { readonly api: Transport; readonly login: Login },
  { call, ticket }: Beginning,
  retrier: Retrier,
  seat: Seat,
): Promise<string | null> {
  seat.ticket = ticket;
  const { document, headers } = await retrier.persist((signal) => {
    const ask = (bearer: string | undefined) => {
      seat.isAskedFor = true;
      return api.send(call, bearer, signal);
    };
    return ticket ? ask(ticket).catch(asGone) : login(ask, signal);
  });
  if (!document) return null;
  seat.receive(document);
  return flawOf(document) ? null : headers.get('etag');
}
