import { describe, expect, it } from 'vitest';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { layTable, open, passWait } from '../support/table.js';
import { until } from '../support/until.js';

/** The waits of a connection that polls, each let pass, until there are as many. */
async function pollWaits(table: Awaited<ReturnType<typeof layTable>>, count: number) {
  const { clock, proxy } = table;
  const waits: number[] = [];
  while (waits.length < count) {
    const asked = proxy.of('get').length;
    await until(() => expect(clock.waits[0]).toBeLessThanOrEqual(5_000));
    waits.push(clock.waits[0] ?? 0);
    clock.advance(clock.waits[0] ?? 0);
    await until(() => expect(proxy.of('get')).toHaveLength(asked + 1));
  }
  return waits;
}

describe('watching', () => {
  it('asks again at once when a held request ends, with the newest ETag', async () => {
    await using table = await layTable();
    const { clock, proxy } = table;
    await open(table);
    for (let round = 0; round < 3; round++) {
      const asked = proxy.of('get').length;
      clock.advance(25_000);
      proxy.endWaits();
      await until(() => expect(proxy.of('get')).toHaveLength(asked + 1));
      await until(() => expect(proxy.held).toBe(1));
    }
    const [first, ...others] = proxy.of('get').map(({ headers }) => headers['if-none-match']);
    expect(first).toBeTypeOf('string');
    expect(new Set(others).size).toBe(1);
    expect(proxy.of('get').every(({ headers }) => headers['prefer'] === 'wait=25')).toBe(true);
  });

  it.each(['wait=10', 'respond-async, wait=25'])(
    'takes a proxy by its word that it holds: %s',
    async (applied) => {
      await using table = await layTable();
      const { clock, proxy } = table;
      proxy.applied = applied;
      await open(table);
      const asked = proxy.of('get').length;
      clock.advance(10_000);
      proxy.endWaits();
      await until(() => expect(proxy.of('get')).toHaveLength(asked + 1));
    },
  );

  it('asks for the session by its id, whatever is in it', async () => {
    await using table = await layTable();
    const { proxy } = table;
    await open(table);
    proxy.change({ session_id: '../a b?c' });
    await until(() => expect(table.relay.state).toBe('closed'));
    expect(proxy.asked.at(-1)?.path).toBe('/v1/relays/sessions/..%2Fa%20b%3Fc');
    proxy.delete();
  });

  it('keeps its ETag when an answer without news has none', async () => {
    await using table = await layTable();
    const { proxy } = table;
    await open(table);
    const asked = proxy.of('get').length - 1;
    proxy.fault('get', { status: 304 });
    proxy.endWaits();
    await passWait(table.clock, 5_000);
    await passWait(table.clock, 5_000);
    await until(() => expect(proxy.held).toBe(1));
    const known = proxy.of('get').map(({ headers }) => headers['if-none-match']);
    expect(known.slice(asked)).toEqual(Array(3).fill(expect.any(String)));
    expect(new Set(known.slice(asked)).size).toBe(1);
  });

  it('polls a proxy that does not hold: 250 ms, ×1.5, at most 2 s, with jitter', async () => {
    await using table = await layTable();
    Object.assign(table.proxy, { holds: false, saysThatItHolds: false });
    table.clock.chance = 0.999_999;
    void table.relay.create();
    const waits = await pollWaits(table, 8);
    expect(waits.map(Math.round)).toEqual([250, 375, 563, 844, 1266, 1898, 2000, 2000]);
    table.clock.chance = 0;
    const [last] = (await pollWaits(table, 2)).slice(-1);
    expect(last).toBe(1600);
  });

  it('polls more slowly once open', async () => {
    await using table = await layTable();
    Object.assign(table.proxy, { holds: false, saysThatItHolds: false });
    table.clock.chance = 0.999_999;
    void table.relay.create();
    await pollWaits(table, 6);
    table.proxy.link();
    const waits = await pollWaits(table, 5);
    expect(table.relay.state).toBe('open');
    expect(Math.round(waits.at(-1) ?? 0)).toBe(5000);
  });

  it('notices when the proxy starts to hold', async () => {
    await using table = await layTable();
    Object.assign(table.proxy, { holds: false, saysThatItHolds: false });
    void table.relay.create();
    await pollWaits(table, 3);
    Object.assign(table.proxy, { holds: true, saysThatItHolds: true });
    await until(() => {
      if ((table.clock.waits[0] ?? 35_000) <= 2_000) table.clock.advance(2_000);
      expect(table.proxy.held).toBe(1);
    });
    table.clock.advance(25_000);
    table.proxy.endWaits();
    await until(() => expect(table.proxy.held).toBe(1));
  });

  it('does not hammer a proxy that says that it holds, and does not', async () => {
    await using table = await layTable();
    table.proxy.holds = false;
    void table.relay.create();
    const waits = await pollWaits(table, 4);
    expect(waits.map(Math.round)).toEqual([225, 338, 506, 759]);
  });

  it('does not hammer a proxy that is slow, and does not say that it holds', async () => {
    await using table = await layTable();
    const { clock, proxy } = table;
    proxy.saysThatItHolds = false;
    void table.relay.create();
    await until(() => expect(proxy.held).toBe(1));
    clock.advance(25_000);
    proxy.endWaits();
    await until(() => expect(clock.waits[0]).toBeLessThanOrEqual(2_000));
    expect(proxy.of('get')).toHaveLength(1);
  });

  it('does not hammer a proxy whose document is never the same', async () => {
    await using table = await layTable();
    const { clock, proxy } = table;
    proxy.restless = true;
    void table.relay.create();
    await until(() => expect(clock.waits[0]).toBeLessThanOrEqual(5_000));
    expect(proxy.of('get').length).toBeLessThan(10);
  });

  it('gives a held request 35 s, then asks anew', async () => {
    await using table = await layTable();
    const { clock, events, proxy } = table;
    await open(table);
    proxy.fault('get', 'silence');
    proxy.endWaits();
    await passWait(clock, 5_000);
    await until(() => expect(clock.waits).toEqual([35_000]));
    clock.advance(35_000);
    await until(() => expect(events.at(-1)).toBe('retrying:timeout'));
    await passWait(clock, 2_000);
    await until(() => expect(proxy.held).toBe(1));
  });

  it('never has two requests for a session at once', async () => {
    await using table = await layTable();
    const { proxy } = table;
    await open(table);
    for (let port = 33_000; port < 33_010; port++) {
      proxy.link(port);
      expect(proxy.held).toBeLessThanOrEqual(1);
      await until(() => expect(table.relay.endpoint?.port).toBe(port));
      if (proxy.held === 0) table.clock.advance(5_000);
      await until(() => expect(proxy.held).toBe(1));
    }
    expect(table.events.filter((name) => name === 'open')).toHaveLength(1);
    expect(table.events.filter((name) => name.startsWith('linked'))).toHaveLength(11);
  });
});

describe('the end of the session', () => {
  it.each([
    ['deleted', (table: { proxy: { delete(): void } }) => table.proxy.delete(), 'close:deleted'],
    [
      'taken from the player',
      (table: { proxy: { revoke(id: string): void } }) => table.proxy.revoke('anna'),
      'close:revoked',
    ],
    [
      'failed',
      (table: { proxy: { change(change: object): void } }) =>
        table.proxy.change({ error: 'The relay is gone.' }),
      'close:failed',
    ],
  ])('is told within one wait: %s, while waiting and while open', async (_name, end, close) => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    const waiting = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    end(table);
    await expect(waiting).rejects.toThrow();
    expect(events.at(-1)).toBe(close);
    proxy.sessions.clear();
    await open(table);
    end(table);
    await until(() => expect(events.at(-1)).toBe(close));
    const told = events.filter((name) => name.startsWith('error'));
    expect(told).toEqual(close === 'close:failed' ? Array(2).fill('error:session-failed') : []);
  });

  it('has a code in the promise that is still pending', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    for (const [end, code, status] of [
      [() => proxy.delete(), 'session-deleted', 404],
      [() => proxy.revoke('anna'), 'revoked', 403],
    ] as const) {
      proxy.sessions.clear();
      const waiting = relay.create();
      await until(() => expect(proxy.held).toBe(1));
      end();
      await expect(waiting).rejects.toMatchObject({ code, status });
    }
  });

  it('gives a session that failed back, so that it is not billed on', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    const waiting = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    proxy.change({ error: 'No relay.' });
    await expect(waiting).rejects.toMatchObject({ code: 'session-failed', message: 'No relay.' });
    await until(() => expect(proxy.sessions.size).toBe(0));
  });
});

it('several connections in one page do not disturb one another', async () => {
  await using table = await layTable();
  await open(table);
  const other = new RelayConnection(table.proxy.url, { token: () => 'ben' });
  await other.join('K7QGMBKH');
  await table.relay.leave();
  await until(() => expect(other.state).toBe('closed'));
});
