import { NotSent } from '../../api/not-sent.js';
import { parseRetryAfter } from '../../api/retry-after.js';
import type { Clock } from '../../common/clock.js';
import { ProxyError } from '../proxy-error.js';
import type { Metrics } from '../reports/index.js';
import type { CallBudget } from './call-budget.js';
import type { AskClass, CallClass } from './call-class.js';

/** How long no call is made after a 429 without a `Retry-After`, in milliseconds. */
const PAUSE = 1_000;
/** The longest pause that a 429 can ask for, in milliseconds. */
const LONGEST_PAUSE = 60_000;

/** The asker of all calls that the proxy makes for no player. */
export const NOBODY = 'nobody';

/** What a call of the relay session API does, by the name that the API and the metrics have for it. */
type Operation =
  | 'relay-session-create'
  | 'relay-session-delete'
  | 'relay-session-get'
  | 'relay-session-list'
  | 'relay-user-authorize'
  | 'relay-user-revoke';

/** The classes of the operations that change something. The class of the others depends on who asks, and why. */
const CLASSES: Readonly<Partial<Record<Operation, CallClass>>> = {
  'relay-session-create': 'takes',
  'relay-session-delete': 'frees',
  'relay-user-authorize': 'takes',
  'relay-user-revoke': 'frees',
};

/** What {@link createUpstreamFetch} works with. */
export interface UpstreamFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly budget: CallBudget;
  readonly metrics: Metrics | undefined;
  readonly clock: Clock;
  /** On whose behalf the calls are made. Default: {@link NOBODY}. */
  readonly asker?: string;
  /** The class of a *get* and a *list*. Default: `announced`, and `sweeps` for {@link NOBODY}. */
  readonly asks?: AskClass | undefined;
  /**
   * How long a call that a player waits for may wait for its turn, in milliseconds. Default: until it is aborted. After
   * that, or as soon as that shows, it is refused with a `ProxyError`, 503, and not sent.
   */
  readonly patience?: number | undefined;
}

/** The classes of the calls that a player waits for. */
const AWAITED: ReadonlySet<CallClass> = new Set(['takes', 'announced', 'reads']);

/**
 * A `fetch` for the relay session API that keeps to a budget, pauses after a 429, and counts each call, repeated ones
 * too.
 */
export function createUpstreamFetch(options: UpstreamFetchOptions): typeof globalThis.fetch {
  const { fetch, budget, metrics, clock, asker = NOBODY } = options;
  const { patience } = options;
  const { asks = asker === NOBODY ? 'sweeps' : 'announced' } = options;
  return async (input, init) => {
    const { method, url } = input as Request;
    const signal = init?.signal ?? (input as Request).signal;
    const operation = operationOf(method, url);
    const callClass = CLASSES[operation] ?? asks;
    const asked = clock.monotonic();
    try {
      const wait = AWAITED.has(callClass) ? patience : undefined;
      await budget.take(callClass, asker, signal, wait);
    } catch (error) {
      throw error instanceof ProxyError ? new NotSent(error) : error;
    } finally {
      metrics?.onUpstreamWait(callClass, clock.monotonic() - asked);
    }
    const started = clock.monotonic();
    try {
      const response = await fetch(input, init);
      metrics?.onUpstreamCall(operation, String(response.status), clock.monotonic() - started);
      if (response.status === 429) {
        budget.pause(pauseOf(response.headers.get('retry-after'), clock));
      }
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

function operationOf(method: string, url: string): Operation {
  const path = new URL(url).pathname;
  if (path.endsWith(':authorize-user')) return 'relay-user-authorize';
  if (path.endsWith(':revoke-user')) return 'relay-user-revoke';
  if (method === 'DELETE') return 'relay-session-delete';
  if (method === 'POST') return 'relay-session-create';
  return path.endsWith('/sessions') ? 'relay-session-list' : 'relay-session-get';
}
