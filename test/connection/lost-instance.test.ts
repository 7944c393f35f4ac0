import { expect, it } from 'vitest';
import { RelayConnection } from '../../src/index.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { FakeClock } from '../support/fake-clock.js';
import { Gate } from '../support/gate.js';
import { Gateway } from '../support/gateway.js';
import { recordNames } from '../support/record.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { wrapStore } from '../support/wrap-store.js';

const SECRETS = ['a secret that two instances share 12'];
/** So few that what the lost instance had begun must not count as another one. */
const LIMITS = { sessionsPerPlayer: 1 };

/** Two instances with one store, of which the first comes no further with a create, and a game before them. */
async function startTwo() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const gate = new Gate();
  const state = { isLost: false };
  const service = await startStack({ linkDelay: 10 });
  const upstream: typeof fetch = async (input, init) => {
    const { method, url } = input as Request;
    if (method === 'POST' && url.endsWith('/sessions')) await gate.pass();
    return state.isLost ? new Response(null, { status: 401 }) : fetch(input, init);
  };
  const first = await startStack(
    {},
    {
      secrets: SECRETS,
      limits: LIMITS,
      edgegap: { ...service.edgegap, fetch: upstream },
      store: wrapStore(store, async (_operation, call) => {
        if (state.isLost) throw new Error('The process is gone.');
        return call();
      }),
    },
  );
  const second = await startStack(
    {},
    { secrets: SECRETS, limits: LIMITS, edgegap: service.edgegap, store: wrapStore(store) },
  );
  const gateway = await Gateway.start();
  gateway.target = first.proxyUrl;
  const relay = new RelayConnection(gateway.url);
  const events = recordNames(relay);
  const refusals: unknown[] = [];
  relay.on('retrying', ({ error }) => refusals.push(error.code));
  return {
    clock,
    events,
    gate,
    gateway,
    refusals,
    relay,
    simulator: service.simulator,
    state,
    /** The game's next request comes to the other one. */
    turn() {
      gateway.target = second.proxyUrl;
      gateway.cut();
    },
    async [Symbol.asyncDispose]() {
      gate.open();
      await gateway[Symbol.asyncDispose]();
      for (const stack of [first, second, service]) await stack[Symbol.asyncDispose]();
    },
  };
}

it('a create outlives the instance that is lost while it creates', async () => {
  await using two = await startTwo();
  const opened = two.relay.create();
  await two.gate.arrived;
  two.state.isLost = true;
  two.turn();
  await until(() => expect(two.refusals).toContain('in-progress'));
  // The dead one's hold is let go by time.
  two.clock.advance(6_000);
  expect(await opened).toMatchObject({ protocol: 'UDP' });
  expect(two.simulator.sessions()).toHaveLength(1);
  expect(new Set(two.refusals)).toEqual(new Set(['network', 'in-progress']));
  await two.relay.leave();
}, 20_000);

it('a slow create that is repeated at another instance gives the session that the first one makes', async () => {
  await using two = await startTwo();
  const opened = two.relay.create();
  await two.gate.arrived;
  two.turn();
  await until(() => expect(two.refusals).toContain('in-progress'));
  two.gate.open();
  expect(await opened).toMatchObject({ protocol: 'UDP' });
  expect(two.simulator.stats().sessions.created).toBe(1);
  await two.relay.leave();
}, 20_000);
