import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { SeatFollower } from '../../support/seat-follower.js';
import { startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const SECRETS = ['a secret of thirty-two characters'];
const PER_SECOND = 5;
/** What one call of the budget takes, in milliseconds. */
const TURN = 1_000 / PER_SECOND;
/** Fewer than would be told at once that the line is too long. */
const SESSIONS = 30;
/** Of so many more a channel is opened. */
const CHANNELS = 3;

/** A proxy that was started anew, on a clock that stands still, and hosts of sessions that it knows nothing of. */
async function restart(publicUrl?: string) {
  const shared = { gateway: {}, secrets: SECRETS, store: new MemoryStore(systemClock) };
  const service = await startStack({ linkDelay: 0 });
  const before = await startStack({}, { ...shared, edgegap: service.edgegap });
  const hosts = await Promise.all(
    Array.from({ length: SESSIONS + CHANNELS }, () => GameClient.guest(before.proxyUrl)),
  );
  const sessions = await Promise.all(
    hosts.map(async (host) => {
      const json = { via: 'gateway' };
      return (await host.send('POST', '/v1/relays/sessions', { json })).body;
    }),
  );
  await before[Symbol.asyncDispose]();
  const clock = new FakeClock();
  const asked: string[] = [];
  const edgegap = {
    ...service.edgegap,
    callsPerSecond: PER_SECOND,
    fetch: (async (input, init) => {
      asked.push(new URL((input as Request).url).pathname);
      return fetch(input, init);
    }) satisfies typeof fetch,
  };
  const stack = await startStack({}, { ...shared, clock, edgegap, publicUrl });
  // The account's list is read at the start.
  await until(() => expect(asked).toHaveLength(1));
  clock.advance(1_000);
  service.simulator.setLife({ linkDelay: 600_000 });
  const newcomer = await GameClient.guest(stack.proxyUrl);
  const created = await newcomer.create();
  const held = newcomer.get(created.body, {
    prefer: 'wait=20',
    'if-none-match': created.headers.get('etag') ?? '',
  });
  await until(() => expect(clock.waits).toContain(20_000));
  const inLine = () => clock.waits.filter((wait) => wait === 10_000).length;
  const inLineBefore = inLine();
  const reads = sessions.slice(CHANNELS).map((session) => newcomer.get(session));
  await until(() => expect(inLine()).toBeGreaterThan(inLineBefore + SESSIONS - PER_SECOND));
  const path = `/v1/relays/sessions/${created.body.session_id}`;
  return {
    simulator: service.simulator,
    proxy: stack.proxy,
    proxyUrl: stack.proxyUrl,
    /** Sessions that nobody has asked for yet. */
    others: sessions.slice(0, CHANNELS),
    session: created.body,
    held,
    /** The paths of the calls that were made. */
    asked,
    /** Whether the newcomer's session was asked for. */
    isAsked: () => asked.includes(path),
    clock,
    async [Symbol.asyncDispose]() {
      const closing = stack[Symbol.asyncDispose]();
      const passing = setInterval(() => clock.advance(1_000), 1);
      await Promise.allSettled(reads);
      await closing;
      clearInterval(passing);
      await service[Symbol.asyncDispose]();
    },
  };
}

it('a webhook after a restart waits for none of the calls for those who come again', async () => {
  await using stack = await restart('http://127.0.0.1:9');
  const { webhook_url = '' } =
    stack.simulator.sessions().find(({ session_id }) => session_id === stack.session.session_id) ??
    {};
  stack.simulator.failSession(stack.session.session_id, 'It broke.');
  const { pathname } = new URL(webhook_url ?? '');
  await fetch(stack.proxyUrl + pathname, { method: 'POST', body: '{}' });
  await until(() => stack.isAsked());
  expect((await stack.held).body.error).toMatch('reports that the session failed');
});

it('without a webhook a pending session is asked for among the first of them', async () => {
  await using stack = await restart();
  stack.simulator.failSession(stack.session.session_id, 'It broke.');
  const before = stack.asked.length;
  while (!stack.isAsked()) {
    const { length } = stack.asked;
    stack.clock.advance(TURN);
    await until(() => expect(stack.asked.length).toBeGreaterThan(length));
  }
  expect(stack.asked.length - before).toBeLessThan(5);
  expect((await stack.held).body.error).toMatch('reports that the session failed');
});

it('channels open in turns with those who come again, and not each behind all of them', async () => {
  await using stack = await restart('http://127.0.0.1:9');
  const before = stack.asked.length;
  let opened = 0;
  for (const { gateway } of stack.others) {
    void SeatFollower.of(stack.proxy.seats, gateway.ticket).then(() => {
      opened += 1;
    });
  }
  await until(() => {
    stack.clock.advance(TURN);
    expect(opened).toBe(CHANNELS);
  }, 100);
  // Theirs, one of those who come again, and what else goes first. It is fifteen where channels share one turn.
  expect(stack.asked.length - before).toBeLessThanOrEqual(10);
});
