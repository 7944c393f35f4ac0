import { expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.js';
import type { Answer } from '../../support/game-client.js';
import { PlayerFrom, TRUSTING } from '../../support/player-from.js';
import { startStack } from '../../support/stack.js';

/** So that nothing else on the clock lasts as long. In milliseconds. */
const UPSTREAM_TIMEOUT = 599_999;
const PER_SECOND = 20;
/** What one call of the budget takes, in milliseconds. */
const TURN = 1_000 / PER_SECOND;

/** It knows how many upstream calls wait for an answer, or for their turn. */
class CountingClock extends FakeClock {
  readonly #calls = new Set<unknown>();

  get calls(): number {
    return this.#calls.size;
  }

  override setTimeout(callback: () => void, delay: number): unknown {
    const timer = super.setTimeout(callback, delay);
    if (delay === UPSTREAM_TIMEOUT) this.#calls.add(timer);
    return timer;
  }

  override clearTimeout(timer: unknown): void {
    this.#calls.delete(timer);
    super.clearTimeout(timer);
  }
}

/** A proxy on a clock that stands still, and the calls that have reached upstream. */
async function start() {
  const clock = new CountingClock();
  const reached: string[] = [];
  const simulated = await startStack({ linkDelay: 60_000 });
  const fetch: typeof globalThis.fetch = (input, init) => {
    reached.push((input as Request).method + new URL((input as Request).url).pathname);
    return globalThis.fetch(input, init);
  };
  const stack = await startStack(
    {},
    {
      ...TRUSTING,
      clock,
      edgegap: {
        ...simulated.edgegap,
        callsPerSecond: PER_SECOND,
        timeout: UPSTREAM_TIMEOUT,
        fetch,
      },
    },
  );
  return {
    clock,
    reached,
    proxyUrl: stack.proxyUrl,
    /** Waits until so many calls wait for their turn, and no other is under way. */
    waiting: (count: number) => expect.poll(() => clock.calls, { timeout: 20_000 }).toBe(count),
    async [Symbol.asyncDispose]() {
      while (clock.calls > 0) {
        clock.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await stack[Symbol.asyncDispose]();
      await simulated[Symbol.asyncDispose]();
    },
  };
}

const CREATE = 'POST/v1/relays/sessions';

it.each([
  ['59 guests of one address', Array.from({ length: 59 }, () => '8.8.8.8')],
  [
    'guests of six networks of 64 bits in one of 48',
    Array.from({ length: 59 }, (_, index) => `2606:4700:0:${index % 6}00::${index + 1}`),
  ],
])(
  'a flood of %s, who all leave again, makes another’s create wait for ten turns',
  async (_name, addresses) => {
    await using stack = await start();
    const { clock, proxyUrl, reached, waiting } = stack;
    const host = await PlayerFrom.guestFrom(proxyUrl, '9.9.9.9');
    const created = await host.create();
    expect(created.status).toBe(200);
    const { session_id } = created.body;
    const flood = await Promise.all(
      addresses.map((address) => PlayerFrom.guestFrom(proxyUrl, address)),
    );
    const left = PER_SECOND - reached.length;
    const joined: [PlayerFrom, Answer][] = [];
    const joins = flood.map(async (player) => {
      const answer = await player.join({ session_id });
      joined.push([player, answer]);
      return answer;
    });
    await waiting(flood.length - left);
    // Those who are in leave again, and so want to use up the turns of those who are not.
    await expect.poll(() => joined.length).toBe(left);
    const leaves = joined.map(([player, { body }]) => player.revoke(body));
    await waiting(flood.length);
    const usual = await PlayerFrom.guestFrom(proxyUrl, '7.7.7.7');
    const creating = usual.create();
    await waiting(flood.length + 1);
    const before = reached.length;
    clock.advance(10 * TURN);
    await expect.poll(() => reached.length).toBe(before + 10);
    expect(reached.slice(before)).toContain(CREATE);
    expect((await creating).status).toBe(200);
    clock.advance(10_000);
    for (const { status } of await Promise.all(joins)) expect(status).toBe(200);
    // Their own leaves wait for one another: what takes too long is told so, and done all the same.
    for (const { status } of await Promise.all(leaves)) expect([204, 503]).toContain(status);
  },
  60_000,
);
