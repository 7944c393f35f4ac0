import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';

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
