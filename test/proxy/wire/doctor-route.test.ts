import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { DoctorTokens, Signer } from '../../../src/proxy/identity/index.js';
import { startStack } from '../../support/stack.js';

const SECRET = 'the secret of our own instances 1234';
const tokensOf = (secret: string) => new DoctorTokens(new Signer([secret], systemClock));

const askWith = (url: string, token: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/doctor`, { headers: { authorization: `Bearer ${token}`, ...headers } });

describe('the route for relais doctor', () => {
  it('is there for nobody but who has the secrets', async () => {
    await using stack = await startStack({}, { secrets: [SECRET] });
    const missing = await fetch(`${stack.proxyUrl}/v1/nothing`);
    const strangers = await tokensOf('the secret of somebody else 12345678').question('nonce');
    const answer = await tokensOf(SECRET).answer('nonce', {
      client: '',
      remote: '',
      isTrusted: false,
      header: null,
      now: 0,
    });
    const expected = [404, await missing.text()];
    for (const token of ['x', strangers, answer]) {
      const refusal = await askWith(stack.proxyUrl, token);
      expect([refusal.status, await refusal.text()]).toEqual(expected);
    }
  });

  it('answers a question with what it sees, and no other question', async () => {
    await using stack = await startStack({}, { secrets: [SECRET], trustedProxies: ['127.0.0.1'] });
    const tokens = tokensOf(SECRET);
    const headers = { 'x-forwarded-for': '8.8.8.8' };
    const reply = await askWith(stack.proxyUrl, await tokens.question('nonce'), headers);
    const { answer } = (await reply.json()) as { answer: string };
    expect(await tokens.readAnswer('nonce', answer)).toMatchObject({
      client: '8.8.8.8',
      remote: '127.0.0.1',
      isTrusted: true,
      header: '8.8.8.8',
    });
    expect(await tokens.readAnswer('another', answer)).toBeUndefined();
    expect(await tokensOf('x'.repeat(32)).readAnswer('nonce', answer)).toBeUndefined();
  });

  it('is held no longer than the proxy runs', async () => {
    await using stack = await startStack({}, { secrets: [SECRET], longestWait: 60 });
    const question = await tokensOf(SECRET).question('nonce');
    const held = askWith(stack.proxyUrl, question, { prefer: 'wait=60' });
    await fetch(`${stack.proxyUrl}/healthz`);
    await stack.proxy.close();
    expect((await held).status).toBe(200);
  });
});
