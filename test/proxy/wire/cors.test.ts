import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';

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
