import type { RelayApi } from '../../api/relay-api.js';
import { isRelayError } from '../../common/relay-error.js';
import type { Seat, SessionRecords } from '../store/index.js';

/**
 * Whether anybody still needs a token that a player gives back. Where the service gives only one token to each address,
 * players with one address share it. `unclear` where it may be the host's, which cannot be told now.
 */
export type TokenUse = 'needed' | 'unclear' | 'free';

/** What {@link useOfToken} works with. */
export interface TokenUseTools {
  readonly api: RelayApi;
  readonly records: SessionRecords;
  /** Has a session user revoked: certainly, but perhaps not at once. */
  readonly revoke: (sessionId: string, token: number) => Promise<unknown>;
}

/**
 * Writes down if the token of a seat that was just taken is, or may be, that of another seat as well.
 *
 * @param seats - all of the session.
 */
export async function noteIfShared(
  records: SessionRecords,
  seat: Seat,
  seats: readonly Seat[],
): Promise<void> {
  const { authorizationToken: token, ip, playerId, sessionId } = seat;
  if (token === undefined) return;
  const others = seats.filter((other) => other.playerId !== playerId);
  const isShared = others.some(
    (other) =>
      other.authorizationToken === token ||
      (isUnknownHost(other) && (other.ip === '' || other.ip === ip)),
  );
  if (isShared) await records.noteShared(sessionId, token);
}

/** Whether anybody still needs a token that a player gives back. */
export async function useOfToken(
  tools: TokenUseTools,
  sessionId: string,
  token: number,
): Promise<TokenUse> {
  const { records } = tools;
  if (!(await records.isShared(sessionId, token))) return 'free';
  const seats = await records.seats(sessionId);
  const holders = seats.filter(({ authorizationToken }) => authorizationToken === token);
  const ids = holders.map(({ playerId }) => playerId);
  if (ids.length > 0 && (await records.isAnyThere(sessionId, ids))) return 'needed';
  const host = seats.find(isUnknownHost);
  return host ? askForHosts(tools, host, token) : 'free';
}

/**
 * Asks the service whether a token is the host's. Before the session is linked, no document tells. But when the host's
 * address is authorized again, a service that has one user for each address gives the host's token again. One that
 * makes a new user instead has given the host another token; the new user is revoked at once.
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
    // Noted first, so that the next try does not make yet another user if the rest fails.
    await records.noteOwn(sessionId, token);
    await revoke(sessionId, given);
    return 'free';
  } catch (error) {
    if (!isRelayError(error)) throw error;
    if (error.code === 'conflict') return 'unclear';
    // The session is gone, and all its tokens with it.
    if (error.code === 'bad-request' || error.code === 'not-found') return 'free';
    throw error;
  }
}

/** Whether a seat is the host's, and the host's token is not known yet. */
const isUnknownHost = ({ role, authorizationToken }: Seat) =>
  role === 'server' && authorizationToken === undefined;
