import { describe, expect, it } from 'vitest';
import { startStack } from '../../support/stack.js';

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
