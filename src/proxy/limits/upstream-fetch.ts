import { parseRetryAfter } from '../../api/retry-after.js';
import type { Clock } from '../../common/clock.js';
import type { Metrics } from '../reports/index.js';
import type { Budget } from './budget.js';
import type { CallKind } from './call-order.js';

/** The pause after a 429 that names none, in milliseconds. */
const PAUSE = 1_000;
/** The longest pause that a 429 can ask for, in milliseconds. */
const LONGEST_PAUSE = 60_000;

/** Who asks for what no player asked for. */
export const NOBODY = 'nobody';

/** A `fetch` for the relay session API that keeps to a budget, obeys 429, and counts every attempt. */
export function createUpstreamFetch(options: {
  readonly fetch: typeof globalThis.fetch;
  readonly budget: Budget;
  readonly metrics: Metrics | undefined;
  readonly clock: Clock;
  /** On whose behalf it is called. Default: {@link NOBODY}'s. */
  readonly asker?: string;
}): typeof globalThis.fetch {
  const { fetch, budget, metrics, clock, asker = NOBODY } = options;
  return async (input, init) => {
    const { method, url } = input as Request;
    const signal = init?.signal ?? (input as Request).signal;
    const operation = operationOf(method, url);
    await budget.take(kindOf(operation), asker, signal);
    const started = clock.monotonic();
    try {
      const response = await fetch(input, init);
      metrics?.onUpstreamCall(operation, String(response.status), clock.monotonic() - started);
      if (response.status === 429)
        budget.pause(pauseOf(response.headers.get('retry-after'), clock));
      return response;
    } catch (error) {
      metrics?.onUpstreamCall(operation, 'none', clock.monotonic() - started);
      throw error;
    }
  };
}

function pauseOf(header: string | null, clock: Clock): number {
  return Math.min(parseRetryAfter(header, clock.now()) ?? PAUSE, LONGEST_PAUSE);
}

function kindOf(operation: Operation): CallKind {
  switch (operation) {
    case 'relay-session-delete':
    case 'relay-user-revoke':
      return 'frees';
    case 'relay-session-create':
    case 'relay-user-authorize':
      return 'takes';
    default:
      return 'asks';
  }
}

type Operation =
  | 'relay-session-create'
  | 'relay-session-delete'
  | 'relay-session-get'
  | 'relay-session-list'
  | 'relay-user-authorize'
  | 'relay-user-revoke';

function operationOf(method: string, url: string): Operation {
  const path = url.replace(/\?.*/, '');
  if (path.endsWith(':authorize-user')) return 'relay-user-authorize';
  if (path.endsWith(':revoke-user')) return 'relay-user-revoke';
  if (method === 'DELETE') return 'relay-session-delete';
  if (method === 'POST') return 'relay-session-create';
  return path.endsWith('/sessions') ? 'relay-session-list' : 'relay-session-get';
}
