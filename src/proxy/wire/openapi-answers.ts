import { ref, type SchemaName } from './openapi-schemas.js';

/** What each status of a refusal means, with the codes that come with it. */
const REFUSALS = {
  400: 'The request is not as this document says: `bad-request`.',
  401: 'The token is missing, forged or expired: `unauthorized`.',
  403: 'Not this player’s right (`forbidden`), or their seat was taken away (`revoked`).',
  404: 'Not there, or not visible to the caller: `not-found`.',
  408: 'The request took too long to come: `timeout`. The connection is closed.',
  409:
    'The same request is still being carried out (`in-progress`): try again, see `Retry-After`. ' +
    'Or the state of the session forbids it, for good (`conflict`).',
  413: 'The body is too large: `too-large`.',
  431: 'The headers, or the URL, are too large: `too-large`.',
  429: 'Over a limit: `rate-limited`; `Retry-After` tells when to try again.',
  500: 'The proxy failed: `internal`.',
  502: 'The relay service refused the proxy: `upstream-refused`.',
  503:
    'For now, the relay service or the proxy’s store does not answer, or what was asked for is not done yet: ' +
    '`upstream-unavailable`.',
} as const;

type Status = keyof typeof REFUSALS;

/** A body in JSON, by the name of its schema. */
export const json = (name: SchemaName) => ({ 'application/json': { schema: ref(name) } });

/**
 * What an operation answers: its success and its refusals. The refusals that all operations share need not be named.
 */
export function responses(success: object, ...statuses: readonly Status[]): object {
  const all: readonly Status[] = [400, ...statuses, 429, 431, 500, 503];
  const refusals = all.map((status) => [
    String(status),
    { description: REFUSALS[status], content: json('Refusal') },
  ]);
  return { ...success, ...Object.fromEntries(refusals) };
}

/** The answer with a player's document. */
export const session = (description: string, headers?: object) => ({
  200: { description, content: json('PlayerSession'), ...(headers && { headers }) },
});

/** The answer without a body. */
export const done = { 204: { description: 'Done.' } };

/** The refusals of every operation that asks the relay service. */
export const UPSTREAM = [502] as const;
