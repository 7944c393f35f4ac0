import { describe, expect, it } from 'vitest';
import { RelayConnection, RelayError } from '../../src/index.js';

describe('in a document', () => {
  it('a connection makes its requests through the page’s own fetch', async () => {
    const asked: string[] = [];
    const fetch = globalThis.fetch;
    globalThis.fetch = (async (url: string, { method }: RequestInit) => {
      asked.push(`${method} ${url}`);
      return new Response('{"message":"Log in first.","code":"unauthorized"}', { status: 401 });
    }) as typeof globalThis.fetch;
    try {
      const relay = new RelayConnection('https://studio.example/relay/', {
        token: () => 'login-token',
      });
      expect(document.location).toBeDefined();
      await expect(relay.create()).rejects.toThrow(RelayError);
      expect(asked).toEqual(Array(2).fill('POST https://studio.example/relay/v1/relays/sessions'));
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it('a connection listens to the page’s life while it is in use, and no longer', async () => {
    const target = globalThis as unknown as EventTarget;
    const { addEventListener, fetch } = globalThis;
    const heard: string[] = [];
    const listening: string[] = [];
    globalThis.addEventListener = ((
      type: string,
      listener: EventListener,
      options: AddEventListenerOptions,
    ) => {
      listening.push(type);
      const listen = (event: Event) => {
        heard.push(type);
        listener(event);
      };
      addEventListener.call(target, type, listen, options);
    }) as typeof addEventListener;
    const happen = () => {
      for (const type of listening) target.dispatchEvent(new Event(type));
      return heard.splice(0);
    };
    globalThis.fetch = () => new Promise<Response>(() => {});
    try {
      const relay = new RelayConnection('https://studio.example', { token: () => 'login-token' });
      relay.create();
      expect(listening.sort()).toEqual(['offline', 'online', 'pagehide', 'pageshow']);
      expect(happen()).toEqual(listening);
      void relay.leave();
      expect(happen()).toEqual([]);
    } finally {
      Object.assign(globalThis, { addEventListener, fetch });
    }
  });
});
