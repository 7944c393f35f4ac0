import type { Services } from '../services.js';
import type { Seat } from '../store/index.js';
import { noteIfShared, strangerOf } from '../upkeep/index.js';

/**
 * Calls off what is planned against the token of a seat that was taken just now. What is under way cannot be
 * called off: then upstream is asked whether it still lists the token.
 *
 * @returns whether the token is good, as far as can be known.
 */
export async function keepToken(
  { chores, leases, records, watchers }: Services,
  seat: Seat,
): Promise<boolean> {
  const { authorizationToken: token, sessionId } = seat;
  if (token === undefined) return true;
  await noteIfShared(records, seat);
  await leases.end({ sessionId, holder: strangerOf(token) });
  const wasPlanned = await chores.takeBack({ what: 'revoke', sessionId, token });
  return !wasPlanned || watchers.of(sessionId).stillLists(token);
}
