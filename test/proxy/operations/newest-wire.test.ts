import { describe, expect, it } from 'vitest';
import { MemoryStore, type RelayProxyOptions, type StoreStep } from '../../../src/proxy/index.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';
import { hostByGateway } from '../../support/gateway-game.js';
import { PageClient } from '../../support/page-client.js';
import { SeatFollower } from '../../support/seat-follower.js';
import { type Stack, startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { wrapStore } from '../../support/wrap-store.js';

// Two processes, each with its gateway, on one store that is slow or loses news.

const SECRETS = ['a secret that all processes have 123'];

const start = (options: Partial<RelayProxyOptions> = {}) =>
  startStack({ linkDelay: 20 }, { gateway: {}, secrets: SECRETS, ...options });

/** Another process on the same service. */
const startBeside = ({ edgegap }: Stack, options: Partial<RelayProxyOptions> = {}) =>
  startStack({}, { gateway: {}, secrets: SECRETS, edgegap, ...options });

describe('the newest wire of a seat', () => {
  it('wins though an older one’s claim is noted after it', async () => {
    const store = new MemoryStore();
    const gate = new Gate();
    let isSlow = true;
    const slow = wrapStore(store, async (operation, call, [key]) => {
      if (isSlow && operation === 'set' && String(key).startsWith('wire:')) await gate.pass();
      return call();
    });
    await using first = await start({ store: slow });
    await using second = await startBeside(first, { store: wrapStore(store) });
    const { ticket } = await hostByGateway(first.proxyUrl);
    const page = (stack: Stack) =>
      new PageClient(`${stack.proxyUrl.replace('http', 'ws')}/v1/channel`, { ticket });
    const older = page(first);
    await gate.arrived;
    const newer = page(second);
    await until(() => newer.messages.length > 0);
    isSlow = false;
    gate.open();
    expect(await older.whenClosed()).toEqual({ code: 4409, reason: 'replaced' });
    // The store has the newer one again, and so has whoever asks it.
    const follower = await SeatFollower.of(second.proxy.seats, ticket);
    expect([newer.closed, follower.ends]).toEqual([undefined, []]);
    const newest = page(first);
    expect(await newer.whenClosed()).toEqual({ code: 4409, reason: 'replaced' });
    await until(() => newest.messages.length > 0);
    newest.cut();
  });

  it('wins where nobody hears of it, as soon as the store is asked', async () => {
    const store = new MemoryStore();
    const { batch } = store;
    // News of wires are lost: something else is done instead.
    store.batch = (steps) => {
      const isLost = ([step, , message]: StoreStep) =>
        step === 'publish' && String(message).startsWith('wire ');
      const told = steps.map((step) => (isLost(step) ? (['get', ''] as const) : step));
      return batch.call(store, told) as ReturnType<typeof batch<typeof steps>>;
    };
    const deaf = wrapStore(store);
    const clock = new FakeClock();
    clock.set(Date.now() - clock.now());
    await using first = await start({ store: deaf, clock });
    await using second = await startBeside(first, { store: deaf });
    const { ticket } = await hostByGateway(first.proxyUrl);
    const older = await SeatFollower.of(first.proxy.seats, ticket);
    const newer = await SeatFollower.of(second.proxy.seats, ticket);
    expect(older.ends).toEqual([]);
    clock.advance(5_000);
    await until(() => older.ends.length > 0);
    expect([older.ends, newer.ends]).toEqual([['replaced'], []]);
  });
});
