import type { RelayErrorCode } from 'relais';

/** What to do about an error, by its code. */
export const ADVICE: Readonly<Record<RelayErrorCode, string>> = {
  'invalid-url': 'Give RelayConnection the absolute http(s) address of your proxy.',
  'invalid-option': 'Compare the options with the documentation: one of them is wrong.',
  'invalid-request': 'Mend the argument that the message names.',
  'invalid-state': 'Leave the session first, or wait until there is one.',
  'bad-request': 'The proxy does not understand the game: are both of the same version?',
  unauthorized: 'Log the player in again, then create or join.',
  forbidden: 'Only the host may do this. Hide it from the others.',
  'not-found': 'Check the join code: the session may be over. Ask the host for a new one.',
  conflict: 'The session is in another state by now. Create or join again.',
  'in-progress': 'The same request is on its way already. Try again in a minute.',
  'rate-limited': 'Too many requests. Relais waits as long as it is asked to.',
  'server-error': 'The proxy or the service has trouble. Try again in a minute.',
  'unexpected-status': 'Something between game and proxy answers in its place. Check the address.',
  'not-json': 'This may not be the proxy. Check the address.',
  'invalid-response': 'The proxy answers another document than the API’s. Update it.',
  network: 'Check the connection, and that the proxy runs.',
  timeout: 'The network is slow or the proxy is busy. Try again.',
  aborted: 'Nothing: the player wanted this.',
  'session-failed': 'This session will not recover. Create a new one.',
  'session-deleted': 'The match is over. Create or join another one.',
  revoked: 'Whom the host kicked stays out. Who was only gone too long: join again.',
  'link-timeout': 'No relay in time. Create a new session.',
};
