import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import { RelayApi } from '../../src/api/relay-api.js';
import type { LogEntry } from '../../src/proxy/reports/log.js';
import { GameClient } from '../support/game-client.js';
import { NO_SESSIONS } from '../support/no-sessions.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';
import { type Stack, startStack } from '../support/stack.js';

const SESSIONS = '/v1/relays/sessions';
const LONE = ['\ud800', '\udfff', 'a\udc00b', '\ude00\ud83d', '7349356945f1-S\ud800'];

let stack: Stack;
let host: GameClient;
let session: PlayerSession;

beforeAll(async () => {
  const limits = {
    requestsPerIp: 1e9,
    requestsPerPlayer: 1e9,
    joinMissesPerIp: 1e9,
    guestsPerIp: 1e9,
    createsPerPlayer: 1e9,
    createsPerIp: 1e9,
    sessionsPerPlayer: 1e9,
  };
  const jwt = { secret: 'a secret of thirty-two characters' };
  // The test speaks as a proxy in front would: what it reports of the address is a player's own words, too.
  stack = await startStack({ linkDelay: 10 }, { limits, jwt, trustedProxies: ['127.0.0.1'] });
  host = await GameClient.guest(stack.proxyUrl);
  session = await host.linked((await host.create()).body);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Sends bytes as they are; the answer's status and JSON. */
function sendRaw(text: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(stack.proxyUrl).port), '127.0.0.1', () =>
      socket.write(Buffer.from(text, 'latin1')),
    );
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => {
      const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
      resolve({ status: Number(head.split(' ')[1]), body: body && JSON.parse(body) });
    });
    socket.on('error', reject);
  });
}

function expectRefusal({ status, body }: { status: number; body: unknown }): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).toEqual({ message: expect.any(String), code: expect.any(String) });
}

const head = (method: string, path: string, token: string | undefined, more = '') =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n${more}\r\n`;

describe('whatever string comes is refused with 4xx and the usual body:', () => {
  it.each(LONE)('the session id %j in a body', async (session_id) => {
    for (const token of [host.token, session.ticket]) {
      for (const operation of ['authorize-user', 'revoke-user']) {
        const path = `${SESSIONS}:${operation}`;
        const answer = await host.send('POST', path, { token, json: { session_id } });
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'bad-request', message: '"session_id" must be well-formed Unicode.' },
        });
      }
    }
  });

  it.each(LONE)('the string %j in any other field', async (text) => {
    const filter = { field: 'location', values: ['US'], filter_type: 'any' };
    for (const [path, json] of [
      [SESSIONS, { filters: [{ ...filter, field: text }] }],
      [SESSIONS, { filters: [{ ...filter, values: [text] }] }],
      [SESSIONS, { filters: [{ ...filter, filter_type: text }] }],
      [`${SESSIONS}:authorize-user`, { join_code: text }],
      [`${SESSIONS}:revoke-user`, { session_id: session.session_id, player_id: text }],
    ] as const) {
      expectRefusal(await host.send('POST', path, { json, token: host.token }));
    }
  });

  it.each([
    '%ED%A0%80',
    '%',
    '%zz',
    '%00',
    '%2e%2e',
    '%2e',
    '..%2f..',
    '%0d%0ax:y',
    '%F0%9F%8E%AE',
    '\u00ff',
    'x'.repeat(10_000),
    '%41'.repeat(3_000),
    'a?b=%ED%A0%80&c=%',
    "'-S",
  ])('a session id in a path: %#', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      for (const token of [host.token, session.ticket]) {
        expectRefusal(await sendRaw(head(method, `${SESSIONS}/${id}`, token)));
      }
    }
  });

  it.each(['PUT', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY', 'CONNECT', 'NONSENSE', 'get', 'POST'])(
    'the method %s',
    async (method) => {
      for (const path of ['/', '/v2', `${SESSIONS}/${session.session_id}`, '/openapi.json']) {
        expectRefusal(await sendRaw(head(method, path, host.token, 'content-length: 0\r\n')));
      }
      expectRefusal(await sendRaw(head(method, 'x:443', host.token)));
    },
  );

  it('a CONNECT whose client is gone', async () => {
    const port = Number(new URL(stack.proxyUrl).port);
    for (let count = 0; count < 50; count += 1) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(head('CONNECT', 'x:443', host.token));
          if (count % 2) setTimeout(() => socket.resetAndDestroy(), count / 10);
          else setImmediate(() => socket.resetAndDestroy());
        });
        socket.on('close', () => resolve());
        socket.on('error', reject);
      });
    }
    expectRefusal(await sendRaw(head('CONNECT', 'x:443', host.token)));
  });

  it('a HEAD, without a body', async () => {
    for (const [path, token, status] of [
      ['/v2', host.token, 404],
      [`${SESSIONS}/x`, host.token, 404],
      [`${SESSIONS}/${session.session_id}`, 'x', 401],
      [`${SESSIONS}/${session.session_id}`, session.ticket, 200],
    ] as const) {
      expect(await sendRaw(head('HEAD', path, token))).toEqual({ status, body: '' });
    }
  });

  it('a URL that is too long', async () => {
    const answer = await sendRaw(head('GET', `/${'x'.repeat(20_000)}`, host.token));
    expect(answer).toMatchObject({ status: 431, body: { code: 'too-large' } });
  });

  it('an Upgrade, and an expectation', async () => {
    const path = `${SESSIONS}/${session.session_id}`;
    const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\n';
    expectRefusal(await sendRaw(head('GET', path, 'x', upgrade)));
    expectRefusal(await sendRaw(head('GET', path, 'x', 'expect: x\r\n')));
  });
});

const unit = fc.oneof(
  fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
  fc.constantFrom('\ud800', '\udc00', '\0', '%', '.', '/', '\\', '"', '\r', '\n', '\u200b', '~'),
);
const hostile = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));
const value = fc.oneof({ weight: 4, arbitrary: hostile }, fc.jsonValue());
const body = fc.record(
  {
    session_id: value,
    join_code: value,
    player_id: value,
    after: value,
    filters: fc.array(fc.record({ field: value, values: fc.array(value), filter_type: value })),
    ['__proto__']: value,
  },
  { requiredKeys: [] },
);
/** What a header's line or a path may hold, and HTTP is still HTTP. */
const visible = fc
  .array(fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f))
  .map((codes) => String.fromCharCode(...codes));
const base64 = fc.oneof(hostile, fc.json()).map((text) => Buffer.from(text).toString('base64url'));
const typ = fc.constantFrom('relais-ticket', 'relais-guest', 'relais-webhook', 'JWT', '\ud800', 7);
const alg = fc.constantFrom('HS256', 'none', 'RS256', 'dir', 7, '');
const jwt = fc
  .tuple(
    fc.record({ typ, alg, kid: value, crit: value, b64: value }, { requiredKeys: ['alg'] }),
    base64,
    base64,
  )
  .map(([header, ...parts]) =>
    [Buffer.from(JSON.stringify(header)).toString('base64url'), ...parts].join('.'),
  );
const HEADERS = [
  'idempotency-key',
  'if-none-match',
  'prefer',
  'origin',
  'x-forwarded-for',
  'content-type',
  'accept-encoding',
  'x-request-id',
  'access-control-request-method',
];

it('no string in any field, path, header or query makes the proxy fail', async () => {
  const rest = fc.oneof(
    fc.constantFrom('', ':authorize-user', ':revoke-user'),
    visible.map((text) => `/${text}`),
    fc
      .array(fc.constantFrom('%ED%A0%80', '%', '%00', '..', '%2e', '/', 'a', '?', '#', ':'))
      .map((parts) => `/${parts.join('')}`),
  );
  const path = fc.oneof(
    { weight: 6, arbitrary: rest.map((text) => SESSIONS + text) },
    visible.map((text) => `/${text}`),
    visible.map((text) => `/v1/webhooks/${text}`),
    visible.map((text) => `/v1/guests?${text}`),
  );
  const token = fc.oneof(fc.constantFrom('host', 'ticket'), jwt, visible);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'OPTIONS'),
      path,
      fc.oneof(
        body.map((fields) => JSON.stringify(fields)),
        hostile,
      ),
      token,
      fc.dictionary(fc.constantFrom(...HEADERS), visible),
      async (method, path, text, who, headers) => {
        const bearer = { host: host.token, ticket: session.ticket }[who] ?? who;
        const bytes = Buffer.from(text).toString('latin1');
        const lines = Object.entries(headers).map(([name, line]) => `${name}: ${line}\r\n`);
        const more = `${lines.join('')}content-length: ${bytes.length}\r\n`;
        const answer = await sendRaw(head(method, path, bearer, more) + bytes);
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expectRefusal(answer);
      },
    ),
    { numRuns: 1_500 },
  );
}, 120_000);

describe('RelayApi', () => {
  it.each([...LONE, '', '.', '..'])('sends nothing with the session id %j', async (id) => {
    await using service = await scriptServer((_request, response) => answerJson(response, 200, {}));
    const api = new RelayApi({ apiToken: 'secret', baseUrl: service.url });
    const user_ip = '1.1.1.1';
    for (const call of [
      api.getSession(id),
      api.deleteSession(id),
      api.authorizeUser({ session_id: id, user_ip }),
      api.revokeUser({ session_id: id, authorization_token: 1 }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'invalid-request' });
    }
    expect(service.requests).toEqual([]);
  });
});

describe('a session id that no path can hold, sent by the service,', () => {
  it.each([...LONE, '', '..'])('keeps nobody from their own where it is listed: %j', async (id) => {
    const secrets = ['a secret that outlives the process 1'];
    await using first = await startStack({ linkDelay: 10 }, { secrets });
    const host = await GameClient.guest(first.proxyUrl);
    const session = (await host.create()).body;
    const edgegap = {
      ...first.edgegap,
      fetch: async (input: Request | URL | string, init?: RequestInit) => {
        const response = await fetch(input, init);
        const { method, url } = input as Request;
        if (method !== 'GET' || !new URL(url).pathname.endsWith('/sessions')) return response;
        const list = (await response.json()) as { sessions: object[] };
        // The same webhook: it looks like this proxy's own.
        const odd = list.sessions.map((entry) => ({ ...entry, session_id: id }));
        return Response.json({ ...list, sessions: [...odd, ...list.sessions] });
      },
    };
    await using again = await startStack({}, { secrets, edgegap });
    const joiner = await GameClient.guest(again.proxyUrl);
    expect((await joiner.join({ join_code: session.join_code })).status).toBe(200);
  });

  it.each([...LONE, '', '..'])('is no session where it is created: %j', async (id) => {
    await using service = await scriptServer((request, response) => {
      const created = { session_id: id, status: 'x', ready: false, linked: false };
      answerJson(response, 200, request.method === 'POST' ? created : NO_SESSIONS);
    });
    const edgegap = { apiToken: 'secret', baseUrl: service.url };
    await using odd = await startStack({}, { edgegap });
    const host = await GameClient.guest(odd.proxyUrl);
    expect(await host.create()).toMatchObject({
      status: 503,
      body: { code: 'upstream-unavailable' },
    });
    // Nothing could end what such an order made: it is not given again.
    expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each([...LONE, '', '..'])('is not taken from the answer to a get: %j', async (id) => {
    await using simulated = await startStack({ linkDelay: 60_000 });
    const edgegap = {
      ...simulated.edgegap,
      fetch: async (input: Request | URL | string, init?: RequestInit) => {
        const response = await fetch(input, init);
        if (!(input as Request).url.endsWith('-S')) return response;
        const document = (await response.json()) as object;
        return Response.json({ ...document, session_id: id, error: 'It broke.' });
      },
    };
    const entries: LogEntry[] = [];
    await using odd = await startStack({}, { edgegap, log: (entry) => entries.push(entry) });
    const host = await GameClient.guest(odd.proxyUrl);
    const { session_id, ticket } = (await host.create()).body;
    await expect
      .poll(async () => (await host.get({ session_id, ticket } as PlayerSession)).body.error)
      .toBeTruthy();
    const { body } = await host.get({ session_id, ticket } as PlayerSession);
    expect(body.session_id).toBe(session_id);
    const failures = entries.filter(({ event }) => event === 'failure');
    expect(failures.map((entry) => 'session' in entry && entry.session)).toEqual([session_id]);
  });
});
