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
});

/** A host leaves an open session without a network: what is left is the time for it, and the next try. */
async function leaveOffline(table: Table) {
  const { clock, proxy, relay } = table;
  await open(table);
  page.setOnline(false);
  await until(() => expect(proxy.held).toBe(1));
  proxy.fault('delete', 'cut-before');
  const left = relay.leave();
  await until(() => expect(clock.waits).toEqual([10_000, 30_000]));
  return { left };
}

describe('a browser without a network', () => {
  it('waits until there is one again, and asks at once then', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    await open(table);
    const delays: number[] = [];
    relay.on('retrying', ({ delay }) => delays.push(delay));
    proxy.fault('get', 'cut-before');
    page.setOnline(false);
    await until(() => expect(events.at(-1)).toBe('retrying:network'));
    expect(delays).toEqual([30_000]);
    const asked = proxy.asked.length;
    clock.advance(29_999);
    expect(proxy.asked).toHaveLength(asked);
    page.setOnline(true);
    await until(() => expect(proxy.held).toBe(1));
    expect(proxy.asked).toHaveLength(asked + 1);
    expect(relay.state).toBe('open');
  });

  it('tries every 30 s all the same: the browser may be wrong', async () => {
    await using table = await layTable();
    const { clock, events, proxy } = table;
    await open(table);
    proxy.fault('get', 'cut-before', 'cut-before');
    page.setOnline(false);
    for (const _round of [1, 2]) {
      await until(() => expect(events.at(-1)).toBe('retrying:network'));
      events.pop();
      await until(() => expect(clock.waits).toEqual([30_000]));
      clock.advance(30_000);
    }
    await until(() => expect(proxy.held).toBe(1));
    page.setOnline(true);
  });

  it('does not ask before the time of a Retry-After, whatever the network does', async () => {
    await using table = await layTable();
    const { clock, proxy } = table;
    await open(table);
    proxy.fault('get', { status: 429, headers: { 'retry-after': '60' } });
    proxy.endWaits();
    await passWait(clock, 5_000);
    await until(() => expect(clock.waits).toEqual([60_000]));
    const asked = proxy.asked.length;
    clock.advance(20_000);
    page.setOnline(false);
    page.setOnline(true);
    await until(() => expect(clock.waits).toEqual([40_000]));
    expect(proxy.asked).toHaveLength(asked);
    clock.advance(40_000);
    await until(() => expect(proxy.held).toBe(1));
  });

  it('does not wait for ever for the session to open', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    proxy.fault('create', 'cut-before');
    page.setOnline(false);
    const opened = relay.create();
    await until(() => expect(events.at(-1)).toBe('retrying:network'));
    clock.advance(60_000);
    await expect(opened).rejects.toMatchObject({ code: 'network' });
  });

  it('gives a seat back as soon as there is one again', async () => {
    await using table = await layTable();
    const { proxy } = table;
    const { left } = await leaveOffline(table);
    page.setOnline(true);
    await left;
    expect(proxy.sessions.size).toBe(0);
  });

  it('gives back a seat too that was still asked for', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    proxy.fault('create', 'cut-after');
    page.setOnline(false);
    void relay.create();
    await until(() => expect(events.at(-1)).toBe('retrying:network'));
    const left = relay.leave();
    await until(() => expect(clock.waits).toEqual([10_000, 30_000]));
    page.setOnline(true);
    await left;
    expect([proxy.of('create').length, proxy.sessions.size]).toEqual([2, 0]);
  });

  it('lets go of a seat after 10 s, and says why', async () => {
    await using table = await layTable();
    const { clock, proxy } = table;
    const { left } = await leaveOffline(table);
    clock.advance(10_000);
    await expect(left).rejects.toMatchObject({ code: 'network' });
    expect([clock.waits, page.listeners.size]).toEqual([[], 0]);
    proxy.delete();
  });
});
