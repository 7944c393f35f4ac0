import type { Records } from './records.js';
import type { Seat } from './seat.js';

/**
 * Whether anybody needs a token: two players behind one router may share one, where the service gives each address
 * only one. `unclear` until the session is linked, where it may be the host's.
 */
export type TokenUse = 'needed' | 'unclear' | 'free';

/** What becomes of a token that somebody gives back: who is still there with it must not lose it. */
export async function useOfToken(
  records: Records,
  sessionId: string,
  token: number,
): Promise<TokenUse> {
  const seats = await records.seats(sessionId);
  for (const { authorizationToken, playerId } of seats) {
    const isGivenUp = async () => (await records.departure(sessionId, playerId)) !== undefined;
    if (authorizationToken === token && !(await isGivenUp())) return 'needed';
  }
  const isHostKnown = hostWithoutToken(seats) === undefined;
  return isHostKnown || !(await records.mayBeHosts(sessionId, token)) ? 'free' : 'unclear';
}

/** Writes down that a token may be the host's as well, where theirs is not known yet and their address is the same. */
export async function noteIfHosts(
  records: Records,
  { sessionId, ip, authorizationToken: token }: Seat,
): Promise<void> {
  if (token === undefined) return;
  const host = hostWithoutToken(await records.seats(sessionId));
  if (host && (host.ip === '' || host.ip === ip)) await records.noteMayBeHosts(sessionId, token);
}

const hostWithoutToken = (seats: readonly Seat[]) =>
  seats.find(
    ({ role, authorizationToken }) => role === 'server' && authorizationToken === undefined,
  );
