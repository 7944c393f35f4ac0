import { setMaxListeners } from 'node:events';
import type { PlayerSession } from '../../src/api/player-session.js';
import { createPrometheusMetrics } from '../../src/proxy/node.js';
import type { RelayProxyOptions } from '../../src/proxy/options.js';
import { type Answer, GameClient } from './game-client.js';
import { SharedTime } from './shared-time.js';
import { startStack } from './stack.js';

/** How the service is bent between the proxy and it. */
export interface Bend {
  /** How many sessions the service puts on a page. Default: as many as are asked for. */
  readonly pageSize?: number;
  /** What comes of a page of the list. */
  readonly list?: (page: ListPage) => unknown;
}

/** A page of the list, as far as tests bend it. */
export interface ListPage {
  readonly sessions: Record<string, unknown>[];
  readonly total_count: number;
  readonly [field: string]: unknown;
}

const MANY = 1e9;
const LIMITS = {
  requestsPerIp: MANY,
  requestsPerPlayer: MANY,
  guestsPerIp: MANY,
  guestsInTotal: MANY,
  createsPerIp: MANY,
  upstreamCallsPerIp: MANY,
  upstreamCallsPerPlayer: MANY,
};

/** One host who waits for news of their session. */
export interface WaitingHost {
  readonly host: GameClient;
  readonly session: PlayerSession;
  /** All that they were answered, held requests that ended without news left out. */
  readonly news: Answer[];
}

/** A service and a proxy whose time the test lets pass, and hosts who wait for news of their sessions all the time. */
export async function startWaitingHosts(
  bend: Bend = {},
  options: Partial<RelayProxyOptions> = {},
  linkDelay = 0,
) {
  const time = new SharedTime();
  const clock = time.clock();
  const service = await startStack({ linkDelay, clock });
  /** The calls of the service, each with the path and the time. */
  const calls: { path: string; at: number }[] = [];
  const reach: typeof fetch = async (input, init) => {
    const request = input as Request;
    const url = new URL(request.url);
    calls.push({ path: url.pathname, at: clock.monotonic() });
    const isList = request.method === 'GET' && url.pathname.endsWith('/sessions');
    if (isList && bend.pageSize) url.searchParams.set('limit', String(bend.pageSize));
    const answer = await time.fetch(isList ? new Request(url, request) : request, init);
    if (!isList || !bend.list || !answer.ok) return answer;
    return Response.json(bend.list((await answer.json()) as ListPage));
  };
  const edgegap = { ...service.edgegap, callsPerSecond: 20, fetch: reach, ...options.edgegap };
  let waiters: () => unknown = () => 0;
  const metrics = {
    ...createPrometheusMetrics(),
    gauge(name: string, read: () => unknown) {
      if (name === 'waiters') waiters = read;
    },
  };
  const stack = await startStack({}, { clock, limits: LIMITS, metrics, ...options, edgegap });
  let playing = 0;
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  const comeOne = async (): Promise<WaitingHost> => {
    const host = await GameClient.guest(stack.proxyUrl);
    const created = await host.create();
    const waiting = { host, session: created.body as PlayerSession, news: [] };
    playing += 1;
    void wait(waiting, created, leaving.signal).finally(() => {
      playing -= 1;
    });
    return waiting;
  };
  /** So many hosts, who come at the same time. */
  const come = (count = 1) =>
    time.during(Promise.all(Array.from({ length: count }, () => comeOne())));
  return {
    ...service,
    ...stack,
    simulator: service.simulator,
    time,
    calls,
    come,
    /** Lets time pass, but not before all wait again who can, however busy the machine is. */
    async pass(milliseconds: number) {
      const end = clock.monotonic() + milliseconds;
      while (clock.monotonic() < end) {
        for (let tries = 0; tries < 50 && Number(waiters()) < playing; tries += 1) {
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        await time.step();
      }
    },
    clock,
    async [Symbol.asyncDispose]() {
      leaving.abort();
      // What waits for its turn must come to its end.
      await time.during(Promise.resolve(stack[Symbol.asyncDispose]()));
      await service[Symbol.asyncDispose]();
    },
  };
}

/** Asks for news, and again as soon as there is an answer, until the session is over. */
async function wait(waiting: WaitingHost, first: Answer, signal: AbortSignal): Promise<void> {
  let etag = first.headers.get('etag') ?? '';
  while (!signal.aborted) {
    const headers = { prefer: 'wait=25', 'if-none-match': etag };
    const answer = await waiting.host.get(waiting.session, headers, signal).catch(() => undefined);
    if (!answer) return;
    if (answer.status !== 304) waiting.news.push(answer);
    if (answer.status === 404) return;
    etag = answer.headers.get('etag') ?? etag;
  }
}
