import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { RequestIds } from '../../../src/proxy/wire/request-ids.js';
import { startStack } from '../../support/stack.js';

const of = (given: string) => new RequestIds().of(new Headers({ 'x-request-id': given }));
const OWN = /^[0-9a-f]{8}-1$/;

it('the name that a balancer gave a request stands in the answer and in the log', async () => {
  const entries: LogEntry[] = [];
  await using stack = await startStack({}, { log: (entry) => entries.push(entry) });
  const headers = { 'x-request-id': '7F000001:8296_0A00001E:1F90_4F7B0A69-0003' };
  for (const path of ['/healthz', '/nowhere', '/v1/relays/sessions']) {
    const answer = await fetch(stack.proxyUrl + path, { headers });
    expect(answer.headers.get('x-request-id')).toBe(headers['x-request-id']);
    expect(entries.at(-1)).toMatchObject({ event: 'request', id: headers['x-request-id'] });
  }
});

describe('the name of a request', () => {
  it('is cut where it is long', () => {
    expect(of('a'.repeat(16_000))).toBe('a'.repeat(128));
  });

  it('has nothing in it that no name has', () => {
    expect(of('a"b\\c d<e>{f},ä\u0085\tg')).toBe('abcdefg');
  });

  it('is the proxy’s own where nothing is left of it, or none came', () => {
    for (const nothing of ['', ' ', '"', 'ä', '{}']) expect(of(nothing)).toMatch(OWN);
    const ids = new RequestIds();
    const [first, second] = [ids.of(new Headers()), ids.of(new Headers())];
    expect(first).toMatch(OWN);
    expect(second).not.toBe(first);
  });
});
