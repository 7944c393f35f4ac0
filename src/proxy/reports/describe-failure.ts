import { isRelayError } from '../../common/relay-error.js';
import { StoreError } from '../store/index.js';

/**
 * What went wrong, for the log, but not in the words of the server that was asked. The relay service may quote a
 * webhook's URL or a player's token, and a studio's own login may quote anything. A store's own words hold no secret.
 */
export function describeFailure(error: unknown): string {
  if (isRelayError(error)) {
    const status = error.status ? ` (${error.status})` : '';
    return `the relay service: ${error.code}${status}`;
  }
  if (error instanceof StoreError) return error.message;
  return error instanceof Error ? error.name : typeof error;
}
