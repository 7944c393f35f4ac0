import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.js';
import { until } from '../../support/until.js';

const authorization = 'token secret';
let simulator: Simulator;

beforeAll(async () => {
  simulator = await createSimulator({ control: true });
});
afterAll(() => simulator.close());

const SESSIONS = '/v1/relays/sessions';
const AUTHORIZE = `${SESSIONS}:authorize-user`;
const REVOKE = `${SESSIONS}:revoke-user`;

async function send(
  method: string,
  path: string,
  body?: string,
  headers: HeadersInit = { authorization },
) {
  const response = await fetch(simulator.url + path, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, message: text ? JSON.parse(text).message : undefined };
}

describe('a bad body', () => {
  const user = { ip: '1.1.1.1' };
  it.each([
    [SESSIONS, '{', 'The body is no JSON.'],
    [SESSIONS, 'null', 'The request must be Object.'],
    [SESSIONS, '7', 'The request must be Object.'],
    [SESSIONS, '', '"users" is missing.'],
    [SESSIONS, '[]', 'The request must be Object.'],
    [SESSIONS, { users: null }, '"users" must be Array.'],
    [SESSIONS, { users: [] }, '"users" must name at least one user.'],
    [SESSIONS, { users: [{}] }, '"users.0.ip" is missing.'],
    [SESSIONS, { users: [user, { ip: 'me' }] }, '"users.1.ip" must be an IPv4 or IPv6 address.'],
    [SESSIONS, { users: [user], filters: {} }, '"filters" must be Array.'],
    [SESSIONS, { users: [user], filters: [{ field: 1 }] }, '"filters.0.field" must be string.'],
    [
      SESSIONS,
      { users: [user], filters: [{ field: 'location', values: ['US'], filter_type: 'some' }] },
      '"filters.0.filter_type" must be ("any" | "all" | "not").',
    ],
    [
      SESSIONS,
      { users: [user], filters: [{ field: 'location', values: [7], filter_type: 'any' }] },
      '"filters.0.values.0" must be string.',
    ],
    [SESSIONS, { users: [user], webhook_url: 'hook' }, '"webhook_url" must be an http(s) URL.'],
    [SESSIONS, { users: [user], webhook_url: null }, '"webhook_url" must be string.'],
    [AUTHORIZE, {}, '"session_id" is missing.'],
    [AUTHORIZE, { session_id: '' }, '"session_id" must not be empty.'],
    [AUTHORIZE, { session_id: 'a' }, '"user_ip" is missing.'],
    [AUTHORIZE, { session_id: 'a', user_ip: 1 }, '"user_ip" must be string.'],
    [
      AUTHORIZE,
      { session_id: 'a', user_ip: '1.1.1.1' },
      '"session_id" is wrong. There is no such session.',
    ],
    [REVOKE, { session_id: 'a' }, '"authorization_token" is missing.'],
    [
      REVOKE,
      { session_id: 'a', authorization_token: 'one' },
      '"authorization_token" must be number.',
    ],
    [
      REVOKE,
      { session_id: 'a', authorization_token: 2 ** 32 },
      '"authorization_token" must be a whole number from 0 to 4294967295.',
    ],
  ])('is refused with 400 and the field’s name: %s %j', async (path, body, message) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(await send('POST', path, text)).toEqual({ status: 400, message });
  });

  it('is refused with 400 when it is larger than a megabyte', async () => {
    const body = JSON.stringify({ users: [{ ip: '1.1.1.1', note: 'x'.repeat(1024 * 1024) }] });
    expect(await send('POST', SESSIONS, body)).toMatchObject({
      status: 400,
      message: expect.stringContaining('larger than'),
    });
  });
});

describe('a client that hangs up in mid-body', () => {
  it('is no failure of the simulator: counted as dropped', async () => {
    const told: string[] = [];
    const { url, stats, close } = await createSimulator({
      onAnswer: (_operation, status) => told.push(status),
    });
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    const head = 'host: a\r\nauthorization: token secret\r\ncontent-length: 100';
    socket.write(`POST ${SESSIONS} HTTP/1.1\r\n${head}\r\n\r\n{"users":`);
    await until(() => socket.bytesWritten > 0 && !socket.connecting);
    // The request is there as soon as another one, sent later, was answered.
    await fetch(url + SESSIONS, { headers: { authorization } });
    socket.destroy();
    await until(() => told.length === 2);
    expect(stats().calls['relay-session-create']).toEqual({ dropped: 1 });
    await close();
  });
});

describe('a request without the right API token', () => {
  it.each([
    [{}, 401],
    [{ authorization: 'secret' }, 401],
    [{ authorization: 'Bearer secret' }, 401],
    [{ authorization: 'token' }, 401],
    [{ authorization: 'token wrong' }, 403],
    [{ authorization: 'token secret2' }, 403],
  ])('%j is refused with %d', async (headers, status) => {
    const answer = await send('GET', SESSIONS, undefined, headers as HeadersInit);
    expect(answer.status).toBe(status);
    expect(answer.message).not.toContain('secret');
  });
});

describe('whatever is sent', () => {
  const path = fc.oneof(
    fc.constantFrom(
      SESSIONS,
      AUTHORIZE,
      REVOKE,
      '/_simulator/faults',
      '/_simulator/life',
      '/_simulator/sessions/a/fail',
    ),
    fc.webPath().map((tail) => `${SESSIONS}/${tail.replace(/^\/+/, '')}`),
    fc
      .record({ page: fc.string(), limit: fc.string() })
      .map((query) => `${SESSIONS}?${new URLSearchParams(query)}`),
  );
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(
        {
          users: fc.oneof(
            fc.jsonValue(),
            fc.array(fc.record({ ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()) })),
          ),
          filters: fc.oneof(fc.jsonValue(), fc.constant([])),
          webhook_url: fc.oneof(fc.jsonValue(), fc.string()),
          session_id: fc.oneof(fc.jsonValue(), fc.string()),
          user_ip: fc.oneof(fc.jsonValue(), fc.ipV4()),
          authorization_token: fc.oneof(fc.jsonValue(), fc.integer(), fc.double()),
          // Faults that wait would only make the test slow.
          kind: fc.oneof(fc.jsonValue(), fc.constant('webhook-lost')),
          rate: fc.jsonValue(),
          linkDelay: fc.jsonValue(),
          message: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH');

  it('is answered, and never with 500', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(method, path, body, async (verb, target, text) => {
        const { status } = await send(verb, target, verb === 'GET' ? undefined : text);
        statuses.add(status);
        expect([200, 201, 204, 400, 404]).toContain(status);
      }),
      { numRuns: 500 },
    );
    expect(statuses.size).toBeGreaterThan(2);
    simulator.faults.clear();
    expect((await send('GET', SESSIONS)).status).toBe(200);
  });

  it.each(['abc', '-1', '0', '1.5', '1e3', '', '99999999999999999999'])(
    'a page or a limit of "%s" counts as not given',
    async (text) => {
      const query = new URLSearchParams({ page: text, limit: text });
      const response = await fetch(`${simulator.url}${SESSIONS}?${query}`, {
        headers: { authorization },
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ pagination: { number: 1 } });
    },
  );
});
