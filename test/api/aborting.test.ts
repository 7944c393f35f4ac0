import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/index.js';
import { createTransport } from '../../src/api/transport.js';
import { sleep } from '../../src/common/clock.js';
import { FakeClock } from '../support/fake-clock.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';
import { until } from '../support/until.js';

const ID = '7349356945f1-S';
const TOKEN = 'studio-token-4d1f9c';

const methods: [string, (api: RelayApi, signal: AbortSignal) => Promise<unknown>][] = [
  ['createSession', (api, signal) => api.createSession({ users: [{ ip: '1.1.1.1' }] }, { signal })],
  ['listSessions', (api, signal) => api.listSessions({ signal })],
  ['listAllSessions', (api, signal) => api.listAllSessions({ signal }).next()],
  ['listAllEntries', (api, signal) => api.listAllEntries({ signal }).next()],
  ['getSession', (api, signal) => api.getSession(ID, { signal })],
  [
    'authorizeUser',
    (api, signal) => api.authorizeUser({ session_id: ID, user_ip: '1.1.1.1' }, { signal }),
  ],
  [
    'revokeUser',
    (api, signal) => api.revokeUser({ session_id: ID, authorization_token: 7 }, { signal }),
  ],
  ['deleteSession', (api, signal) => api.deleteSession(ID, { signal })],
];

const reasons: [string, unknown][] = [
  ['an error', new Error('The match is over.')],
  ['a string', 'over'],
  ['the platform’s own', undefined],
];

describe.each(methods)('aborting %s', (_name, call) => {
  it.each(reasons)('rejects with the reason as the cause: %s', async (_reason, reason) => {
    const controller = new AbortController();
    await using server = await scriptServer(() => controller.abort(reason));
    const api = new RelayApi({ apiToken: TOKEN, baseUrl: server.url, clock: new FakeClock() });
    for (const when of ['while it waits', 'before it was called']) {
      const error = await call(api, controller.signal).catch((thrown: unknown) => thrown);
      expect([when, error]).toMatchObject([when, { name: 'RelayError', code: 'aborted' }]);
      expect((error as Error).cause).toBe(controller.signal.reason);
    }
    expect(server.requests).toHaveLength(1);
  });
});

describe('aborting', () => {
  it('rejects with the reason as the cause between two tries as well', async () => {
    const clock = new FakeClock();
    await using server = await scriptServer((_request, response) => answerJson(response, 503, {}));
    const api = new RelayApi({ apiToken: TOKEN, baseUrl: server.url, clock });
    const controller = new AbortController();
    const asking = api.getSession(ID, { signal: controller.signal });
    asking.catch(() => {});
    await until(() => clock.waits.includes(225));
    const cause = new Error('The match is over.');
    controller.abort(cause);
    const error = await asking.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'aborted' });
    expect((error as Error).cause).toBe(cause);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['in its words', new Error(`The token ${TOKEN} is wrong.`)],
    ['in its cause', new Error('No.', { cause: new Error(TOKEN) })],
    ['in a field', Object.assign(new Error('No.'), { request: { headers: [TOKEN] } })],
    ['as words', `token ${TOKEN}`],
    ['in an object', { authorization: TOKEN }],
  ])('hands no reason on that tells the token: %s', async (_name, reason) => {
    const api = new RelayApi({ apiToken: TOKEN });
    const signal = AbortSignal.abort(reason);
    const error = await api.getSession(ID, { signal }).catch((thrown: unknown) => thrown);
    const { cause } = error as Error;
    expect(error).toMatchObject({ code: 'aborted' });
    expect(cause).toBeInstanceOf(Error);
    expect(JSON.stringify(cause) + (cause as Error).stack).not.toContain(TOKEN);
  });

  it('rejects with the reason as the cause on a game’s way to the proxy', async () => {
    const controller = new AbortController();
    const reason = new Error('The match is over.');
    await using server = await scriptServer(() => controller.abort(reason));
    const { send } = createTransport(server.url, fetch, new FakeClock());
    const { signal } = controller;
    const call = { method: 'GET', path: 'a', timeout: 1_000, schema: v.unknown() } as const;
    for (let time = 0; time < 2; time += 1) {
      const error = await send(call, undefined, signal).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'aborted' });
      expect((error as Error).cause).toBe(reason);
    }
  });

  it('rejects with the reason as the cause while it sleeps', async () => {
    const controller = new AbortController();
    const sleeping = sleep(new FakeClock(), 1_000, controller.signal);
    const reason = { why: 'over' };
    controller.abort(reason);
    const error = await sleeping.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'aborted' });
    expect((error as Error).cause).toBe(reason);
  });
});
