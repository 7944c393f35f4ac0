import { describe, expect, it, vi } from 'vitest';
import type { RelayConnection } from '../../src/index.js';
import { layTable, open } from '../support/table.js';
import { until } from '../support/until.js';

const reason = new Error('The player pressed "Cancel".');

describe('a signal that is aborted', () => {
  it.each<[string, (relay: RelayConnection, signal: AbortSignal) => Promise<unknown>]>([
    ['create()', (relay, signal) => relay.create({ signal })],
    ['join()', (relay, signal) => relay.join('K7QGMBKH', { signal })],
    ['resume()', (relay, signal) => relay.resume({ signal })],
  ])('says why, as the cause of what is rejected: %s', async (_name, start) => {
    await using table = await layTable({ ticket: { load: () => 'a-ticket' } });
    const abort = new AbortController();
    table.proxy.fault('create', 'silence');
    table.proxy.fault('authorize', 'silence', 'silence');
    const started = start(table.relay, abort.signal);
    await until(() => expect(table.proxy.asked).toHaveLength(1));
    abort.abort(reason);
    await expect(started).rejects.toMatchObject({ code: 'aborted', cause: reason });
    const again = start(table.relay, abort.signal);
    await expect(again).rejects.toMatchObject({ code: 'aborted', cause: reason });
  });

  it('has its own reason where none was given', async () => {
    await using table = await layTable();
    const created = table.relay.create({ signal: AbortSignal.abort() });
    await expect(created).rejects.toMatchObject({ cause: { name: 'AbortError' } });
  });

  it('ends a kick, and says why', async () => {
    await using table = await layTable();
    await open(table);
    const { proxy, relay } = table;
    proxy.fault('revoke', 'silence');
    const abort = new AbortController();
    const kicked = relay.kick('ben', { signal: abort.signal });
    await until(() => expect(proxy.of('revoke')).toHaveLength(1));
    abort.abort(reason);
    await expect(kicked).rejects.toMatchObject({ code: 'aborted', cause: reason });
    expect(relay.state).toBe('open');
  });

  it('ends a kick that waits for the game’s token', async () => {
    const tokens = ['anna'];
    const asked = vi.fn(() => tokens.shift() ?? new Promise<string>(() => {}));
    await using table = await layTable({ token: asked });
    await open(table);
    const { proxy, relay } = table;
    proxy.fault('revoke', { status: 401 });
    const abort = new AbortController();
    const kicked = relay.kick('ben', { signal: abort.signal });
    await until(() => expect(asked).toHaveBeenCalledTimes(2));
    abort.abort(reason);
    await expect(kicked).rejects.toMatchObject({ code: 'aborted', cause: reason });
    expect(relay.state).toBe('open');
  });

  it('keeps a kick from being sent', async () => {
    await using table = await layTable();
    await open(table);
    const kicked = table.relay.kick('ben', { signal: AbortSignal.abort(reason) });
    await expect(kicked).rejects.toMatchObject({ code: 'aborted', cause: reason });
    expect(table.proxy.of('revoke')).toEqual([]);
  });

  it('after its kick has come back ends nothing', async () => {
    await using table = await layTable();
    await open(table);
    const abort = new AbortController();
    await table.relay.kick('ben', { signal: abort.signal }).catch(() => {});
    abort.abort(reason);
    expect(table.relay.state).toBe('open');
  });
});

it('leave() is no abort of anybody’s: it has no cause', async () => {
  await using table = await layTable();
  const created = table.relay.create();
  await table.relay.leave();
  const error = await created.catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'aborted' });
  expect((error as Error).cause).toBeUndefined();
});
