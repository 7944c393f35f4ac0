import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../../src/api/player-session.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { type Answer, GameClient } from '../../support/game-client.js';
import { type Stack, startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const SECRETS = ['a secret that outlives the process 1'];
/**
 * How long a call of the service may take, and how long it is until the next look at what is planned. In milliseconds.
 */
const [CALL, ROUND] = [10_000, 2_000];
const WHAT = ['kick', 'leave', 'end'] as const;

/** A linked session with a host and a joiner, on a clock that may stand still. */
async function linkMatch({ proxyUrl }: Stack, pass = () => {}) {
  const host = await GameClient.guest(proxyUrl);
  const joiner = await GameClient.guest(proxyUrl);
  const created: PlayerSession = (await host.create()).body;
  const joined: PlayerSession = (await joiner.join({ session_id: created.session_id })).body;
  const look = async () => {
    pass();
    return (await host.get(created)).body;
  };
  await expect.poll(look, { interval: 5 }).toMatchObject({ linked: true });
  const { session_id } = created;
  return {
    joiner,
    joined,
    session_id,
    /** Asks for it, once. */
    ask: (what: (typeof WHAT)[number]): Promise<Answer> => {
      if (what === 'end') return host.delete(created);
      if (what === 'leave') return joiner.revoke(joined);
      return host.revoke(created, { player_id: joiner.playerId });
    },
  };
}

/** How many users upstream lets into the relay. */
const users = ({ simulator }: Stack) =>
  simulator.sessions().flatMap(({ session_users = [] }) => session_users).length;

const left = { kick: 1, leave: 1, end: 0 };

describe('with a memory that ends with the process, 204 means that it is done upstream', () => {
  it.each(WHAT)('where upstream fails for a moment: %s', async (what) => {
    await using stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS });
    const { ask, joiner, joined } = await linkMatch(stack);
    const operation = what === 'end' ? 'relay-session-delete' : 'relay-user-revoke';
    // One *delete* repeats itself three times.
    const times = what === 'end' ? 5 : 2;
    stack.simulator.faults.add({ kind: 'unavailable', operation, times });
    expect((await ask(what)).status).toBe(204);
    expect(users(stack)).toBe(left[what]);
    // The process ends without a word, and another begins that remembers nothing.
    await using again = await startStack({}, { secrets: SECRETS, edgegap: stack.edgegap });
    const back = Object.assign(new GameClient(again.proxyUrl), { token: joiner.token });
    expect((await back.get(joined)).status).toBe(what === 'end' ? 404 : 403);
  });

  it.each(WHAT)(
    'and where it fails for long 503, until it is done: %s',
    async (what) => {
      const clock = new FakeClock();
      await using stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS, clock });
      const { ask, joiner, joined } = await linkMatch(stack, () => clock.advance(1_000));
      const { simulator } = stack;
      const insist = async () => {
        let answer: Answer | undefined;
        void ask(what).then((answered) => {
          answer = answered;
        });
        const status = () => {
          clock.advance(250);
          return answer?.status;
        };
        await expect.poll(status, { timeout: 20_000, interval: 5 }).toBeDefined();
        return answer;
      };
      const operation = what === 'end' ? 'relay-session-delete' : 'relay-user-revoke';
      simulator.faults.add({ kind: 'unavailable', operation });
      for (let time = 0; time < 2; time += 1) {
        expect(await insist()).toMatchObject({
          status: 503,
          body: { code: 'upstream-unavailable', message: expect.stringContaining('being tried') },
        });
        expect((await joiner.get(joined)).status).toBe(what === 'end' ? 404 : 403);
      }
      expect(users(stack)).toBe(2);
      // No try of the proxy's own is on its way, and none begins while time stands still: of the timers that end within
      // a call's time, there is only that of the next round.
      const timers = () => {
        const soon = clock.waits.filter((wait) => wait <= CALL);
        if (soon.length !== 1) clock.advance(100);
        return soon;
      };
      const nextRound = [expect.toSatisfy((wait: number) => wait <= ROUND)];
      await expect.poll(timers, { timeout: 20_000, interval: 5 }).toEqual(nextRound);
      simulator.faults.clear();
      expect(await ask(what)).toMatchObject({ status: 204 });
      expect(users(stack)).toBe(left[what]);
    },
    40_000,
  );

  it.each(WHAT)(
    'and what is planned is tried once more when the proxy stops: %s',
    async (what) => {
      const clock = new FakeClock();
      await using upstream = await startStack({ linkDelay: 10 });
      const { edgegap, simulator } = upstream;
      {
        await using stack = await startStack({}, { secrets: SECRETS, clock, edgegap });
        const { ask } = await linkMatch(stack, () => clock.advance(1_000));
        const operation = what === 'end' ? 'relay-session-delete' : 'relay-user-revoke';
        simulator.faults.add({ kind: 'unavailable', operation });
        let status = 0;
        void ask(what).then((answer) => {
          status = answer.status;
        });
        const wait = () => {
          clock.advance(250);
          return status;
        };
        await expect.poll(wait, { timeout: 20_000, interval: 5 }).toBe(503);
        simulator.faults.clear();
        expect(users(upstream)).toBe(2);
      }
      expect(users(upstream)).toBe(left[what]);
    },
    30_000,
  );
});

describe('with a store that outlives the process', () => {
  it.each(WHAT)(
    '204 means that it will be done, whatever happens: %s',
    async (what) => {
      const store = new MemoryStore();
      const shared = { secrets: SECRETS, store: wrapStore(store) };
      await using stack = await startStack({ linkDelay: 10 }, shared);
      const { ask, joiner, joined } = await linkMatch(stack);
      const { simulator } = stack;
      simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-delete' });
      simulator.faults.add({ kind: 'unavailable', operation: 'relay-user-revoke' });
      expect((await ask(what)).status).toBe(204);
      expect(users(stack)).toBe(2);
      await using again = await startStack({}, { ...shared, edgegap: stack.edgegap });
      const back = Object.assign(new GameClient(again.proxyUrl), { token: joiner.token });
      expect((await back.get(joined)).status).toBe(what === 'end' ? 404 : 403);
      simulator.faults.clear();
      await expect.poll(() => users(stack), { timeout: 10_000 }).toBe(left[what]);
      expect((await back.get(joined)).status).toBe(what === 'end' ? 404 : 403);
    },
    20_000,
  );
});
