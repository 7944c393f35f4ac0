import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createPrometheusMetrics } from '../../../src/proxy/node.js';
import type { RelayProxyOptions } from '../../../src/proxy/options.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { GameClient } from '../../support/game-client.js';
import { NO_SESSIONS } from '../../support/no-sessions.js';
import { answerJson, scriptServer } from '../../support/scripted-server.js';
import { startStack } from '../../support/stack.js';

const SECRET = 'a secret of the studio’s login, long enough';
const JWT = { secret: SECRET, issuer: 'studio', audience: 'game' };

type RequestEntry = Extract<LogEntry, { readonly event: 'request' }>;

/** A proxy, and what its log has of requests. */
async function start(options: Partial<RelayProxyOptions> = {}) {
  const entries: RequestEntry[] = [];
  const stack = await startStack(
    { linkDelay: 0 },
    { ...options, log: (entry) => entry.event === 'request' && entries.push(entry) },
  );
  return { stack, entries };
}

/** A login token: a good one, but for what the test makes wrong. */
function tokenOf(
  claims: Record<string, unknown> = {},
  { secret = SECRET, alg = 'HS256', typ = 'JWT' } = {},
): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  return new SignJWT({ sub: 'ada', iss: 'studio', aud: 'game', exp, ...claims })
    .setProtectedHeader({ alg, typ })
    .sign(new TextEncoder().encode(secret));
}

describe('a login that is refused', () => {
  it.each([
    ['signature', () => tokenOf({}, { secret: 'the secret of somebody else entirely' })],
    ['issuer', () => tokenOf({ iss: 'rival' })],
    ['issuer', () => tokenOf({ iss: undefined })],
    ['audience', () => tokenOf({ aud: 'another-game' })],
    ['time', () => tokenOf({ exp: 1 })],
    ['time', () => tokenOf({ exp: undefined })],
    ['time', () => tokenOf({ nbf: 99_999_999_999 })],
    ['reserved-name', () => tokenOf({ sub: 'guest-1' })],
    ['player-id', () => tokenOf({ sub: '' })],
    ['player-id', () => tokenOf({ sub: undefined })],
    ['algorithm', () => tokenOf({}, { alg: 'HS512' })],
    ['malformed', async () => 'no-token'],
    ['kind', () => tokenOf({}, { typ: 'relais-webhook' })],
    ['missing', async () => ''],
  ])(
    'says in the log that it was the %s, and to the player nothing of it: %#',
    async (reason, make) => {
      const { stack, entries } = await start({ jwt: JWT });
      await using _ = stack;
      const client = new GameClient(stack.proxyUrl);
      client.token = await make();
      const { status, body } = await client.create();
      expect([status, Object.keys(body)]).toEqual([401, ['message', 'code']]);
      expect(JSON.stringify(body)).not.toContain(reason === 'missing' ? '"reason"' : reason);
      expect(entries).toMatchObject([{ status: 401, code: 'unauthorized', reason }]);
    },
  );

  it('is a good one where nothing is wrong with it', async () => {
    const { stack, entries } = await start({ jwt: JWT });
    await using _ = stack;
    const client = new GameClient(stack.proxyUrl);
    client.token = await tokenOf();
    expect((await client.create()).status).toBe(200);
    expect(Object.keys(entries[0] ?? {})).not.toContain('reason');
    expect(Object.keys(entries[0] ?? {})).not.toContain('code');
  });

  it('may be a guest’s, a ticket, or one that the studio’s own function does not know', async () => {
    const { stack, entries } = await start({ authenticate: () => null, jwt: undefined });
    await using _ = stack;
    const guest = await GameClient.guest(stack.proxyUrl);
    const session = (await guest.create()).body;
    const forged = `${guest.token?.slice(0, -6)}AAAAAA`;
    const client = new GameClient(stack.proxyUrl);
    const tokens = [forged, session.ticket, 'cookie', ''];
    for (const token of tokens) {
      client.token = token;
      await client.create();
    }
    await client.get({ ...session, ticket: `${session.ticket.slice(0, -6)}AAAAAA` });
    expect(entries.slice(2).map(({ reason }) => reason)).toEqual([
      'signature',
      'kind',
      'authenticate',
      'authenticate',
      'ticket',
    ]);
  });
});

describe('a request that is over a limit', () => {
  it.each([
    ['requestsPerIp', 2, {}],
    ['requestsPerPlayer', 1, {}],
    ['createsPerPlayer', 1, {}],
    ['createsPerIp', 1, {}],
    ['sessionsPerPlayer', 1, {}],
    ['upstreamCallsPerPlayer', 1, {}],
    ['upstreamCallsPerIp', 1, {}],
    ['bodyBytes', 64, { 'x-padding': 'none' }],
  ] as const)('says in the log that it was %s, and counts it', async (limit, value, headers) => {
    const metrics = createPrometheusMetrics();
    const { stack, entries } = await start({ limits: { [limit]: value }, metrics });
    await using _ = stack;
    const client = await GameClient.guest(stack.proxyUrl);
    const filters = [{ field: 'location', values: ['US'.repeat(40)], filter_type: 'any' }];
    for (let count = 0; count < 3; count += 1) {
      const json = limit === 'bodyBytes' ? { filters } : {};
      await client.send('POST', '/v1/relays/sessions', { json, headers });
    }
    const refused = entries.filter((entry) => entry.limit !== undefined);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map((entry) => entry.limit))).toEqual(new Set([limit]));
    const [status, code] = limit === 'bodyBytes' ? [413, 'too-large'] : [429, 'rate-limited'];
    expect(refused[0]).toMatchObject({ status, code });
    const { body } = await metrics.expose();
    expect(body).toContain(`relais_limit_hits_total{limit="${limit}"} ${refused.length}\n`);
  });

  it('says so as well of places, of guests and of guesses', async () => {
    const limits = { usersPerSession: 1, guestsPerIp: 2, joinMissesPerIp: 1, waitsPerPlayer: 1 };
    const { stack, entries } = await start({ limits });
    await using _ = stack;
    const host = await GameClient.guest(stack.proxyUrl);
    const joiner = await GameClient.guest(stack.proxyUrl);
    await fetch(`${stack.proxyUrl}/v1/guests`, { method: 'POST' });
    const session = await host.linked((await host.create()).body);
    await joiner.join({ session_id: session.session_id });
    for (let count = 0; count < 2; count += 1) await joiner.join({ join_code: 'BCDF-GHJK' });
    const etag = (await host.get(session)).headers.get('etag') ?? '';
    const wait = () => host.get(session, { prefer: 'wait=1', 'if-none-match': etag });
    await Promise.all([wait(), wait()]);
    expect(entries.flatMap(({ limit }) => limit ?? [])).toEqual([
      'guestsPerIp',
      'usersPerSession',
      'joinMissesPerIp',
      'waitsPerPlayer',
    ]);
  });
});

it('every refusal has its code in the log', async () => {
  const { stack, entries } = await start();
  await using _ = stack;
  const client = await GameClient.guest(stack.proxyUrl);
  await client.send('GET', '/nowhere');
  await client.send('POST', '/v1/relays/sessions:authorize-user', { json: [] });
  await client.send('GET', '/v1/relays/sessions/none');
  await client.send('POST', '/v1/webhooks/none', { json: {} });
  expect(entries.slice(1).map(({ status, code }) => [status, code])).toEqual([
    [404, 'not-found'],
    [400, 'bad-request'],
    [404, 'not-found'],
    [404, 'not-found'],
  ]);
});

describe('the keys of a login that cannot be had', () => {
  /** A proxy whose login's keys are at a server that a test turns off, and how to read what it says. */
  async function startWithKeys() {
    const login = { isDown: true };
    const server = await scriptServer((_request, response) =>
      login.isDown ? answerJson(response, 500, {}) : answerJson(response, 200, { keys: [] }),
    );
    const upstream = await scriptServer((_request, response) =>
      answerJson(response, 200, NO_SESSIONS),
    );
    const lines: LogEntry[] = [];
    const metrics = createPrometheusMetrics();
    const stack = await startStack(
      {},
      {
        edgegap: { apiToken: 'x', baseUrl: upstream.url },
        jwt: { jwksUrl: `${server.url}/keys`, issuer: 'studio', audience: 'game' },
        metrics,
        log: (entry) => lines.push(entry),
      },
    );
    return {
      login,
      lines: () => lines.filter(({ event }) => event === 'failure' || event === 'warning'),
      ready: async () => {
        const answer = await fetch(`${stack.proxyUrl}/readyz`);
        return [answer.status, await answer.json()] as const;
      },
      gauge: async () => /^relais_login_keys (\d)$/m.exec((await metrics.expose()).body)?.[1],
      async [Symbol.asyncDispose]() {
        await Promise.all([stack, server, upstream].map((each) => each[Symbol.asyncDispose]()));
      },
    };
  }

  it('show in /readyz, in the figures, and in one line of the log', async () => {
    await using proxy = await startWithKeys();
    const message = 'The login keys cannot be fetched.';
    expect(await proxy.ready()).toEqual([503, { message, code: 'upstream-unavailable' }]);
    expect(await proxy.gauge()).toBe('0');
    expect(await proxy.ready()).toEqual([503, { message, code: 'upstream-unavailable' }]);
    expect(proxy.lines()).toMatchObject([
      {
        event: 'failure',
        message: expect.stringMatching(/^The login keys \("jwt.jwksUrl"\) cannot be fetched/),
      },
    ]);
  });

  it('are no trouble where they are there', async () => {
    await using proxy = await startWithKeys();
    proxy.login.isDown = false;
    expect(await proxy.ready()).toEqual([200, { status: 'ready', login_keys: 'current' }]);
    expect(await proxy.gauge()).toBe('1');
    expect(proxy.lines()).toEqual([]);
  });
});
