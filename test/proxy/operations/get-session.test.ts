import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import type { RelaySession } from '../../../src/api/schemas.js';
import { Signer } from '../../../src/proxy/identity/signer.js';
import { Tickets } from '../../../src/proxy/identity/tickets.js';
import { Askers } from '../../../src/proxy/limits/asker.js';
import { DEFAULT_LIMITS, Limiter } from '../../../src/proxy/limits/limits.js';
import { UpstreamLimits } from '../../../src/proxy/limits/upstream-limits.js';
import { Exchange } from '../../../src/proxy/operations/exchange.js';
import { getSession } from '../../../src/proxy/operations/get-session.js';
import type { Services } from '../../../src/proxy/services.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { Records } from '../../../src/proxy/store/records.js';
import type { Seat } from '../../../src/proxy/store/seat.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import { Deadlines } from '../../../src/proxy/watch/deadlines.js';
import { Renderings } from '../../../src/proxy/watch/renderings.js';
import { Watchers } from '../../../src/proxy/watch/watchers.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('tells whoever is about to wait of a change, at whichever moment it comes', async () => {
  for (let steps = 0; steps < 40; steps += 1) {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    const records = new Records(store);
    const session = { session_id: 'a-S', status: 'x', ready: false, linked: false } as RelaySession;
    const api = { getSession: async () => session } as unknown as RelayApi;
    const watchers = new Watchers({
      api,
      clock,
      records,
      deadlines: new Deadlines(clock),
      onFirstSeen: async () => {},
    });
    const services = {
      askers: new Askers({
        apiFor: () => api,
        limits: new UpstreamLimits({ limits: DEFAULT_LIMITS, callsPerSecond: 20, clock }),
      }),
      clock,
      leases: new Leases(store, clock, 120_000),
      limiter: new Limiter(DEFAULT_LIMITS, store, clock),
      records,
      tickets: new Tickets(new Signer(['a secret of thirty-two characters'], clock), clock, 60),
      watchers,
      longestWait: 25,
      isClosing: () => false,
    } as unknown as Services;
    await records.takeSeat({ playerId: 'p', sessionId: 'a-S', role: 'server', ip: '1.1.1.1' }, 1);
    const get = (headers: Record<string, string>) => {
      const request = new Request('http://127.0.0.1/', { headers });
      return getSession(services, new Exchange('1', {}), request, { playerId: 'p' }, 'a-S');
    };
    const { headers } = await get({});
    const known = headers.get('etag') ?? '';
    const statuses: number[] = [];
    const waiting = Promise.resolve(get({ 'if-none-match': known, prefer: 'wait=20' }));
    void waiting.then(({ status }) => statuses.push(status));
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    watchers.of('a-S').accept({ ...session, status: 'y' });
    await settle();
    expect(statuses, `after ${steps} steps`).toEqual([200]);
    watchers.close();
  }
});

it('arrives whole, in whichever script the service names sessions', () => {
  const session_id = 'Não há relay; リレーがない; nic 🧀, ÿ߿ࠀ\uffff.';
  const session = { session_id, status: 'x', ready: false, linked: false } as RelaySession;
  const seat: Seat = { playerId: 'p', sessionId: session_id, role: 'server', ip: '1.1.1.1' };
  const known = { session, seats: [seat], joinCode: undefined };
  const { body, length } = new Renderings().render(known, seat, 'ticket');
  expect(length).toBe(new TextEncoder().encode(body).byteLength);
  expect(JSON.parse(body).session_id).toBe(session_id);
});

it('knows its tag again that a server on the way has changed when it compressed the document', async () => {
  await using stack = await startStack({ linkDelay: 10 });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  const { headers } = await host.get(session);
  const tag = headers.get('etag')?.slice(1, -1) ?? '';
  const status = async (known: string) =>
    (await host.get(session, { 'if-none-match': known })).status;
  for (const changed of [
    `W/"${tag}"`,
    `"${tag}-gzip"`,
    `"${tag}--gzip"`,
    `"${tag};gzip"`,
    `"${tag}-br"`,
    `W/"${tag}-zstd"`,
    `"a", W/"${tag}-gzip"`,
  ]) {
    expect([changed, await status(changed)]).toEqual([changed, 304]);
  }
  const [a, b, c] = tag.split('-');
  for (const other of [`${a}-${b}-gzip`, `${a}-${b}`, `${tag}-x`, `${tag}x-gzip`, `${c}-gzip`]) {
    expect([other, await status(`"${other}"`)]).toEqual([other, 200]);
  }
});

it('holds a request that names its tag so', async () => {
  await using stack = await startStack({ linkDelay: 10 });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  const known = (await host.get(session)).headers.get('etag')?.replace(/"$/, '-gzip"') ?? '';
  const held = await host.get(session, { 'if-none-match': known, prefer: 'wait=1' });
  expect(held.status).toBe(304);
  expect(held.headers.get('preference-applied')).toBe('wait=1');
});
