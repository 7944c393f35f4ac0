import { afterEach, describe, expect, it, vi } from 'vitest';

import { layTable, open, passWait } from '../support/table.js';
import { until } from '../support/until.js';
import { type Fault, refusal } from '../support/wire.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('leaving while the request is on its way', () => {
  it('gives back the seat that the answer brings', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    const { fetch } = globalThis;
    let left: Promise<void> | undefined;
    const sent = vi.spyOn(globalThis, 'fetch').mockImplementationOnce((...request) => {
      left = relay.leave();
      return fetch(...request);
    });
    await expect(relay.create()).rejects.toMatchObject({ code: 'aborted' });
    await left;
    expect(proxy.asked.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    expect(sent).toHaveBeenCalledTimes(2);
    expect(proxy.sessions.size).toBe(0);
    expect(events).toEqual(['state:requesting', 'state:closed', 'close:left']);
  });

  it('finds the session whose answer was lost, and ends it', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    proxy.fault('create', 'cut-after');
    void relay.create();
    await until(() => expect(proxy.sessions.size).toBe(1));
    const left = relay.leave();
    await passWait(clock, 2_000);
    await left;
    expect(proxy.of('create')).toHaveLength(2);
    expect(proxy.sessions.size).toBe(0);
  });

  it('gives up after 10 s', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    proxy.fault('create', 'silence', 'silence');
    void relay.create();
    await until(() => expect(proxy.of('create')).toHaveLength(1));
    const left = relay.leave();
    await until(() => expect(clock.waits).toHaveLength(2));
    clock.advance(10_000);
    await left;
    expect(clock.waits).toEqual([]);
  });

  it('does not wait for a seat that is to be asked for much later', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    proxy.fault('create', { status: 429, headers: { 'retry-after': '11' } });
    const { fetch } = globalThis;
    let left: Promise<void> | undefined;
    vi.spyOn(globalThis, 'fetch').mockImplementationOnce((...request) => {
      left = relay.leave();
      return fetch(...request);
    });
    await expect(relay.create()).rejects.toMatchObject({ code: 'aborted' });
    await left;
    expect(clock.waits).toEqual([]);
    expect(proxy.asked).toHaveLength(1);
  });

  it.each(['before', 'while'])(
    'does not wait for one that is to be asked for much later, as it was told %s that',
    async (moment) => {
      await using table = await layTable();
      const { clock, events, proxy, relay } = table;
      proxy.fault('create', { status: 429, headers: { 'retry-after': '60' } });
      let left: Promise<void> | undefined;
      if (moment === 'while') {
        relay.once('retrying', () => {
          left = relay.leave();
        });
      }
      const created = relay.create();
      await until(() => expect(events).toContain('retrying:rate-limited'));
      left ??= relay.leave();
      await expect(created).rejects.toMatchObject({ code: 'aborted' });
      await left;
      expect(clock.waits).toEqual([]);
      expect(proxy.asked).toHaveLength(1);
    },
  );

  it('gives back the seat that is asked for again after such a wait', async () => {
    await using table = await layTable({ linkTimeout: 90_000 });
    const { clock, events, proxy, relay } = table;
    proxy.fault('create', { status: 429, headers: { 'retry-after': '60' } }, 'cut-after');
    void relay.create();
    await until(() => expect(events).toContain('retrying:rate-limited'));
    await until(() => expect(clock.waits[0]).toBe(60_000));
    clock.advance(60_000);
    await until(() => expect(proxy.sessions.size).toBe(1));
    const left = relay.leave();
    await passWait(clock, 2_000);
    await left;
    expect(proxy.sessions.size).toBe(0);
  });

  it('asks for nothing when nothing was asked yet', async () => {
    let give = (_token: string) => {};
    const token = () => new Promise<string>((resolve) => (give = resolve));
    await using table = await layTable({ token });
    const created = table.relay.create();
    await Promise.resolve();
    await table.relay.leave();
    give('anna');
    await expect(created).rejects.toMatchObject({ code: 'aborted' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(table.proxy.asked).toEqual([]);
  });

  it.each([403, 503])('%i, when it comes late, is nothing to the next use', async (status) => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    let answer: ((response: Response) => void) | undefined;
    vi.spyOn(globalThis, 'fetch').mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    void relay.create();
    await until(() => expect(answer).toBeDefined());
    void relay.leave();
    void relay.create();
    answer?.(new Response(refusal(status), { status }));
    if (status === 503) await passWait(clock, 2_000);
    await until(() => expect(proxy.held).toBe(1));
    expect(events).toEqual([
      ...['state:requesting', 'state:closed', 'close:left'],
      ...['state:requesting', 'state:waiting', 'session'],
    ]);
  });

  it('lets the connection be used again at once, and keeps the two apart', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    const { fetch } = globalThis;
    const ids: (string | undefined)[] = [];
    relay.on('session', ({ session_id }) => ids.push(session_id));
    let left: Promise<void> | undefined;
    vi.spyOn(globalThis, 'fetch').mockImplementationOnce((...request) => {
      left = relay.leave();
      void relay.create();
      return fetch(...request);
    });
    await expect(relay.create()).rejects.toMatchObject({ code: 'aborted' });
    await left;
    // The end of the first session may have woken the wait for the second.
    await until(() => {
      if ((clock.waits[0] ?? 35_000) <= 5_000) clock.advance(5_000);
      expect(proxy.held).toBe(1);
    });
    proxy.link();
    await until(() => expect(relay.state).toBe('open'));
    expect([...proxy.sessions.keys()]).toEqual([relay.session?.session_id]);
    expect(new Set(ids)).toEqual(new Set([relay.session?.session_id]));
    await until(() => expect(proxy.held).toBe(1));
  });
});

describe('leave()', () => {
  it.each(['11', '3600'])('does not wait for a proxy that asks for %s s', async (seconds) => {
    await using table = await layTable();
    await open(table);
    const headers = { 'retry-after': seconds };
    table.proxy.fault('delete', { status: 429, headers });
    await expect(table.relay.leave()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(table.clock.waits).toEqual([]);
    table.proxy.delete();
  });

  it('gives up after 10 s, whatever it waits for', async () => {
    await using table = await layTable();
    await open(table);
    const headers = { 'retry-after': '6' };
    table.proxy.fault('delete', { status: 429, headers }, { status: 429, headers });
    const left = table.relay.leave();
    left.catch(() => {});
    await until(() => expect(table.clock.waits).toEqual([6_000, 10_000]));
    table.clock.advance(6_000);
    await until(() => expect(table.clock.waits).toEqual([4_000, 6_000]));
    table.clock.advance(4_000);
    await expect(left).rejects.toMatchObject({ code: 'rate-limited' });
    await until(() => expect(table.clock.waits).toEqual([]));
    table.proxy.delete();
  });

  it('outlasts an outage of some seconds', async () => {
    await using table = await layTable();
    await open(table);
    const { clock, proxy } = table;
    proxy.fault('delete', ...Array<Fault>(6).fill('cut-before'));
    const left = table.relay.leave();
    for (let count = 1; count <= 6; count++) {
      await until(() => expect(proxy.of('delete')).toHaveLength(count));
      await passWait(clock, 2_000);
    }
    await left;
    expect(proxy.sessions.size).toBe(0);
  });

  it('gives up on a login that never comes', async () => {
    let token: string | Promise<string> = 'anna';
    await using table = await layTable({ token: () => token });
    await open(table);
    // What failed before is not why.
    table.proxy.cutAll();
    await until(() => expect(table.events.at(-1)).toBe('retrying:network'));
    token = new Promise(() => {});
    table.proxy.fault('delete', { status: 401 });
    const left = table.relay.leave();
    left.catch(() => {});
    await until(() => expect(table.proxy.of('delete')).toHaveLength(1));
    table.clock.advance(10_000);
    await expect(left).rejects.toMatchObject({ code: 'timeout' });
    table.proxy.delete();
  });

  it('comes before what is asked for next, however often that changes', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    await open(table);
    proxy.fault('delete', { status: 503 });
    void relay.leave();
    void relay.create();
    void relay.leave();
    const opened = relay.create();
    await until(() => expect(proxy.of('delete')).toHaveLength(1));
    expect(proxy.of('create')).toHaveLength(1);
    await passWait(clock, 2_000);
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await opened;
    const methods = proxy.asked.map(({ method }) => method).filter((method) => method !== 'GET');
    expect(methods).toEqual(['POST', 'DELETE', 'DELETE', 'POST']);
    await until(() => expect(proxy.held).toBe(1));
  });

  it('ends a kick that is on its way', async () => {
    await using table = await layTable();
    await open(table);
    table.proxy.fault('revoke', 'silence');
    const kicked = table.relay.kick('ben');
    await until(() => expect(table.proxy.of('revoke')).toHaveLength(1));
    const left = table.relay.leave();
    await expect(kicked).rejects.toMatchObject({ code: 'aborted' });
    await left;
    expect(table.clock.waits).toEqual([]);
  });

  it('tells the proxy once more after a passing failure', async () => {
    await using table = await layTable();
    await open(table);
    table.proxy.fault('delete', { status: 503 }, 'cut-after');
    const left = table.relay.leave();
    await passWait(table.clock, 2_000);
    await until(() => expect(table.proxy.of('delete')).toHaveLength(2));
    await passWait(table.clock, 2_000);
    await left;
    expect(table.proxy.of('delete')).toHaveLength(3);
  });

  it('rejects when the proxy cannot be told, and is closed all the same', async () => {
    await using table = await layTable();
    await open(table);
    table.proxy.fault('delete', { status: 403 });
    await expect(table.relay.leave()).rejects.toMatchObject({ code: 'forbidden' });
    expect(table.relay.state).toBe('closed');
    expect(table.events.slice(-2)).toEqual(['state:closed', 'close:left']);
    table.proxy.delete();
  });

  it('sent no more than once, however often it is called', async () => {
    await using table = await layTable();
    await open(table);
    await Promise.all([table.relay.leave(), table.relay.leave(), table.relay.leave()]);
    expect(table.proxy.of('delete')).toHaveLength(1);
  });
});
