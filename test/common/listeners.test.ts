import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { layTable, open } from '../support/table.js';
import { gatherUncaught } from '../support/uncaught.js';
import { until } from '../support/until.js';

const uncaught = gatherUncaught();

describe('a listener that throws', () => {
  it('disturbs neither the others nor the connection, and its error surfaces', async () => {
    await using table = await layTable();
    const { relay } = table;
    const heard: string[] = [];
    const wrong = new Error('The game is wrong.');
    for (const name of ['state', 'ready', 'linked', 'open', 'close'] as const) {
      relay.on(name, () => {
        throw wrong;
      });
      relay.on(name, () => void heard.push(name));
    }
    await open(table);
    await relay.leave();
    expect(heard).toEqual(['state', 'state', 'state', 'ready', 'linked', 'open', 'state', 'close']);
    expect(uncaught).toEqual(Array(8).fill(wrong));
  });
});

it.each(['on', 'once', 'addListener'] as const)('%s: it may throw', async (add) => {
  await using table = await layTable();
  const { relay } = table;
  const heard: string[] = [];
  relay[add]('open', () => {
    throw new Error('The game is wrong.');
  });
  relay[add]('open', () => void heard.push('open'));
  await open(table);
  expect(heard).toEqual(['open']);
  expect(uncaught).toHaveLength(1);
});

describe('listeners', () => {
  it('can be taken off again, all or one, under either name', async () => {
    await using table = await layTable();
    const { relay } = table;
    const heard: string[] = [];
    const one = () => void heard.push('one');
    const other = () => void heard.push('other');
    relay.on('open', one).addListener('open', other);
    relay.off('open', one);
    relay.once('open', one).removeListener('open', one);
    expect(relay.listenerCount('open')).toBe(2);
    await open(table);
    expect(heard).toEqual(['other']);
    expect(relay.removeAllListeners('open').listenerCount('open')).toBe(0);
  });

  it.each([5, {}, null, undefined])('must be functions: %j', async (listener) => {
    await using table = await layTable();
    const { relay } = table;
    expect(() => relay.on('open', listener as never)).toThrow(TypeError);
    expect(() => relay.once('open', listener as never)).toThrow('must be a function');
  });

  it('for once are called once, with their context', async () => {
    await using table = await layTable();
    const game = { states: [] as string[] };
    table.relay.once(
      'state',
      function (this: typeof game, state) {
        this.states.push(state);
      },
      game,
    );
    await open(table);
    expect(game.states).toEqual(['requesting']);
    expect(table.relay.listenerCount('state')).toBe(1);
  });

  it('may leave: what the document had still to tell is void', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    relay.once('ready', () => void relay.leave());
    const opened = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await expect(opened).rejects.toMatchObject({ code: 'aborted' });
    expect(events.slice(-4)).toEqual(['session', 'ready', 'state:closed', 'close:left']);
    await until(() => expect(proxy.sessions.size).toBe(0));
  });

  it('may leave before anything was sent', async () => {
    await using table = await layTable();
    table.relay.once('state', () => void table.relay.leave());
    await expect(table.relay.create()).rejects.toMatchObject({ code: 'aborted' });
    expect(table.events).toEqual(['state:requesting', 'state:closed', 'close:left']);
    expect(table.proxy.asked).toEqual([]);
  });

  it('may leave and start again when it opens: the first endpoint is not the second’s', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    let second: Promise<unknown> | undefined;
    relay.once('open', () => {
      void relay.leave();
      second = relay.create();
    });
    const first = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    await until(() => expect([relay.state, proxy.held]).toEqual(['waiting', 1]));
    expect(await Promise.race([second, 'pending'])).toBe('pending');
  });

  it('may start again: the end of the first use is told before', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    proxy.fault('create', { status: 403 });
    relay.once('error', () => void relay.create());
    await expect(relay.create()).rejects.toMatchObject({ code: 'forbidden' });
    expect(events).toEqual([
      'state:requesting',
      'state:failed',
      'error:forbidden',
      'close:failed',
      'state:requesting',
    ]);
    await until(() => expect(proxy.held).toBe(1));
  });

  it('may start again and leave: the end of each use is told', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    proxy.fault('create', { status: 403 });
    relay.once('error', () => {
      void relay.create();
      void relay.leave();
    });
    await expect(relay.create()).rejects.toMatchObject({ code: 'forbidden' });
    expect(events).toEqual([
      'state:requesting',
      'state:failed',
      'error:forbidden',
      'close:failed',
      'state:closed',
      'close:left',
    ]);
  });
});

it('no request leaves a listener behind, on whatever may end it', async () => {
  await using table = await layTable();
  await open(table);
  const signals = new Set<EventTarget>();
  const { addEventListener } = EventTarget.prototype;
  const listened = vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (
    this: EventTarget,
    ...call
  ) {
    if (call[0] === 'abort') signals.add(this);
    addEventListener.apply(this, call);
  });
  for (let count = 0; count < 10; count++) await table.relay.kick('ben').catch(() => {});
  listened.mockRestore();
  const counts = [...signals].map((signal) => getEventListeners(signal, 'abort').length);
  expect(counts.length).toBeGreaterThan(10);
  expect(Math.max(...counts)).toBeLessThan(5);
});

it('a game that only listens causes no unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const remember = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', remember);
  try {
    await using table = await layTable();
    table.proxy.fault('create', { status: 403 });
    void table.relay.create();
    await until(() => expect(table.relay.state).toBe('failed'));
    await open(table);
    table.proxy.fault('delete', { status: 403 });
    table.proxy.change({ error: 'Gone.' });
    await until(() => expect(table.relay.state).toBe('failed'));
    await until(() => expect(table.proxy.of('delete')).toHaveLength(1));
    table.proxy.delete();
    await open(table);
    table.proxy.fault('delete', { status: 403 });
    void table.relay.leave();
    await until(() => expect(table.proxy.of('delete')).toHaveLength(2));
    await until(() => expect(table.clock.waits).toEqual([]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', remember);
  }
});
