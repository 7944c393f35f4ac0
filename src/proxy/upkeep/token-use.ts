import type { RelayApi } from '../../api/relay-api.js';
import { isRelayError } from '../../common/relay-error.js';
import type { Records, Seat } from '../store/index.js';

/**
 * Whether anybody needs a token that is given back: players with one address share one, where the service gives each
 * address only one. `unclear` where it may be the host's, and nobody can tell now.
 */
export type TokenUse = 'needed' | 'unclear' | 'free';

/** What {@link useOfToken} works with. */
export interface TokenUseTools {
  readonly api: RelayApi;
  readonly records: Records;
  /** Has a user revoked. */
  readonly revoke: (sessionId: string, token: number) => Promise<unknown>;
}

/** Writes down that the token of a seat that was taken just now is, or may be, another seat's as well. */
export async function noteIfShared(records: Records, seat: Seat): Promise<void> {
  const { authorizationToken: token, ip, playerId, sessionId } = seat;
  if (token === undefined) return;
  const others = (await records.seats(sessionId)).filter((other) => other.playerId !== playerId);
  const isShared = others.some(
    (other) =>
      other.authorizationToken === token ||
      (isUnknownHost(other) && (other.ip === '' || other.ip === ip)),
  );
  if (isShared) await records.noteShared(sessionId, token);
}

/** Whether somebody still needs a token that another gives back. */
export async function useOfToken(
  tools: TokenUseTools,
  sessionId: string,
  token: number,
): Promise<TokenUse> {
  const { records } = tools;
  if (!(await records.isShared(sessionId, token))) return 'free';
  const seats = await records.seats(sessionId);
  for (const { authorizationToken, playerId } of seats) {
    if (authorizationToken !== token) continue;
    if ((await records.departure(sessionId, playerId)) === undefined) return 'needed';
  }
  const host = seats.find(isUnknownHost);
  return host ? askForHosts(tools, host, token) : 'free';
}

/**
 * Before the session is linked no document tells whose token it is. The service does: where it gives each address one
 * user, it gives the host's again. Where it makes a new one instead, that one goes at once.
 */
async function askForHosts(
  { api, records, revoke }: TokenUseTools,
  { ip, sessionId }: Seat,
  token: number,
): Promise<TokenUse> {
  if (ip === '') return 'unclear';
  try {
    const { session_user } = await api.authorizeUser({ session_id: sessionId, user_ip: ip });
    const given = session_user?.authorization_token;
    if (given === undefined) return 'unclear';
    if (given === token) return 'needed';
    // First of all: whoever tries again must not make another.
    await records.noteOwn(sessionId, token);
    await revoke(sessionId, given);
    return 'free';
  } catch (error) {
    if (!isRelayError(error)) throw error;
    if (error.code === 'conflict') return 'unclear';
    // The session is gone.
    if (error.code === 'bad-request' || error.code === 'not-found') return 'free';
    throw error;
  }
}

const isUnknownHost = ({ role, authorizationToken }: Seat) =>
  role === 'server' && authorizationToken === undefined;
