import { expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const SECRETS = ['a secret of thirty-two characters'];
const PER_SECOND = 5;
/** What one call of the budget takes, in milliseconds. */
const TURN = 1_000 / PER_SECOND;
/** Fewer than would be told at once that the line is too long. */
const SESSIONS = 30;

/** A proxy that was started anew, on a clock that stands still, and hosts of sessions that it knows nothing of. */
async function restart(publicUrl?: string) {
  const service = await startStack({ linkDelay: 0 }, { secrets: SECRETS });
  const hosts = await Promise.all(
    Array.from({ length: SESSIONS }, () => GameClient.guest(service.proxyUrl)),
  );
  const sessions = await Promise.all(hosts.map(async (host) => (await host.create()).body));
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
  const options = { clock, edgegap, secrets: SECRETS, publicUrl };
  const stack = await startStack({}, options);
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
  const before = inLine();
  const reads = sessions.map((session) => newcomer.get(session));
  await until(() => expect(inLine()).toBeGreaterThan(before + SESSIONS - PER_SECOND));
  const path = `/v1/relays/sessions/${created.body.session_id}`;
  return {
    simulator: service.simulator,
    proxyUrl: stack.proxyUrl,
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
