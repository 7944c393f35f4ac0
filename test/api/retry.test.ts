import { getEventListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { sleep } from '../../src/common/clock.js';
import { FakeClock } from '../support/fake-clock.js';
import { NO_SESSIONS } from '../support/no-sessions.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';
import { until } from '../support/until.js';

const ID = '7349356945f1-S';
const TIMEOUT = 10_000;
const document = { session_id: ID, status: 'Linked', ready: true, linked: true };

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A service that fails with the answers given, in turn, and then succeeds. */
async function failing(...answers: Answer[]) {
  const clock = new FakeClock({ hurry: { except: TIMEOUT } });
  clock.chance = 0;
  const server = await scriptServer((request, response, count) => {
    const answer = answers[count - 1];
    if (answer) answer(response, request);
    else if (request.method === 'DELETE') response.writeHead(204).end();
    else answerJson(response, 200, request.url?.includes(ID) ? document : NO_SESSIONS);
  });
  const api = new RelayApi({ apiToken: 'a', baseUrl: server.url, timeout: TIMEOUT, clock });
  return { api, clock, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end('{"message":"No."}');
const drop: Answer = (response) => response.destroy();
const half: Answer = (response) => {
  response.writeHead(200, { 'content-length': '99' }).write('{');
  setImmediate(() => response.destroy());
};

const repeatable: [string, (api: RelayApi) => Promise<unknown>][] = [
  ['get', (api) => api.getSession(ID)],
  ['list', (api) => api.listSessions()],
  ['delete', (api) => api.deleteSession(ID)],
];
const never: [string, (api: RelayApi) => Promise<unknown>][] = [
  ['create', (api) => api.createSession({ users: [{ ip: '1.1.1.1' }] })],
  ['authorize-user', (api) => api.authorizeUser({ session_id: ID, user_ip: '1.1.1.1' })],
  ['revoke-user', (api) => api.revokeUser({ session_id: ID, authorization_token: 7 })],
];
const failures: [string, Answer][] = [
  ['408', status(408)],
  ['429', status(429)],
  ['500', status(500)],
  ['502', status(502)],
  ['503', status(503)],
  ['599', status(599)],
  ['a connection lost before the answer', drop],
  ['a connection lost within the answer', half],
];

describe.each(repeatable)('%s', (_name, call) => {
  it.each(failures)('is repeated after %s', async (_failure, answer) => {
    await using stack = await failing(answer, answer, answer);
    await call(stack.api);
    expect(stack.server.requests).toHaveLength(4);
  });

  it('gives up after three repetitions', async () => {
    const no = status(503);
    await using stack = await failing(no, no, no, no, no);
    await expect(call(stack.api)).rejects.toMatchObject({ code: 'server-error', status: 503 });
    expect(stack.server.requests).toHaveLength(4);
  });

  it.each([400, 401, 403, 404, 409, 418])('is not repeated after %d', async (code) => {
    await using stack = await failing(status(code));
    await expect(call(stack.api)).rejects.toMatchObject({ status: code });
    expect(stack.server.requests).toHaveLength(1);
  });
});

describe.each(never)('%s', (_name, call) => {
  it.each(failures)('is never repeated, not even after %s', async (_failure, answer) => {
    await using stack = await failing(answer);
    await expect(call(stack.api)).rejects.toMatchObject({ retryable: true });
    expect(stack.server.requests).toHaveLength(1);
  });
});

describe('the wait before a repetition', () => {
  it.each([
    [0, [150, 300, 600]],
    [0.5, [225, 450, 900]],
  ])('grows, half of it by chance (%d)', async (chance, waits) => {
    await using stack = await failing(status(500), drop, status(503));
    stack.clock.chance = chance;
    await stack.api.getSession(ID);
    expect(stack.clock.skipped).toEqual(waits);
  });

  it.each([
    ['seconds', '2', 2_150],
    ['a date', 'Thu, 01 Jan 2026 00:00:04 GMT', 4_150],
    ['a date in the past', 'Wed, 31 Dec 2025 00:00:00 GMT', 150],
    ['nonsense', 'soon', 150],
    ['a negative number', '-5', 150],
    ['a broken number', '2.5', 150],
    ['a number with a sign', '+5', 150],
    ['several numbers', '3, 9', 3_150],
  ])('is never shorter than Retry-After: %s', async (_name, header, wait) => {
    await using stack = await failing(status(429, { 'retry-after': header }));
    await stack.api.getSession(ID);
    expect(stack.clock.skipped).toEqual([wait]);
  });

  it.each([
    ['3600', 3_600_000],
    ['11', 11_000],
    ['Thu, 01 Jan 2026 01:00:00 GMT', 3_600_000],
  ])('does not take place when Retry-After asks for too long: %s', async (header, retryAfter) => {
    await using stack = await failing(status(503, { 'retry-after': header }));
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({
      code: 'server-error',
      retryAfter,
      retryable: true,
    });
    expect(stack.server.requests).toHaveLength(1);
    expect(stack.clock.skipped).toEqual([]);
  });

  it.each(['2.5', '+5', '1e3', 'soon', '2 Jan 2099', 'GMT'])(
    'is not asked for by a Retry-After that is neither: %s',
    async (header) => {
      await using stack = await failing(status(400, { 'retry-after': header }));
      const error = await stack.api.getSession(ID).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'bad-request', retryAfter: undefined });
    },
  );

  it('ends at once when the signal is aborted, and leaves no timer', async () => {
    const clock = new FakeClock();
    await using server = await scriptServer((_request, response) => answerJson(response, 503, {}));
    const api = new RelayApi({ apiToken: 'a', baseUrl: server.url, timeout: TIMEOUT, clock });
    const controller = new AbortController();
    const asking = api.getSession(ID, { signal: controller.signal });
    asking.catch(() => {});
    await until(() => clock.waits.includes(225));
    controller.abort();
    await expect(asking).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.pending).toBe(0);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a connection that falls silent', () => {
  it('counts as lost: get is repeated, and create is not', async () => {
    const clock = new FakeClock();
    await using server = await scriptServer((_request, response, count) => {
      if (count === 2) answerJson(response, 200, document);
    });
    const api = new RelayApi({ apiToken: 'a', baseUrl: server.url, timeout: TIMEOUT, clock });
    const asking = api.getSession(ID);
    await until(() => server.requests.length === 1);
    clock.advance(TIMEOUT);
    await until(() => clock.waits.includes(225));
    clock.advance(225);
    await expect(asking).resolves.toMatchObject(document);
    const creating = api.createSession({ users: [{ ip: '1.1.1.1' }] });
    creating.catch(() => {});
    await until(() => server.requests.length === 3);
    clock.advance(TIMEOUT);
    await expect(creating).rejects.toMatchObject({ code: 'timeout' });
    expect(clock.pending).toBe(0);
  });
});

describe('delete', () => {
  it.each([
    ['a lost connection', drop],
    ['an answer lost half-way', half],
    ['500', status(500)],
    ['502', status(502)],
    ['504', status(504)],
  ])('succeeds when the first attempt may have done the work: %s', async (_name, answer) => {
    await using stack = await failing(answer, status(404));
    await expect(stack.api.deleteSession(ID)).resolves.toBeUndefined();
    expect(stack.server.requests).toHaveLength(2);
  });

  it('succeeds when any attempt may have done it', async () => {
    await using stack = await failing(drop, status(429), status(404));
    await expect(stack.api.deleteSession(ID)).resolves.toBeUndefined();
  });

  it.each([408, 429, 503])(
    'of a session that is not there is "not-found" after a %d, which did nothing',
    async (code) => {
      await using stack = await failing(status(code), status(404));
      await expect(stack.api.deleteSession(ID)).rejects.toMatchObject({ code: 'not-found' });
      expect(stack.server.requests).toHaveLength(2);
    },
  );
});

describe('a signal that is used for many calls', () => {
  it('gathers no listeners and nothing that follows it', async () => {
    await using stack = await failing();
    const { signal } = new AbortController();
    const any = vi.spyOn(AbortSignal, 'any');
    for (let call = 0; call < 50; call += 1) await stack.api.getSession(ID, { signal });
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    expect(any.mock.calls.flatMap(([signals]) => [...signals])).not.toContain(signal);
    any.mockRestore();
  });

  it('may be used for many at once, without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    await using stack = await failing();
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from({ length: 30 }, () => stack.api.getSession(ID, { signal }));
    await Promise.all(calls);
    await nextTurn();
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});

describe('a wait that is over', () => {
  it('no longer heeds its signal', async () => {
    const clock = new FakeClock();
    const cleared = vi.spyOn(clock, 'clearTimeout');
    const controller = new AbortController();
    const waiting = sleep(clock, 5, controller.signal);
    clock.advance(5);
    await waiting;
    controller.abort();
    expect(cleared).not.toHaveBeenCalled();
    await expect(sleep(clock, 5, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.pending).toBe(0);
  });
});
