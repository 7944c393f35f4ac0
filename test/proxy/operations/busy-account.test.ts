import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { bendLists } from '../../support/bend-lists.js';
import { GameClient } from '../../support/game-client.js';
import { API_TOKEN, type Stack, startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const SECRETS = ['a secret that outlives the process 1'];
const KEY = { 'idempotency-key': 'the-match' };

/** 150 sessions of somebody else's, and the way to a service on which more begin and end at each look at the list. */
async function fillAccount({ edgegap, simulator }: Stack) {
  const api = new RelayApi({ apiToken: API_TOKEN, baseUrl: simulator.url });
  const begin = async () =>
    (await api.createSession({ users: [{ ip: '198.51.100.1' }] })).session_id;
  const open = await Promise.all(Array.from({ length: 150 }, begin));
  return bendLists(edgegap, async (sessions) => {
    open.push(await begin(), await begin());
    simulator.endSession(open.shift() ?? '');
    return sessions;
  });
}

describe('on an account where sessions begin and end all the time', () => {
  it('a create whose first try was refused for now has its answer, and makes one session', async () => {
    await using stack = await startStack();
    const service = await fillAccount(stack);
    let tries = 0;
    let looks = 0;
    const upstream: typeof fetch = async (input, init) => {
      const { method } = input as Request;
      if (method === 'GET' && tries === 1) looks += 1;
      if (method === 'POST') tries += 1;
      if (method === 'POST' && tries === 1) return new Response(null, { status: 503 });
      return (service.fetch ?? fetch)(input, init);
    };
    await using busy = await startStack({}, { edgegap: { ...service, fetch: upstream } });
    const host = await GameClient.guest(busy.proxyUrl);
    expect(await host.create()).toMatchObject({ status: 200, body: { role: 'server' } });
    expect(tries).toBe(2);
    // Two or three pages, there and back, for the create; the same for the start, which may have come to it as well.
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(12);
    const own = stack.simulator.sessions().filter(({ webhook_url }) => webhook_url);
    expect(own).toHaveLength(1);
  });

  it('the start comes to its end: keyed creates are carried out, and own sessions adopted', async () => {
    await using stack = await startStack({}, { secrets: SECRETS });
    const host = await GameClient.guest(stack.proxyUrl);
    const edgegap = await fillAccount(stack);
    const session = (await host.create()).body;
    await using busy = await startStack({}, { secrets: SECRETS, edgegap });
    const back = Object.assign(new GameClient(busy.proxyUrl), { token: host.token });
    expect(await back.create(KEY)).toMatchObject({ status: 200 });
    const joiner = await GameClient.guest(busy.proxyUrl);
    expect(await joiner.join({ join_code: session.join_code })).toMatchObject({
      status: 200,
      body: { session_id: session.session_id },
    });
  });
});

describe('a session that the list does not show', () => {
  /** A match in a store that outlives its proxy, and the start of another that sees it in no list. */
  async function startBlind() {
    const store = new MemoryStore();
    const shared = { secrets: SECRETS, limits: { sessionsPerPlayer: 1 } };
    const stack = await startStack({ linkDelay: 10 }, { ...shared, store: wrapStore(store) });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    return {
      store,
      host,
      session,
      simulator: stack.simulator,
      restart: () =>
        startStack(
          {},
          { ...shared, store: wrapStore(store), edgegap: bendLists(stack.edgegap, () => []) },
        ),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  }

  it('is looked up, and adopted where it is there', async () => {
    await using blind = await startBlind();
    const { join_code, session_id } = blind.session;
    await blind.store.delete(`session:${encodeURIComponent(session_id)}`);
    await using again = await blind.restart();
    const joiner = await GameClient.guest(again.proxyUrl);
    expect(await joiner.join({ join_code: join_code ?? '' })).toMatchObject({
      status: 200,
      body: { session_id },
    });
    expect(blind.simulator.sessions()).toHaveLength(1);
  });

  it('is looked up, and takes no place where it is gone', async () => {
    await using blind = await startBlind();
    blind.simulator.endSession(blind.session.session_id);
    await using again = await blind.restart();
    const back = Object.assign(new GameClient(again.proxyUrl), { token: blind.host.token });
    expect(await back.create(KEY)).toMatchObject({ status: 200 });
    expect(await blind.store.sizeOfSet(`sessions-of:${blind.host.playerId}`)).toBe(1);
  });
});
