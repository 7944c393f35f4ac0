import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import type { RelaySession } from '../../../src/api/schemas.js';
import { ChannelTickets } from '../../../src/proxy/identity/channel-tickets.js';
import { GatewayAccesses } from '../../../src/proxy/identity/gateway-access.js';
import { Sealer } from '../../../src/proxy/identity/sealer.js';
import { Signer } from '../../../src/proxy/identity/signer.js';
import { Tickets } from '../../../src/proxy/identity/tickets.js';
import { CallBudget } from '../../../src/proxy/limits/call-budget.js';
import { CallsPerPlayer } from '../../../src/proxy/limits/calls-per-player.js';
import { DEFAULT_LIMITS } from '../../../src/proxy/limits/default-limits.js';
import { Limiter } from '../../../src/proxy/limits/limiter.js';
import { UpstreamCallers } from '../../../src/proxy/limits/upstream-caller.js';
import { Exchange } from '../../../src/proxy/operations/exchange.js';
import { Get } from '../../../src/proxy/operations/get.js';
import { OwnSessions } from '../../../src/proxy/operations/own-sessions.js';
import { PlayerLeases } from '../../../src/proxy/operations/player-leases.js';
import { SeatRestorer } from '../../../src/proxy/operations/seat-restorer.js';
import { TokenKeeper } from '../../../src/proxy/operations/token-keeper.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import type { Seat } from '../../../src/proxy/store/seat.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { Chores } from '../../../src/proxy/upkeep/chores.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import { Renderings } from '../../../src/proxy/watch/renderings.js';
import { SharedTimer } from '../../../src/proxy/watch/shared-timer.js';
import { Watchers } from '../../../src/proxy/watch/watchers.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { watchingTools } from '../../support/watching-tools.js';

const SECRETS = ['a secret of thirty-two characters'];

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('tells whoever is about to wait of a change, at whichever moment it comes', async () => {
  for (let steps = 0; steps < 40; steps += 1) {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    const records = new SessionRecords(store);
    const session = { session_id: 'a-S', status: 'x', ready: false, linked: false } as RelaySession;
    const api = { getSession: async () => session } as unknown as RelayApi;
    const watchers = new Watchers({
      ...watchingTools(api, clock),
      records,
      deadlines: new SharedTimer(clock),
      onFirstSeen: async () => {},
    });
    const leases = new Leases(store, clock, 120_000);
    const chores = new Chores(api, store, clock);
    const tokens = new TokenKeeper({ chores, leases, records, store, watchers });
    const channelTickets = new ChannelTickets(new Sealer(SECRETS, clock));
    const operation = new Get({
      clock,
      limiter: new Limiter(DEFAULT_LIMITS, store, clock),
      own: new OwnSessions({
        gatewayAccesses: new GatewayAccesses(undefined, channelTickets, clock),
        records,
        playerLeases: new PlayerLeases(leases),
        restorer: new SeatRestorer({ clock, records, tokens }),
        tickets: new Tickets({
          sealer: new Sealer(SECRETS, clock),
          signer: new Signer(SECRETS, clock),
          clock,
          lifetime: 60,
        }),
        watchers,
      }),
      records,
      longestWait: 25,
      isClosing: () => false,
    });
    const askers = new UpstreamCallers({
      apiFor: () => api,
      budget: new CallBudget(20, clock),
      patience: 10_000,
      limits: new CallsPerPlayer({ limits: DEFAULT_LIMITS, callsPerSecond: 20, clock, store }),
    });
    await records.takeSeat({ playerId: 'p', sessionId: 'a-S', role: 'server', ip: '1.1.1.1' }, 1);
    const get = (headers: Record<string, string>) => {
      const raw = new Request('http://127.0.0.1/', { headers });
      const asker = askers.of('p', '127.0.0.1');
      return operation.get({ playerId: 'p', asker, raw, exchange: new Exchange('1', {}) }, 'a-S');
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
  const { body, length } = new Renderings().render(known, seat, { ticket: 'ticket' });
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
