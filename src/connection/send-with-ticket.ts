import type { GenericSchema, InferOutput } from 'valibot';
import type { Answer, Call, Transport } from '../api/transport.js';
import { codeOf, RelayError } from '../common/relay-error.js';
import type { Login } from './login.js';
import { authorizeUser } from './player-api.js';
import type { Seat } from './seat.js';

/** Sends a request with the ticket of the player's seat. */
export type SendWithTicket = <TSchema extends GenericSchema>(
  call: Call<TSchema>,
  signal: AbortSignal,
) => Promise<Answer<InferOutput<TSchema>>>;

/**
 * Makes what sends requests with a seat's ticket. Where the ticket is refused (401), the player logs in again for
 * another ticket to the same seat, and the request is sent once more.
 */
export function createSendWithTicket(api: Transport, login: Login, seat: Seat): SendWithTicket {
  async function renewTicket(refusal: unknown, signal: AbortSignal): Promise<void> {
    const call = authorizeUser({ session_id: seat.sessionId });
    const ask = (bearer: string | undefined) => api.send(call, bearer, signal);
    const { document } = await login(ask, signal, refusal);
    if (document?.player_id !== seat.name?.player_id) {
      throw new RelayError('unauthorized', "The login is another player's.", { cause: refusal });
    }
    if (document) seat.receive(document);
  }

  return async (call, signal) => {
    try {
      return await api.send(call, seat.ticket, signal);
    } catch (error) {
      if (codeOf(error) !== 'unauthorized') throw error;
      await renewTicket(error, signal);
      return api.send(call, seat.ticket, signal);
    }
  };
}
