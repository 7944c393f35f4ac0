import { isRelayError } from '../../common/relay-error.js';

/**
 * What went wrong, for the log, and never in the words of whoever was asked. The relay service may quote a webhook's
 * URL or a player's token, and a studio's own login whatever it was given.
 */
export function describeFailure(error: unknown): string {
  if (isRelayError(error)) {
    const status = error.status ? ` (${error.status})` : '';
    return `the relay service: ${error.code}${status}`;
  }
  return error instanceof Error ? error.name : typeof error;
}
