import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { Signer } from '../../../src/proxy/identity/signer.js';
import { WebhookTokens } from '../../../src/proxy/identity/webhook-tokens.js';
import { createRelayProxy } from '../../../src/proxy/index.js';
import { createPrometheusMetrics, serveRelayProxy } from '../../../src/proxy/node.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const SECRET = 'a secret of thirty-two characters';

/** How often upstream was asked for sessions, with success or without. */
const gets = ({ simulator }: Awaited<ReturnType<typeof startStack>>) =>
  Object.values(simulator.stats().calls['relay-session-get'] as Record<string, number>).reduce(
    (sum, count) => sum + count,
    0,
  );

describe('watching', () => {
  it('asks upstream once for all who wait', async () => {
    await using stack = await startStack({ linkDelay: 1_500 }, { limits: { usersPerSession: 50 } });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = (await host.create()).body;
    const players = await Promise.all(
      Array.from({ length: 20 }, () => GameClient.guest(stack.proxyUrl)),
    );
    const seats = await Promise.all(
      players.map((player) => player.join({ session_id: session.session_id })),
    );
    const linked = await Promise.all(seats.map(({ body }, index) => players[index]?.linked(body)));
    expect(linked.every((one) => one?.linked)).toBe(true);
    // 250 ms, ×1.5, at most 2 s, and one more whenever one of the twenty has joined.
    expect(gets(stack)).toBeLessThan(20 + 15);
  }, 20_000);

  it('is woken by the webhook, once: a forged, replayed or oversized one does nothing', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const metrics = createPrometheusMetrics();
    // The proxy's address is known only once it listens, so a second one is reached under it.
    const proxy = createRelayProxy({
      edgegap: stack.edgegap,
      guests: true,
      developmentIp: '203.0.113.7',
      publicUrl: 'http://127.0.0.1:9',
      secrets: [SECRET],
      metrics,
    });
    const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
    try {
      const host = await GameClient.guest(listener.url);
      const session = await host.linked((await host.create()).body);
      const { webhook_url = '' } = stack.simulator.sessions()[0] ?? {};
      expect(webhook_url).toMatch(/^http:\/\/127\.0\.0\.1:9\/v1\/webhooks\/[\w.-]+$/);
      const hook = (path: string, body: string) =>
        fetch(`${listener.url}${path}`, { method: 'POST', body });
      const { pathname } = new URL(webhook_url);
      const { headers } = await host.get(session);
      const held = host.get(session, {
        prefer: 'wait=20',
        'if-none-match': headers.get('etag') ?? '',
      });
      await expect
        .poll(async () => {
          stack.simulator.failSession(session.session_id, 'It broke.');
          return stack.simulator.sessions()[0]?.error;
        })
        .toBe('It broke.');
      const before = gets(stack);
      const forged = `${pathname.slice(0, -3)}abc`;
      expect((await hook(forged, '{}')).status).toBe(404);
      expect((await hook('/v1/webhooks/x.y.z', '{}')).status).toBe(404);
      // Our own signature, but on a session that there never was.
      const tokens = new WebhookTokens(new Signer([SECRET], systemClock), undefined);
      const unknown = new URL(await tokens.url('no-such-nonce', host.playerId)).pathname;
      expect((await hook(unknown, '{}')).status).toBe(204);
      expect(gets(stack)).toBe(before);
      const lie = `{"linked":"a lie","a":"${'x'.repeat(300_000)}"}`;
      expect((await hook(pathname, lie)).status).toBe(204);
      const answer = await held;
      expect(answer.body).toMatchObject({
        error: 'The relay service reports that the session failed.',
      });
      expect(gets(stack)).toBe(before + 1);
      // Somebody waits again, so that whatever wakes the watcher makes it ask at once.
      const again = host.get(session, {
        prefer: 'wait=2',
        'if-none-match': answer.headers.get('etag') ?? '',
      });
      await expect.poll(async () => (await metrics.expose()).body).toContain('relais_waiters 1');
      for (let replay = 0; replay < 3; replay += 1) {
        expect((await hook(pathname, '{}')).status).toBe(204);
      }
      expect((await again).status).toBe(304);
      expect(gets(stack)).toBe(before + 1);
    } finally {
      await listener.close();
    }
  }, 15_000);

  it('a session that upstream is slow about delays no other', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    let slow = '';
    const proxy = createRelayProxy({
      edgegap: {
        ...stack.edgegap,
        fetch: (input, init) => {
          const isSlow = slow !== '' && (input as Request).url.endsWith(slow);
          if (!isSlow) return fetch(input, init);
          return new Promise((_resolve, reject) => {
            init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
          });
        },
        timeout: 60_000,
      },
      guests: true,
      developmentIp: '203.0.113.7',
    });
    const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
    const [one, other] = [
      await GameClient.guest(listener.url),
      await GameClient.guest(listener.url),
    ];
    const stuck = (await one.create()).body;
    slow = stuck.session_id;
    const leaving = new AbortController();
    const waiting = one
      .get(stuck, { prefer: 'wait=20', 'if-none-match': '"x"' }, leaving.signal)
      .catch(() => 'gone');
    const session = await other.linked((await other.create()).body);
    expect(session.linked).toBe(true);
    leaving.abort();
    await waiting;
    await listener.close();
  }, 15_000);

  it('ends all held requests at once when the proxy stops', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const metrics = createPrometheusMetrics();
    const proxy = createRelayProxy({
      edgegap: stack.edgegap,
      guests: true,
      developmentIp: '203.0.113.7',
      metrics,
    });
    const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
    const host = await GameClient.guest(listener.url);
    const session = await host.linked((await host.create()).body);
    const { headers } = await host.get(session);
    const held = host.get(session, {
      prefer: 'wait=25',
      'if-none-match': headers.get('etag') ?? '',
    });
    await expect.poll(async () => (await metrics.expose()).body).toContain('relais_waiters 1');
    await listener.close(60_000);
    expect((await held).status).toBe(304);
  });
});
