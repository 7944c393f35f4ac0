import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { Gate } from '../../support/gate.js';
import { type Stack, startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const OLD = 'the secret from before the rotation';
const NEW = 'the secret from after the rotation 1';
const KEY = { 'idempotency-key': 'the-match' };

/** The same player, at another instance. */
const at = ({ proxyUrl }: Stack, { token }: GameClient) =>
  Object.assign(new GameClient(proxyUrl), { token });

/** An instance before the rotation, and one after it, which has already looked for what is open. */
async function startBoth(
  store?: MemoryStore,
  upstream: typeof fetch = (...call) => fetch(...call),
) {
  const shared = store && { store: wrapStore(store) };
  const service = await startStack({ linkDelay: 10 }, { secrets: [OLD] });
  const edgegap = { ...service.edgegap, fetch: upstream };
  const older = await startStack({}, { secrets: [OLD], edgegap, ...shared });
  const newer = await startStack({}, { secrets: [NEW, OLD], edgegap: service.edgegap, ...shared });
  const host = await GameClient.guest(older.proxyUrl);
  const other = (await at(newer, host).create({ 'idempotency-key': 'another' })).body;
  await at(newer, host).delete(other);
  return {
    host: at(older, host),
    after: at(newer, host),
    simulator: service.simulator,
    edgegap: service.edgegap,
    async [Symbol.asyncDispose]() {
      for (const stack of [older, newer, service]) await stack[Symbol.asyncDispose]();
    },
  };
}

describe('after a rotation of the secrets, the same Idempotency-Key', () => {
  it('finds the session that the store knows', async () => {
    await using both = await startBoth(new MemoryStore());
    const { session_id } = (await both.host.create(KEY)).body;
    expect((await both.after.create(KEY)).body.session_id).toBe(session_id);
    expect(both.simulator.sessions()).toHaveLength(1);
  });

  it('finds the session that was adopted, with its join code', async () => {
    await using both = await startBoth();
    const { session_id, join_code } = (await both.host.create(KEY)).body;
    await using restarted = await startStack({}, { secrets: [NEW, OLD], edgegap: both.edgegap });
    const answer = await at(restarted, both.host).create(KEY);
    expect(answer.body).toMatchObject({ session_id, join_code });
    expect(both.simulator.sessions()).toHaveLength(1);
  });

  it('finds the session whose answer was lost', async () => {
    let isLost = false;
    const upstream: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const { method, url } = input as Request;
      if (method === 'POST' && url.endsWith('/sessions')) isLost = true;
      return isLost ? new Response('{"message":"lost"}', { status: 502 }) : response;
    };
    await using both = await startBoth(new MemoryStore(), upstream);
    expect((await both.host.create(KEY)).status).toBe(503);
    const [lost, ...others] = both.simulator.sessions();
    expect(others).toEqual([]);
    expect((await both.after.create(KEY)).body.session_id).toBe(lost?.session_id);
    expect(both.simulator.sessions()).toHaveLength(1);
  }, 20_000);

  it('waits for the instance that still has the old one', async () => {
    const gate = new Gate();
    const upstream: typeof fetch = async (input, init) => {
      if ((input as Request).method === 'POST') await gate.pass();
      return fetch(input, init);
    };
    await using both = await startBoth(new MemoryStore(), upstream);
    const creating = both.host.create(KEY);
    await gate.arrived;
    const early = await both.after.create(KEY);
    expect(early).toMatchObject({ status: 409, body: { code: 'in-progress' } });
    expect(early.headers.get('retry-after')).toBe('1');
    gate.open();
    const { session_id } = (await creating).body;
    expect((await both.after.create(KEY)).body.session_id).toBe(session_id);
    expect(both.simulator.sessions()).toHaveLength(1);
  });
});
