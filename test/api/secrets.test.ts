import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { FakeClock } from '../support/fake-clock.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';

const TOKEN = 'studio-token-4d1f9c';
const ID = '7349356945f1-S';

/** All that can be seen of a value: by a log, a debugger, a crash reporter. */
function everythingOf(value: unknown): string {
  const seen = [
    inspect(value, { showHidden: true, depth: null, getters: true }),
    String(value),
    JSON.stringify(value),
  ];
  if (value instanceof Error) seen.push(value.stack ?? '', everythingOf(value.cause ?? ''));
  return seen.join('\n');
}

describe('the API token', () => {
  it('cannot be seen in a RelayApi', () => {
    expect(everythingOf(new RelayApi({ apiToken: TOKEN }))).not.toContain(TOKEN);
  });

  it('is in no error about itself', () => {
    const error = (() => {
      try {
        return new RelayApi({ apiToken: `${TOKEN} with spaces` });
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toBeInstanceOf(Error);
    expect(everythingOf(error)).not.toContain(TOKEN);
  });

  it.each([
    ['a refusal that repeats it', 403, { message: `No such token: ${TOKEN}` }],
    ['a conflict that repeats the header', 409, { message: `"token ${TOKEN}" conflicts.` }],
    ['a failure', 500, { message: 'No.', debug: TOKEN }],
    ['a document that breaks the schema', 200, { session_id: TOKEN, status: 5 }],
    ['a body that is no JSON', 200, undefined],
  ])('is in no error after %s', async (_name, status, body) => {
    await using server = await scriptServer((_request, response) => {
      if (body) answerJson(response, status, body);
      else response.writeHead(status).end(`<p>${TOKEN}</p>`);
    });
    const api = new RelayApi({
      apiToken: TOKEN,
      baseUrl: server.url,
      clock: new FakeClock({ hurry: { except: 10_000 } }),
    });
    for (const call of [
      () => api.getSession(ID),
      () => api.createSession({ users: [{ ip: '1.1.1.1' }] }),
    ]) {
      const error = await call().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'RelayError' });
      expect(everythingOf(error)).not.toContain(TOKEN);
    }
    expect(server.requests[0]?.headers.authorization).toBe(`token ${TOKEN}`);
  });

  it.each([
    ['e', 'The relay service answered 400'],
    ['zzz', 'The relay service answered 400: No session there.'],
  ])('does not mangle the service’s words when it is as short as "%s"', async (token, message) => {
    await using server = await scriptServer((_request, response) =>
      answerJson(response, 400, { message: 'No session there.' }),
    );
    const api = new RelayApi({ apiToken: token, baseUrl: server.url });
    await expect(api.getSession(ID)).rejects.toMatchObject({ message });
    const broken = new RelayApi({
      apiToken: token,
      fetch: () => Promise.reject(new Error('eeezzz')),
      clock: new FakeClock({ hurry: { except: 10_000 } }),
    });
    const error = await broken.getSession(ID).catch((reason: unknown) => reason);
    expect((error as { cause: Error }).cause.message).toBe('The request failed.');
  });

  it('is in no error after a lost connection, a timeout or an abort', async () => {
    const controller = new AbortController();
    const clock = new FakeClock();
    await using server = await scriptServer((_request, response, count) => {
      if (count === 1) response.destroy();
      if (count === 2) clock.advance(50);
      if (count === 3) controller.abort(new Error(TOKEN));
    });
    const api = new RelayApi({ apiToken: TOKEN, baseUrl: server.url, timeout: 50, clock });
    const request = { session_id: ID, user_ip: '1.1.1.1' };
    const codes: unknown[] = [];
    for (const signal of [undefined, undefined, controller.signal]) {
      const error = await api
        .authorizeUser(request, signal ? { signal } : {})
        .catch((reason: unknown) => reason);
      codes.push((error as { code?: unknown }).code);
      expect(everythingOf(error)).not.toContain(TOKEN);
    }
    expect(codes).toEqual(['network', 'timeout', 'aborted']);
  });

  it('is in no error of a fetch that throws what it was given', async () => {
    const api = new RelayApi({
      apiToken: TOKEN,
      fetch: async (input, init) => {
        const { headers } = input as Request;
        const cause = Object.assign(new Error(headers.get('authorization') ?? ''), { headers });
        throw Object.assign(new TypeError('fetch failed', { cause }), {
          input,
          init,
          headers: [...headers],
        });
      },
    });
    const request = { session_id: ID, user_ip: '1.1.1.1' };
    const error = await api.authorizeUser(request).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'network' });
    expect(everythingOf(error)).toContain('fetch failed: token [secret]');
    expect(everythingOf(error)).not.toContain(TOKEN);
  });
});
