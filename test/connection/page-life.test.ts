import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeWindow, openFakeWindow } from '../support/fake-window.js';
import { layTable, open, passWait, type Table } from '../support/table.js';
import { until } from '../support/until.js';

let page: FakeWindow;
beforeEach(() => {
  page = openFakeWindow();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('a page that is closed or reloaded', () => {
  it.each(['server', 'client'])(
    'says that it is gone in 15 s, with a request that outlives it: %s',
    async (role) => {
      await using table = await layTable();
      const { proxy, relay } = table;
      await open(table);
      if (role === 'client') {
        await relay.leave();
        await fetch(`${proxy.url}/v1/relays/sessions`, {
          method: 'POST',
          headers: { authorization: 'Bearer host' },
          body: '{}',
        });
        proxy.link();
        await relay.join('K7QGMBKH');
        await until(() => expect(proxy.held).toBe(1));
      }
      const sent = vi.spyOn(globalThis, 'fetch');
      const { session, ticket } = relay;
      page.happen('pagehide');
      await until(() => expect(proxy.of('revoke')).toHaveLength(1));
      expect(proxy.of('revoke')[0]).toMatchObject({
        bearer: ticket,
        body: { session_id: session?.session_id, after: 15 },
      });
      expect(sent.mock.calls[0]).toMatchObject([expect.any(String), { keepalive: true }]);
      await until(() => expect(proxy.held).toBe(0));
      expect(sent).toHaveBeenCalledTimes(1);
      expect(relay.state).toBe('open');
      page.happen('pageshow');
    },
  );

  it('asks nobody to mind that it could not say so', async () => {
    const unhandled: unknown[] = [];
    const remember = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', remember);
    try {
      await using table = await layTable();
      await open(table);
      table.proxy.fault('revoke', { status: 403 });
      page.happen('pagehide');
      await until(() => expect(table.proxy.of('revoke')).toHaveLength(1));
      await until(() => expect(table.clock.waits).toEqual([]));
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
      page.happen('pageshow');
    } finally {
      process.off('unhandledRejection', remember);
    }
  });

  it('says nothing before it has a seat', async () => {
    await using table = await layTable();
    table.proxy.fault('create', 'silence');
    void table.relay.create();
    await until(() => expect(table.proxy.of('create')).toHaveLength(1));
    page.happen('pagehide');
    page.happen('pageshow');
    await until(() => expect(table.proxy.held).toBe(1));
    expect(table.proxy.of('revoke')).toEqual([]);
  });
});

describe('the back-forward cache', () => {
  it.each([
    [
      'while waiting',
      async ({ proxy, relay }: Table) => {
        void relay.create();
        await until(() => expect(proxy.held).toBe(1));
      },
    ],
    ['while open', open],
  ])('stops all requests, and goes on where it was: %s', async (_name, arrive) => {
    await using table = await layTable();
    const { clock, events, proxy } = table;
    await arrive(table);
    const [asked, told] = [proxy.of('get').length, events.length];
    page.happen('pagehide', true);
    await until(() => expect(proxy.held).toBe(0));
    for (const type of ['pagehide', 'pageshow', 'pagehide']) page.happen(type, true);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(50_000);
    expect(proxy.of('get')).toHaveLength(asked);
    page.happen('pageshow', true);
    page.happen('pageshow', true);
    await until(() => expect(proxy.held).toBe(1));
    expect(proxy.of('get')).toHaveLength(asked + 1);
    expect(events).toHaveLength(told);
    proxy.link(44_000);
    await until(() => expect(table.relay.endpoint?.port).toBe(44_000));
    await until(() => expect(proxy.held).toBe(1));
  });

  it('is told to the proxy: the seat is kept for 60 s, and taken back by what the page asks first', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    await open(table);
    const { session, ticket } = relay;
    const asked = proxy.asked.length;
    page.happen('pagehide', true);
    await until(() => expect(proxy.asked).toHaveLength(asked + 1));
    expect(proxy.asked.at(-1)).toMatchObject({
      path: '/v1/relays/sessions:revoke-user',
      bearer: ticket,
      body: { session_id: session?.session_id, after: 60 },
    });
    page.happen('pageshow', true);
    await until(() => expect(proxy.held).toBe(1));
    expect(proxy.asked.slice(asked).map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('makes the same seat of a request that it cut', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    proxy.fault('create', 'silence');
    const opened = relay.create();
    await until(() => expect(proxy.of('create')).toHaveLength(1));
    page.happen('pagehide', true);
    page.happen('pageshow', true);
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await opened;
    const keys = proxy.of('create').map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
  });

  it('may outlast the seat', async () => {
    await using table = await layTable();
    await open(table);
    page.happen('pagehide', true);
    await until(() => expect(table.proxy.held).toBe(0));
    table.proxy.revoke('anna');
    page.happen('pageshow', true);
    await until(() => expect(table.events.at(-1)).toBe('close:revoked'));
  });
});

describe('a tab whose timers are throttled', () => {
  it('gets the news at once all the same', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    const opened = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    // Not one timer runs.
    proxy.link();
    await opened;
    await until(() => expect(proxy.held).toBe(1));
  });

  it('polls late, and misses nothing', async () => {
    await using table = await layTable({ linkTimeout: 600_000 });
    const { clock, proxy, relay } = table;
    Object.assign(proxy, { holds: false, saysThatItHolds: false });
    const opened = relay.create();
    for (let minute = 1; minute <= 3; minute++) {
      await until(() => expect(clock.waits[0]).toBeLessThanOrEqual(2_000));
      clock.sleep(60_000);
      await until(() => expect(proxy.of('get')).toHaveLength(minute + 1));
    }
    proxy.link();
    await passWait(clock, 2_000);
    await opened;
  });
});

describe('nothing is left on the page', () => {
  it.each([
    ['after leave()', (table: Table) => table.relay.leave()],
    ['after the session was deleted', async ({ proxy }: Table) => proxy.delete()],
    ['after it failed', async ({ proxy }: Table) => proxy.change({ error: 'Gone.' })],
  ])('%s', async (_name, end) => {
    await using table = await layTable();
    expect(page.listeners.size).toBe(0);
    await open(table);
    expect(page.listeners.size).toBe(4);
    await end(table);
    await until(() => expect(table.relay.state).not.toBe('open'));
    await until(() => expect(page.listeners.size).toBe(0));
  });

  it('after an abort, with its listener', async () => {
    await using table = await layTable();
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, 'removeEventListener');
    void table.relay.create({ signal: abort.signal });
    await until(() => expect(table.proxy.held).toBe(1));
    abort.abort();
    expect(removed).toHaveBeenCalled();
    await until(() => expect(page.listeners.size).toBe(0));
  });
});
