import type { ServerResponse } from 'node:http';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { createTransport } from '../../src/api/transport.js';
import { systemClock } from '../../src/common/clock.js';
import { FakeClock } from '../support/fake-clock.js';
import { NO_SESSIONS } from '../support/no-sessions.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';
import { until } from '../support/until.js';

const ID = '7349356945f1-S';
const USERS = { users: [{ ip: '1.1.1.1' }] };
const TIMEOUT = 10_000;

const session = {
  session_id: ID,
  authorization_token: 3_500_589_645,
  status: 'READY',
  ready: true,
  linked: true,
  session_users: [
    { ip_address: '1.1.1.1', latitude: 45.5, longitude: -73.5, authorization_token: 21_986_334 },
  ],
  relay: {
    ip: '2.2.2.2',
    host: 'a.example',
    ports: {
      server: { port: 32_000, protocol: 'UDP', link: 'a.example:32000' },
      client: { port: 32_001, protocol: 'UDP', link: 'a.example:32001' },
    },
  },
  webhook_url: 'https://studio.example/hook',
};

const page = { ...NO_SESSIONS, sessions: [session], total_count: 1 };

/** A service that answers each request as told, and a client of it. */
async function service(answer: (response: ServerResponse, count: number) => void) {
  const server = await scriptServer((_request, response, count) => answer(response, count));
  const api = new RelayApi({
    apiToken: 'secret',
    baseUrl: server.url,
    timeout: TIMEOUT,
    clock: new FakeClock({ hurry: { except: TIMEOUT } }),
  });
  return { api, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Every operation, with arguments that may leave. */
const operations: Record<string, (api: RelayApi, signal?: AbortSignal) => Promise<unknown>> = {
  create: (api, signal) => api.createSession(USERS, options(signal)),
  list: (api, signal) => api.listSessions(options(signal)),
  get: (api, signal) => api.getSession(ID, options(signal)),
  'authorize-user': (api, signal) =>
    api.authorizeUser({ session_id: ID, user_ip: '1.1.1.1' }, options(signal)),
  'revoke-user': (api, signal) =>
    api.revokeUser({ session_id: ID, authorization_token: 7 }, options(signal)),
  delete: (api, signal) => api.deleteSession(ID, options(signal)),
};
const options = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
const repeated = new Set(['list', 'get', 'delete']);

const statuses = [
  [400, 'bad-request', false],
  [401, 'unauthorized', false],
  [403, 'forbidden', false],
  [404, 'not-found', false],
  [408, 'unexpected-status', true],
  [409, 'conflict', false],
  [413, 'unexpected-status', false],
  [418, 'unexpected-status', false],
  [304, 'unexpected-status', false],
  [429, 'rate-limited', true],
  [500, 'server-error', true],
  [501, 'server-error', true],
  [502, 'server-error', true],
  [503, 'server-error', true],
  [504, 'server-error', true],
  [599, 'server-error', true],
] as const;

describe.each(Object.entries(operations))('%s', (name, call) => {
  it.each(statuses)(
    'turns %d into "%s", with the service’s words',
    async (status, code, retryable) => {
      await using stack = await service((response) =>
        answerJson(response, status, { message: 'Words of the service.' }),
      );
      const error = await call(stack.api).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'RelayError', code, status, retryable });
      const message = `The relay service answered ${status}`;
      // A 304 has no body.
      expect((error as Error).message).toBe(
        status === 304 ? message : `${message}: Words of the service.`,
      );
      expect(stack.server.requests).toHaveLength(retryable && repeated.has(name) ? 4 : 1);
    },
  );

  it('keeps the delay that a 429 asks for', async () => {
    await using stack = await service((response) => {
      response.setHeader('retry-after', '7');
      answerJson(response, 429, { message: 'Slow down.' });
    });
    await expect(call(stack.api)).rejects.toMatchObject({
      code: 'rate-limited',
      retryAfter: 7_000,
    });
  });

  it('ends as "aborted" when the signal does, before and while it waits for the answer', async () => {
    const controller = new AbortController();
    await using stack = await service(() => controller.abort());
    const early = AbortSignal.abort();
    await expect(call(stack.api, early)).rejects.toMatchObject({
      code: 'aborted',
      retryable: false,
    });
    expect(stack.server.requests).toHaveLength(0);
    await expect(call(stack.api, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(stack.server.requests).toHaveLength(1);
  });
});

describe('an answer that is no document', () => {
  it.each([
    ['an HTML page', '<!doctype html><title>Captive portal</title>'],
    ['nothing', ''],
    ['half of the JSON', '{"session_id": "7349'],
  ])('is "not-json": %s', async (_name, body) => {
    await using stack = await service((response) => response.writeHead(200).end(body));
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({ code: 'not-json', status: 200 });
    await expect(stack.api.createSession(USERS)).rejects.toMatchObject({ code: 'not-json' });
    await expect(stack.api.listSessions()).rejects.toMatchObject({ code: 'not-json' });
  });

  it('keeps its status where an error page comes instead of an error document', async () => {
    await using stack = await service((response) => response.writeHead(403).end('<h1>403</h1>'));
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'The relay service answered 403',
    });
  });

  it('is none where a page says 404: only the service can say that a session is not there', async () => {
    let asked = 0;
    await using stack = await service((response) => {
      asked += 1;
      if (asked > 1) response.writeHead(404).end('{"message":"No such session."}');
      else response.writeHead(404).end('404 page not found');
    });
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({ code: 'not-found' });
    expect(asked).toBe(2);
  });

  it('is "network" when the connection is lost before or within the body', async () => {
    await using stack = await service((response, count) => {
      if (count === 1) response.destroy();
      else {
        response.writeHead(200, { 'content-length': '1000' }).write('{"session_id":');
        setImmediate(() => response.destroy());
      }
    });
    await expect(stack.api.createSession(USERS)).rejects.toMatchObject({ code: 'network' });
    await expect(stack.api.createSession(USERS)).rejects.toMatchObject({ code: 'network' });
    expect(stack.server.requests).toHaveLength(2);
  });

  it('is "network" when nobody listens', async () => {
    const gone = await scriptServer(() => {});
    await gone[Symbol.asyncDispose]();
    const api = new RelayApi({
      apiToken: 'secret',
      baseUrl: gone.url,
      clock: new FakeClock({ hurry: { except: 10_000 } }),
    });
    const error = await api.getSession(ID).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(((error as Error).cause as Error).message).toContain('ECONNREFUSED');
  });

  it.each([
    ['no answer at all', 0, () => {}],
    [
      'a body that never ends',
      1,
      (response: ServerResponse) => {
        response.writeHead(200).write('{');
        const drip = setInterval(() => response.write(' '), 5);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('is "timeout": %s', async (_name, begun, answer) => {
    await using stack = await service(answer);
    const clock = new FakeClock();
    let answers = 0;
    const counting: typeof fetch = async (...call) => {
      const response = await fetch(...call);
      answers += 1;
      return response;
    };
    const options = { baseUrl: stack.server.url, timeout: 50, clock, fetch: counting };
    const creating = new RelayApi({ apiToken: 'a', ...options }).createSession(USERS);
    // The time is up once the request is there, and as much of its answer as ever comes.
    void until(() => stack.server.requests.length === 1 && answers === begun).then(() =>
      clock.advance(50),
    );
    await expect(creating).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
      message: 'The relay service gave no whole answer within 50 ms.',
    });
    expect(stack.server.requests).toHaveLength(1);
  });
});

describe('a document', () => {
  it('arrives as it was sent, unknown fields and large tokens included', async () => {
    const strange = { ...session, region: 'somewhere', relay: { ...session.relay, colour: 7 } };
    await using stack = await service((response) => answerJson(response, 200, strange));
    expect(await stack.api.getSession(ID)).toEqual({ ...strange, error: undefined });
  });

  it.each([null, undefined])('may lack what is not required: %s', async (absent) => {
    const bare = { session_id: ID, status: 'Initializing', ready: false, linked: false };
    const lacking = {
      ...bare,
      authorization_token: absent,
      error: absent,
      session_users: absent,
      session_user: absent,
      relay: absent,
      webhook_url: absent,
    };
    await using stack = await service((response) => answerJson(response, 200, lacking));
    const answers = [
      await stack.api.createSession(USERS),
      await stack.api.authorizeUser({ session_id: ID, user_ip: '1.1.1.1' }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(bare);
      expect([answer.error, answer.relay, answer.webhook_url]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  const broken = (change: object) => ({ ...session, ...change });
  it.each([
    ['session_id', broken({ session_id: undefined })],
    ['status', broken({ status: null })],
    ['ready', broken({ ready: 'true' })],
    ['linked', broken({ linked: undefined })],
    ['authorization_token', broken({ authorization_token: -794_377_651 })],
    ['authorization_token', broken({ authorization_token: '3500589645' })],
    ['error', broken({ error: {} })],
    ['session_users', broken({ session_users: {} })],
    ['session_users.0.latitude', broken({ session_users: [{ latitude: 'north' }] })],
    ['relay.ports.server.port', broken({ relay: { ports: { server: { port: 'a' } } } })],
    ['webhook_url', broken({ webhook_url: 5 })],
    ['session_id', [session]],
    ['', null],
  ])('that breaks the schema is "invalid-response" at "%s"', async (path, body) => {
    await using stack = await service((response) => answerJson(response, 200, body));
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({
      code: 'invalid-response',
      status: 200,
      message: expect.stringContaining(`at "${path}"`),
    });
  });

  it.each([
    ['total_count', { ...page, total_count: undefined }],
    ['pagination', { ...page, pagination: null }],
    ['pagination.has_next', { ...page, pagination: { ...page.pagination, has_next: undefined } }],
    ['pagination.number', { ...page, pagination: { ...page.pagination, number: -1 } }],
    [
      'pagination.paginator.num_pages',
      { ...page, pagination: { ...page.pagination, paginator: {} } },
    ],
    ['sessions.0.linked', { ...page, sessions: [{ ...session, linked: 1 }] }],
  ])('of a list that breaks the schema is "invalid-response" at "%s"', async (path, body) => {
    await using stack = await service((response) => answerJson(response, 200, body));
    await expect(stack.api.listSessions()).rejects.toMatchObject({
      code: 'invalid-response',
      message: expect.stringContaining(`at "${path}"`),
    });
  });

  it('is not needed where there is nothing to say', async () => {
    await using stack = await service((response) => response.writeHead(204).end());
    await expect(stack.api.deleteSession(ID)).resolves.toBeUndefined();
    const request = { session_id: ID, authorization_token: 1 };
    await expect(stack.api.revokeUser(request)).resolves.toBeUndefined();
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({ code: 'invalid-response' });
  });
});

describe('the code "revoked"', () => {
  it('is the proxy’s alone: the service means nothing by it', async () => {
    await using stack = await service((response) =>
      answerJson(response, 403, { message: 'Kicked.', code: 'revoked' }),
    );
    await expect(stack.api.getSession(ID)).rejects.toMatchObject({ code: 'forbidden' });
    const fetch = (input: string | URL | Request, init?: RequestInit) =>
      globalThis.fetch(input, init);
    const { send } = createTransport(stack.server.url, fetch, systemClock);
    const call = { method: 'GET', path: 'a', timeout: TIMEOUT, schema: v.unknown() } as const;
    await expect(send(call)).rejects.toMatchObject({ code: 'revoked', status: 403 });
  });
});

describe.each(Object.entries(operations))('a redirect of %s', (_name, call) => {
  it.each([301, 302, 303, 307, 308])('is not followed: %d', async (status) => {
    await using elsewhere = await scriptServer((_request, response) =>
      answerJson(response, 200, session),
    );
    await using stack = await service((response) =>
      response.writeHead(status, { location: `${elsewhere.url}/elsewhere` }).end(),
    );
    await expect(call(stack.api)).rejects.toMatchObject({
      code: 'unexpected-status',
      status,
      retryable: false,
    });
    expect(stack.server.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });

  it('is not followed where the platform hides all of it, as browsers do', async () => {
    const hidden = { status: 0, type: 'opaqueredirect', text: async () => '' } as Response;
    const asked: Request[] = [];
    const fetch = async (input: unknown) => {
      asked.push(input as Request);
      return hidden;
    };
    const api = new RelayApi({
      apiToken: 'secret',
      fetch,
      clock: new FakeClock({ hurry: { except: TIMEOUT } }),
    });
    await expect(call(api)).rejects.toMatchObject({
      code: 'unexpected-status',
      message: 'The relay service answered with a redirect. Is https://api.edgegap.com/ right?',
    });
    expect(asked.map(({ redirect }) => redirect)).toEqual(['manual']);
  });
});

describe('a fetch that is deaf to its signal', () => {
  const deaf = () => new Promise<Response>(() => {});
  const silent = async () => new Response(new ReadableStream());

  it.each([
    ['before the answer', deaf],
    ['within the body', silent],
  ])('ends at the timeout all the same: %s', async (_name, fetch) => {
    const clock = new FakeClock();
    const api = new RelayApi({ apiToken: 'secret', fetch, timeout: 20, clock });
    void until(() => clock.pending === 1).then(() => clock.advance(20));
    await expect(api.createSession(USERS)).rejects.toMatchObject({ code: 'timeout' });
  });

  it.each([
    ['before the answer', deaf],
    ['within the body', silent],
  ])('ends when it is aborted all the same: %s', async (_name, fetch) => {
    const clock = new FakeClock();
    const api = new RelayApi({ apiToken: 'secret', fetch, clock });
    const controller = new AbortController();
    const creating = api.createSession(USERS, { signal: controller.signal });
    controller.abort();
    await expect(creating).rejects.toMatchObject({ code: 'aborted' });
    await expect(api.createSession(USERS, { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(clock.pending).toBe(0);
  });
});
