import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { GameClient } from '../../support/game-client.js';
import { NO_SESSIONS } from '../../support/no-sessions.js';
import { answerJson, scriptServer } from '../../support/scripted-server.js';
import { API_TOKEN, startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';

describe('the log', () => {
  it('has one entry per request, with id, player, session, status and time, and no secret', async () => {
    const entries: LogEntry[] = [];
    await using stack = await startStack(
      { linkDelay: 10 },
      { log: (entry) => entries.push(entry) },
    );
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const before = entries.length;
    const answer = await host.get(session);
    expect(entries.slice(before)).toEqual([
      {
        event: 'request',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        id: answer.headers.get('x-request-id'),
        method: 'GET',
        route: '/v1/relays/sessions/:id',
        status: 200,
        duration: expect.any(Number),
        player: host.playerId,
        session: session.session_id,
      },
    ]);
    const named = entries.length;
    await host.create();
    await host.join({ session_id: session.session_id });
    await host.send('GET', `${SESSIONS}/${session.session_id}`);
    await host.revoke(session, { after: 60 });
    const ids = entries.slice(named).map((entry) => entry.event === 'request' && entry.session);
    expect(ids).toEqual([expect.stringMatching(/-S$/), ...[1, 2, 3].map(() => session.session_id)]);
    await host.join({ join_code: session.join_code ?? '' });
    await host.get({ ...session, ticket: `${session.ticket}x` });
    await host.send('GET', `/${session.ticket}`);
    // What is no id, sent for one by mistake.
    for (const mistake of [session.join_code, session.ticket, host.token]) {
      await host.send('GET', `${SESSIONS}/${mistake}`);
      await host.send('DELETE', `${SESSIONS}/${mistake}`);
      await host.join({ session_id: mistake ?? '' });
      await host.revoke({ ...session, session_id: mistake ?? '' });
      await host.send('POST', `${SESSIONS}:revoke-user`, { json: { session_id: mistake } });
    }
    stack.simulator.faults.add({
      kind: 'server-error',
      operation: 'relay-session-create',
      times: 9,
    });
    await host.create();
    const [{ webhook_url } = {}] = stack.simulator.sessions();
    const text = JSON.stringify(entries);
    for (const secret of [
      API_TOKEN,
      host.token,
      session.ticket,
      session.join_code,
      webhook_url?.split('/').at(-1),
    ]) {
      expect(secret).toBeTruthy();
      expect(text).not.toContain(secret);
    }
  });
});

it('the log tells a failure by its code, and never in the words of whoever failed', async () => {
  await using upstream = await scriptServer((request, response) => {
    if (request.method === 'GET') return answerJson(response, 200, NO_SESSIONS);
    answerJson(response, 403, { message: 'https://hook.example/secret-nonce 1.2.3.4 21986334' });
  });
  const entries: LogEntry[] = [];
  await using stack = await startStack(
    {},
    {
      edgegap: { apiToken: API_TOKEN, baseUrl: upstream.url },
      log: (entry) => entries.push(entry),
    },
  );
  const host = await GameClient.guest(stack.proxyUrl);
  expect((await host.create()).status).toBe(502);
  expect(entries.at(-1)).toMatchObject({ failure: 'the relay service: forbidden (403)' });
  expect(JSON.stringify(entries)).not.toMatch(/secret-nonce|1\.2\.3\.4|21986334/);
});

describe('cross-origin requests', () => {
  const origin = 'https://game.example';
  const preflight = {
    origin,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'prefer',
  };

  it('are allowed from the listed origins, preflight cached', async () => {
    await using stack = await startStack({}, { allowedOrigins: [origin] });
    const client = new GameClient(stack.proxyUrl);
    const { status, headers } = await client.send('OPTIONS', `${SESSIONS}/a`, {
      headers: preflight,
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-max-age')).toBe('86400');
    for (const name of [
      'authorization',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'prefer',
    ]) {
      expect(headers.get('access-control-allow-headers')?.split(', ')).toContain(name);
    }
    const answer = await client.send('GET', `${SESSIONS}/a`, { headers: { origin } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    for (const name of ['etag', 'preference-applied', 'retry-after']) {
      expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toContain(name);
    }
  });

  it.each([
    'https://evil.example',
    'http://game.example',
    'https://game.example.evil.example',
    'null',
  ])('are not allowed from %s', async (other) => {
    await using stack = await startStack({}, { allowedOrigins: [origin] });
    const client = new GameClient(stack.proxyUrl);
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await client.send(method, SESSIONS, {
        headers: { ...preflight, origin: other },
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toBe('origin');
    }
  });
});

it('every answer forbids what browsers should not do with it', async () => {
  await using stack = await startStack();
  for (const path of ['/healthz', '/nowhere', SESSIONS]) {
    const { headers } = await fetch(stack.proxyUrl + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
});

describe('whoever runs it', () => {
  it('sees whether it lives, and whether upstream and the store answer', async () => {
    await using stack = await startStack();
    expect((await fetch(`${stack.proxyUrl}/healthz`)).status).toBe(200);
    const lists = () => stack.simulator.stats().calls['relay-session-list']?.[200];
    await expect.poll(lists).toBe(1);
    // However many ask, upstream is asked once, besides the look at its start.
    for (let index = 0; index < 5; index += 1) {
      expect((await fetch(`${stack.proxyUrl}/readyz`)).status).toBe(200);
    }
    expect(lists()).toBe(2);
    await using lonely = await startStack(
      {},
      { edgegap: { apiToken: 'x', baseUrl: 'http://127.0.0.1:1', timeout: 100 } },
    );
    expect((await fetch(`${lonely.proxyUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${lonely.proxyUrl}/readyz`)).status).toBe(503);
  }, 30_000);
});

describe('over a limit', () => {
  const refused = { status: 429, body: { code: 'rate-limited' } };

  it('is a player with too many requests, and an address', async () => {
    await using stack = await startStack({}, { limits: { requestsPerPlayer: 3 } });
    const [one, other] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    for (let index = 0; index < 3; index += 1)
      expect((await one.send('GET', SESSIONS)).status).toBe(200);
    const answer = await one.send('GET', SESSIONS);
    expect(answer).toMatchObject(refused);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await other.send('GET', SESSIONS)).status).toBe(200);
    await using strict = await startStack({}, { limits: { requestsPerIp: 2 } });
    const client = new GameClient(strict.proxyUrl);
    await client.send('GET', '/healthz');
    await client.send('GET', '/healthz');
    expect(await client.send('GET', '/healthz')).toMatchObject(refused);
  });

  it('is a player with too many creates, and an address', async () => {
    await using stack = await startStack({}, { limits: { createsPerPlayer: 2, createsPerIp: 3 } });
    const [one, other] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    for (let index = 0; index < 2; index += 1) expect((await one.create()).status).toBe(200);
    expect(await one.create()).toMatchObject(refused);
    expect((await other.create()).status).toBe(200);
    expect(await other.create()).toMatchObject(refused);
    expect(stack.simulator.stats().sessions.created).toBe(3);
  });

  it('is a player in too many sessions, and a session with too many players', async () => {
    await using stack = await startStack(
      {},
      { limits: { sessionsPerPlayer: 1, usersPerSession: 2 } },
    );
    const [host, second, third] = await Promise.all(
      [1, 2, 3].map(() => GameClient.guest(stack.proxyUrl)),
    );
    const { session_id } = (await host?.create())?.body ?? {};
    expect(await host?.create()).toMatchObject(refused);
    expect((await second?.join({ session_id }))?.status).toBe(200);
    expect(await second?.create()).toMatchObject(refused);
    expect(await third?.join({ session_id })).toMatchObject(refused);
    expect(stack.simulator.stats().sessions.created).toBe(1);
  });

  it('is a player with too many held requests; those that end make room', async () => {
    await using stack = await startStack({ linkDelay: 10 }, { limits: { waitsPerPlayer: 2 } });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const { headers } = await host.get(session);
    const hold = (signal?: AbortSignal) =>
      host.get(session, { prefer: 'wait=20', 'if-none-match': headers.get('etag') ?? '' }, signal);
    const leaving = new AbortController();
    const held = [hold(leaving.signal), hold(leaving.signal)].map((wait) =>
      wait.catch(() => 'gone'),
    );
    await expect
      .poll(
        async () => {
          const short = { prefer: 'wait=1', 'if-none-match': headers.get('etag') ?? '' };
          return (await host.get(session, short)).status;
        },
        { timeout: 4_000 },
      )
      .toBe(429);
    leaving.abort();
    expect(await Promise.all(held)).toEqual(['gone', 'gone']);
    await expect
      .poll(
        async () => {
          const short = { prefer: 'wait=1', 'if-none-match': headers.get('etag') ?? '' };
          return (await host.get(session, short)).status;
        },
        { timeout: 4_000 },
      )
      .toBe(304);
  }, 15_000);
});
