// The service and the proxy, for the benchmarks: the built package, as users run it.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { systemClock } from 'relais/api';
import { createRelayProxy } from 'relais/proxy';
import { serveRelayProxy } from 'relais/proxy/node';
import { RedisStore } from 'relais/proxy/redis';
import { createSimulator } from 'relais/simulator';

const HOST = '127.0.0.1';
/** Instances that share a store share their secret, too. */
const SECRET = 'the secret of the benchmark, which is long enough';
export const PLENTY = 1_000_000_000;
/** No limit may bite: what is measured is the work, not the refusal. */
export const limits = {
  requestsPerIp: PLENTY,
  requestsPerPlayer: PLENTY,
  upstreamCallsPerPlayer: PLENTY,
  upstreamCallsPerIp: PLENTY,
  guestsPerIp: PLENTY,
  guestsInTotal: PLENTY,
  joinMissesPerIp: PLENTY,
  joinMissesInTotal: PLENTY,
  createsPerPlayer: PLENTY,
  createsPerIp: PLENTY,
  sessionsPerPlayer: PLENTY,
  usersPerSession: PLENTY,
  waitsPerPlayer: PLENTY,
};

/** Stands for the time until a session is linked; the clock puts the real one in its place. */
const LINK_DELAY = 3_333;

/**
 * A simulator whose n-th session is linked after the n-th of `delays` (ms, again from the start when they
 * are used up), or, without them, when `linkAll` is called.
 */
export async function startService({ delays: delaysAtFirst, onLinked } = {}) {
  let delays = delaysAtFirst;
  let created = 0;
  const held = new Set();
  const clock = {
    ...systemClock,
    setTimeout(callback, delay) {
      if (delay !== LINK_DELAY) return setTimeout(callback, delay);
      if (delays) return setTimeout(callback, delays[created++ % delays.length]);
      held.add(callback);
      return callback;
    },
    clearTimeout(timer) {
      if (!held.delete(timer)) clearTimeout(timer);
    },
  };
  const simulator = await createSimulator({
    clock,
    linkDelay: LINK_DELAY,
    seed: 1,
    ...(onLinked && { onLinked }),
  });
  return {
    simulator,
    /** From the next session on. */
    setDelays(later) {
      delays = later;
      created = 0;
    },
    linkAll() {
      for (const callback of [...held]) callback();
      held.clear();
    },
  };
}

/** A clock for durations that can be made to go faster. It never goes back. */
function pacedClock() {
  let factor = 1;
  let since = systemClock.monotonic();
  let before = since;
  const monotonic = () => before + (systemClock.monotonic() - since) * factor;
  return {
    clock: { ...systemClock, monotonic },
    setPace(next) {
      before = monotonic();
      since = systemClock.monotonic();
      factor = next;
    },
  };
}

/** The proxy on Node, with or without the service's webhook. Whoever says a name is that player. */
export async function startProxy(
  serviceUrl,
  { webhook = false, callsPerSecond = 10_000, redisUrl, ...options } = {},
) {
  const { clock, setPace } = pacedClock();
  let proxy;
  const listener = await serveRelayProxy(
    { fetch: (...call) => proxy.fetch(...call), start() {}, close: () => proxy.close() },
    { port: 0, hostname: HOST, overrideGlobalObjects: true },
  );
  proxy = createRelayProxy({
    edgegap: { apiToken: 'secret', baseUrl: serviceUrl, callsPerSecond },
    authenticate: (request) => ({ id: request.headers.get('authorization').slice(7) }),
    developmentIp: '203.0.113.7',
    limits,
    clock,
    ...(webhook && { publicUrl: listener.url }),
    ...(redisUrl && { store: await RedisStore.connect({ url: redisUrl }), secrets: [SECRET] }),
    ...options,
  });
  return { url: listener.url, setPace };
}

/** The same server library with nothing behind it but one document, answered at once, or held until `release`. */
export async function startBare(body, { isHeld = false } = {}) {
  const init = { headers: { 'content-type': 'application/json' } };
  const answer = () => new Response(body, init);
  const held = [];
  let isOver = !isHeld;
  const url = await serveOnly(() =>
    isOver ? answer() : new Promise((resolve) => held.push(resolve)),
  );
  return {
    url,
    release() {
      isOver = true;
      for (const settle of held.splice(0)) settle(answer());
    },
  };
}

/** As the bare server, with what every proxy has before it does any work: its router, and its answers' headers. */
export async function startFrame(body, headers) {
  const app = new Hono();
  const init = { headers };
  app.get('/v1/relays/sessions/:id', ({ req }) => new Response(req.param('id') && body, init));
  return { url: await serveOnly(app.fetch) };
}

/** Serves a handler with the server library alone. Resolves to the address. */
function serveOnly(fetch) {
  return new Promise((resolve) => {
    serve({ fetch, hostname: HOST, port: 0 }, ({ port }) => resolve(`http://${HOST}:${port}`));
  });
}
