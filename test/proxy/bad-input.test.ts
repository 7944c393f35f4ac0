import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import { GameClient } from '../support/game-client.js';
import { type Stack, startStack } from '../support/stack.js';

const SESSIONS = '/v1/relays/sessions';
const CODES = [
  'bad-request',
  'unauthorized',
  'forbidden',
  'revoked',
  'not-found',
  'conflict',
  'too-large',
  'rate-limited',
];

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
  };
  stack = await startStack({ linkDelay: 10 }, { limits });
  host = await GameClient.guest(stack.proxyUrl);
  session = await host.linked((await host.create()).body);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** What has gone upstream so far, but for the looks at the list that the proxy takes on its own. */
function upstreamCalls(): string {
  const { 'relay-session-list': _list, ...calls } = stack.simulator.stats().calls;
  return JSON.stringify(calls);
}

/** Sends bytes as they are, and gives back all that comes. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(stack.proxyUrl).port), '127.0.0.1', () =>
      socket.end(text),
    );
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('bad input never reaches upstream:', () => {
  it.each([
    ['an unknown path', 'GET', '/v2/anything', 404],
    ['the root', 'GET', '/', 404],
    ['an unknown method', 'PUT', SESSIONS, 404],
    ['a method for another path', 'DELETE', SESSIONS, 404],
    ['another method', 'PATCH', `${SESSIONS}/abc-S`, 404],
    ['an encoded path trick', 'GET', `${SESSIONS}/..%2f..%2fsecrets`, 404],
    ['a doubly encoded one', 'GET', `${SESSIONS}/%252e%252e`, 404],
    ['a plain one', 'DELETE', `${SESSIONS}/../sessions/abc-S`, 404],
    ['a broken escape', 'GET', `${SESSIONS}/%zz`, 404],
    ['an operation for an id', 'GET', `${SESSIONS}/:authorize-user`, 404],
    ['an id with an operation', 'DELETE', `${SESSIONS}/abc-S:revoke-user`, 404],
    ['a null byte', 'GET', `${SESSIONS}/abc%00`, 404],
    ['a path that goes on', 'GET', `${SESSIONS}/abc-S/users`, 404],
  ])('%s', async (_what, method, path, status) => {
    const before = upstreamCalls();
    for (const token of [host.token, session.ticket ?? '']) {
      const answer = await host.send(method, path, { token });
      expect(answer).toMatchObject({
        status,
        body: { code: 'not-found', message: expect.any(String) },
      });
    }
    expect(upstreamCalls()).toBe(before);
  });

  it.each([
    ['broken JSON', SESSIONS, '{"filters":', 400, 'JSON'],
    ['JSON that is no object', SESSIONS, '[1]', 400, ''],
    ['null', SESSIONS, 'null', 400, ''],
    ['filters of another type', SESSIONS, '{"filters":7}', 400, 'filters'],
    [
      'deep nesting',
      SESSIONS,
      `{"filters":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      400,
      'filters',
    ],
    [
      'a deep filter',
      SESSIONS,
      '{"filters":[{"field":"a","filter_type":"b","values":[[[[]]]]}]}',
      400,
      'values',
    ],
    ['a huge body', SESSIONS, `{"a":"${'x'.repeat(100_000)}"}`, 413, '16384'],
    ['no session', `${SESSIONS}:authorize-user`, '{}', 400, 'session_id'],
    [
      'both names',
      `${SESSIONS}:authorize-user`,
      '{"session_id":"a","join_code":"b"}',
      400,
      'session_id',
    ],
    ['an id of another type', `${SESSIONS}:authorize-user`, '{"session_id":7}', 400, 'session_id'],
    ['an empty id', `${SESSIONS}:authorize-user`, '{"session_id":""}', 400, 'session_id'],
    ['an id that climbs', `${SESSIONS}:authorize-user`, '{"session_id":".."}', 400, 'session_id'],
    ['an unknown id', `${SESSIONS}:authorize-user`, '{"session_id":"../../x"}', 404, 'session'],
    [
      'an unknown join code',
      `${SESSIONS}:authorize-user`,
      '{"join_code":"66666666"}',
      404,
      'join code',
    ],
    [
      'a code that is none',
      `${SESSIONS}:authorize-user`,
      '{"join_code":"hello"}',
      404,
      'join code',
    ],
    ['no session to leave', `${SESSIONS}:revoke-user`, '{}', 400, 'session_id'],
    [
      'a time that is none',
      `${SESSIONS}:revoke-user`,
      '{"session_id":"a","after":"soon"}',
      400,
      'after',
    ],
    ['too long a time', `${SESSIONS}:revoke-user`, '{"session_id":"a","after":301}', 400, 'after'],
    ['a negative time', `${SESSIONS}:revoke-user`, '{"session_id":"a","after":-1}', 400, 'after'],
    ['another’s session', `${SESSIONS}:revoke-user`, '{"session_id":"abc-S"}', 404, 'session'],
  ])('%s', async (_what, path, text, status, word) => {
    const before = upstreamCalls();
    const response = await fetch(stack.proxyUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.token}` },
      body: text,
    });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { message: string; code: string };
    expect(CODES).toContain(body.code);
    expect(body.message).toContain(word);
    expect(upstreamCalls()).toBe(before);
  });

  it('duplicate headers, huge headers, and what is no HTTP', async () => {
    const before = upstreamCalls();
    const head = `GET ${SESSIONS}/abc-S HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`;
    const twice = `${head}authorization: Bearer a\r\nauthorization: Bearer ${session.ticket}\r\n\r\n`;
    expect(await sendRaw(twice)).toMatch(/^HTTP\/1.1 401 /);
    const doubled = `POST ${SESSIONS} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`;
    expect(await sendRaw(doubled)).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"bad-request"/);
    const huge = `${head}x-huge: ${'x'.repeat(40_000)}\r\n\r\n`;
    expect(await sendRaw(huge)).toMatch(/^HTTP\/1.1 431 [\s\S]*"code":"too-large"/);
    expect(await sendRaw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"bad-request"/);
    expect(upstreamCalls()).toBe(before);
  });

  it.each([
    ['no Host', `GET ${SESSIONS} HTTP/1.1\r\n`, 400],
    ['a Host that is none', `GET ${SESSIONS} HTTP/1.1\r\nhost: a b\r\n`, 400],
    ['a Host with a path', `GET ${SESSIONS} HTTP/1.1\r\nhost: x/../y?\r\n`, 400],
    ['another scheme', 'GET ftp://evil.example/v1 HTTP/1.1\r\nhost: x\r\n', 400],
    ['no path', 'OPTIONS * HTTP/1.1\r\nhost: x\r\n', 400],
    ['another server', `GET http://evil.example${SESSIONS} HTTP/1.1\r\nhost: x\r\n`, 401],
    ['TRACE', `TRACE ${SESSIONS} HTTP/1.1\r\nhost: x\r\n`, 404],
    ['an expectation', `GET ${SESSIONS} HTTP/1.1\r\nhost: x\r\nexpect: more\r\n`, 401],
  ])('%s', async (_what, head, status) => {
    const answer = await sendRaw(`${head}connection: close\r\n\r\n`);
    expect(answer.split(' ', 2)).toEqual(['HTTP/1.1', String(status)]);
    const body = JSON.parse(answer.slice(answer.indexOf('{')));
    expect(body).toEqual({ message: expect.any(String), code: expect.any(String) });
  });

  it.each(['*', 'W/"x"', '"', ',,,', '"a", "b"'])('a strange If-None-Match: %s', async (tag) => {
    const answer = await host.get(session, { 'if-none-match': tag });
    expect(answer.status).toBe(tag === '*' ? 304 : 200);
  });

  it.each(['wait', 'wait=', 'wait=-1', 'wait=x', 'wait=1e9', 'respond-async', 'wait=99999999999'])(
    'a strange Prefer: %s',
    async (prefer) => {
      const { headers } = await host.get(session);
      const known = { 'if-none-match': headers.get('etag') ?? '', prefer };
      const answer = await host.get(session, known);
      expect(answer.status).toBe(304);
      expect(answer.headers.get('preference-applied')).toBeNull();
    },
  );
});

it('generated garbage never becomes the proxy’s own fault', async () => {
  const path = fc.oneof(
    fc.constantFrom('', ':authorize-user', ':revoke-user', `/${'a'.repeat(12)}-S`, '/'),
    fc.webPath(),
    fc.string().map((text) => `/${encodeURIComponent(text)}`),
  );
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(
        {
          session_id: fc.oneof(fc.string(), fc.jsonValue()),
          join_code: fc.string(),
          after: fc.jsonValue(),
          player_id: fc.string(),
          filters: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );
  const header = fc.string({ unit: fc.constantFrom(...'abcXYZ019 ,;="-_./\\'), maxLength: 60 });
  const bearer = fc.oneof(fc.constantFrom('host', 'ticket', 'none'), header);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'),
      path,
      body,
      bearer,
      fc.dictionary(
        fc.constantFrom(
          'if-none-match',
          'idempotency-key',
          'x-forwarded-for',
          'origin',
          'content-type',
        ),
        header,
      ),
      async (method, rest, text, who, headers) => {
        const token = { host: host.token, ticket: session.ticket, none: undefined }[who] ?? who;
        const isOrder = method === 'POST' && rest === '' && token === host.token;
        if (isOrder) return;
        const response = await fetch(stack.proxyUrl + SESSIONS + rest, {
          method,
          headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
          ...(method !== 'GET' && method !== 'HEAD' && { body: text }),
        });
        const answer = await response.text();
        expect(response.status).toBeLessThan(500);
        if (response.status >= 400 && method !== 'HEAD') {
          const { message, code } = JSON.parse(answer);
          expect(CODES).toContain(code);
          expect(message).toMatch(/^[A-Z"].*\.$/s);
        }
      },
    ),
    { numRuns: 3_000 },
  );
  expect((await host.get(session)).status).toBe(200);
}, 60_000);
