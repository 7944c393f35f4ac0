import { describe, expect, it } from 'vitest';
import { RelayConnection, type RelayConnectionOptions } from '../../src/index.js';
import { layTable, open, passWait, type Table } from '../support/table.js';
import { gatherUncaught } from '../support/uncaught.js';
import { until } from '../support/until.js';

const uncaught = gatherUncaught();

/** What a tab keeps over a reload, and each change of it. */
class Kept {
  readonly changes: (string | undefined)[] = [];
  readonly ticket: NonNullable<RelayConnectionOptions['ticket']> = {
    load: () => this.changes.at(-1),
    save: (ticket) => void this.changes.push(ticket),
  };
}

describe('the ticket', () => {
  it('brings a player back into their match after a reload, with nothing but the option', async () => {
    const kept = new Kept();
    await using table = await layTable({ ticket: kept.ticket });
    await open(table);
    const again = new RelayConnection(table.proxy.url, { ticket: kept.ticket });
    expect(await again.resume()).toEqual(table.relay.endpoint);
    expect([again.role, again.playerId]).toEqual(['server', 'anna']);
    const tickets = [table.relay.ticket, again.ticket];
    await again.leave();
    expect(kept.changes.slice(0, 2)).toEqual(tickets);
    expect(kept.changes.at(-1)).toBeUndefined();
  });

  it('is kept before the game hears of the session, and once for each new one', async () => {
    const kept = new Kept();
    await using table = await layTable({ ticket: kept.ticket });
    const { proxy, relay } = table;
    const known: unknown[] = [];
    relay.on('session', ({ ticket }) => known.push([ticket, kept.changes.at(-1) === ticket]));
    await open(table);
    proxy.change({ ticket: 'another-ticket' });
    await until(() => expect(relay.ticket).toBe('another-ticket'));
    expect(kept.changes).toEqual([proxy.of('get')[0]?.bearer, 'another-ticket']);
    expect(known.length).toBeGreaterThan(2);
    expect(known.every((each) => (each as unknown[])[1])).toBe(true);
  });

  it('is forgotten as soon as it is of no use any more, before that is told', async () => {
    for (const [end, event] of [
      [(table: Table) => void table.relay.leave(), 'close:left'],
      [(table: Table) => table.proxy.delete(), 'close:deleted'],
      [(table: Table) => table.proxy.revoke('anna'), 'close:revoked'],
      [(table: Table) => table.proxy.change({ error: 'No relay.' }), 'close:failed'],
      [
        (table: Table) => {
          table.proxy.fault('get', { status: 403 });
          table.clock.advance(25_000);
          table.proxy.endWaits();
        },
        'close:failed',
      ],
    ] as const) {
      const kept = new Kept();
      await using table = await layTable({ ticket: kept.ticket });
      const known: unknown[] = [];
      await open(table);
      for (const name of ['error', 'close'] as const) {
        table.relay.on(name, () => known.push(kept.changes.at(-1)));
      }
      end(table);
      await until(() => expect(table.events.at(-1)).toBe(event));
      expect(kept.changes).toEqual([expect.any(String), undefined]);
      expect(new Set(known)).toEqual(new Set([undefined]));
      table.proxy.sessions.clear();
    }
  });

  it('is forgotten where the proxy does not take it any more', async () => {
    const kept = new Kept();
    kept.changes.push('old-ticket');
    await using table = await layTable({ ticket: kept.ticket });
    table.proxy.fault('authorize', { status: 401 });
    await expect(table.relay.resume()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(kept.changes).toEqual(['old-ticket', undefined]);
  });

  it('stays after a failure that passes: the seat may still be there', async () => {
    const kept = new Kept();
    kept.changes.push('a-ticket');
    await using table = await layTable({ ticket: kept.ticket, linkTimeout: 1_000 });
    table.proxy.fault('authorize', 'cut-before');
    const resumed = table.relay.resume();
    await until(() => expect(table.events.at(-1)).toBe('retrying:network'));
    table.proxy.fault('authorize', 'silence');
    await passWait(table.clock, 250);
    await until(() => expect(table.proxy.of('authorize')).toHaveLength(2));
    table.clock.advance(1_000);
    await expect(resumed).rejects.toMatchObject({ code: 'network' });
    expect(kept.changes).toEqual(['a-ticket']);
  });

  it('stays where the player left before it was used', async () => {
    const kept = new Kept();
    kept.changes.push('a-ticket');
    await using table = await layTable({ ticket: kept.ticket });
    const resumed = table.relay.resume({ signal: AbortSignal.abort() });
    await expect(resumed).rejects.toMatchObject({ code: 'aborted' });
    const again = table.relay.resume();
    await table.relay.leave();
    await expect(again).rejects.toMatchObject({ code: 'aborted' });
    expect([kept.changes, table.proxy.asked]).toEqual([['a-ticket'], []]);
  });

  it('of another match is none of a match’s business that never had a seat', async () => {
    const kept = new Kept();
    kept.changes.push('a-ticket');
    await using table = await layTable({ ticket: kept.ticket });
    table.proxy.fault('create', { status: 403 });
    await expect(table.relay.create()).rejects.toMatchObject({ code: 'forbidden' });
    expect(kept.changes).toEqual(['a-ticket']);
  });

  it.each([
    ['null', () => null],
    ['nothing', () => undefined],
    ['an empty text', () => ''],
    ['nothing, later', async () => null],
    ['no word, for it has no load()', undefined],
  ])('cannot be resumed where the store gives %s', async (_name, load) => {
    await using table = await layTable({ ticket: { load } });
    const resumed = table.relay.resume();
    await expect(resumed).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('ticket'),
    });
    expect(table.proxy.asked).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('The store is full.');
      },
    ],
    ['rejects', () => Promise.reject(new Error('The store is full.'))],
  ])('of a store that %s disturbs no match, and the error surfaces', async (_name, full) => {
    await using table = await layTable({ ticket: { load: full, save: full } });
    await open(table);
    await until(() => expect(uncaught).toHaveLength(1));
    await table.relay.leave();
    await until(() => expect(uncaught).toHaveLength(2));
    await expect(table.relay.resume()).rejects.toMatchObject({ code: 'invalid-request' });
    await until(() => expect(uncaught).toHaveLength(3));
  });

  it('that comes late, for a player who has left, is not kept', async () => {
    const kept = new Kept();
    await using table = await layTable({ ticket: kept.ticket });
    const { proxy, relay } = table;
    const created = relay.create();
    await until(() => expect(proxy.sessions.size).toBe(1));
    await relay.leave();
    await expect(created).rejects.toMatchObject({ code: 'aborted' });
    expect(kept.changes.at(-1)).toBeUndefined();
    expect(proxy.sessions.size).toBe(0);
  });
});
