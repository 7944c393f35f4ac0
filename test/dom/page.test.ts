import { describe, expect, it } from 'vitest';
import { RelayConnection, RelayError } from '../../src/index.js';

describe('in a document', () => {
  it('a connection makes its requests through the page’s own fetch', async () => {
    const asked: string[] = [];
    const fetch = globalThis.fetch;
    globalThis.fetch = (async (input: Request) => {
      asked.push(`${input.method} ${input.url}`);
      return new Response('{"message":"Log in first."}', { status: 401 });
    }) as typeof globalThis.fetch;
    try {
      const relay = new RelayConnection('https://studio.example/relay/');
      expect(document.location).toBeDefined();
      await expect(relay.create()).rejects.toThrow(RelayError);
      expect(asked).toEqual(['POST https://studio.example/relay/v1/relays/sessions']);
    } finally {
      globalThis.fetch = fetch;
    }
  });
});
