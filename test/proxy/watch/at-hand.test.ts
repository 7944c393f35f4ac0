import { expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { systemClock } from '../../../src/common/clock.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { API_TOKEN, startStack } from '../../support/stack.js';

/** A proxy whose clock can be put forward, and whose store loses news when it is told to. */
async function start() {
  let shift = 0;
  let isDeaf = false;
  const clock = {
    ...systemClock,
    now: () => Date.now() + shift,
    monotonic: () => performance.now() + shift,
  };
  const store = new MemoryStore(clock);
  const subscribe = store.subscribe.bind(store);
  store.subscribe = (channel, listener) =>
    subscribe(channel, (message) => {
      if (!isDeaf) listener(message);
    });
  const stack = await startStack({ linkDelay: 10 }, { clock, store });
  return {
    stack,
    pass: (milliseconds: number) => {
      shift += milliseconds;
    },
    loseNews: () => {
      isDeaf = true;
    },
  };
}

it('a get that waits for nothing sees what has changed upstream, and that the session is gone', async () => {
  const { stack, pass } = await start();
  await using _stack = stack;
  const host = await GameClient.guest(stack.proxyUrl);
  const session = (await host.create()).body;
  expect(session.linked).toBe(false);
  await expect.poll(async () => (await host.get(session)).body.linked).toBe(true);
  stack.simulator.failSession(session.session_id, 'It broke.');
  pass(5_000);
  expect((await host.get(session)).body).toMatchObject({
    error: 'The relay service reports that the session failed.',
  });
  await new RelayApi({ apiToken: API_TOKEN, baseUrl: stack.simulator.url }).deleteSession(
    session.session_id,
  );
  pass(5_000);
  expect(await host.get(session)).toMatchObject({ status: 404 });
  expect(await host.get(session)).toMatchObject({ status: 404 });
});

it('who was kicked is out before long, even where the news of it was lost', async () => {
  const { stack, loseNews, pass } = await start();
  await using _stack = stack;
  const [host, joiner] = [
    await GameClient.guest(stack.proxyUrl),
    await GameClient.guest(stack.proxyUrl),
  ];
  const session = await host.linked((await host.create()).body);
  const joined = (await joiner.join({ join_code: session.join_code ?? '' })).body;
  expect((await host.get(session)).body.players).toHaveLength(2);
  loseNews();
  expect((await host.revoke(session, { player_id: joiner.playerId })).status).toBe(204);
  pass(15_000);
  expect(await joiner.get(joined)).toMatchObject({ status: 403, body: { code: 'revoked' } });
  expect((await host.get(session)).body.players).toHaveLength(1);
});
