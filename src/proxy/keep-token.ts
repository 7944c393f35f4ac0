import { strangerOf } from './adoption.js';
import type { Seat } from './seat.js';
import type { Services } from './services.js';

/**
 * Calls off what is planned against the token of a seat that was taken just now. What is under way cannot be
 * called off: then upstream is asked whether it still lists the token.
 *
 * @returns whether the token is good, as far as can be known.
 */
export async function keepToken(
  { chores, leases, watchers }: Services,
  { authorizationToken: token, sessionId }: Seat,
): Promise<boolean> {
  if (token === undefined) return true;
  await leases.end({ sessionId, holder: strangerOf(token) });
  const wasPlanned = await chores.takeBack({ what: 'revoke', sessionId, token });
  return !wasPlanned || watchers.of(sessionId).stillLists(token);
}
