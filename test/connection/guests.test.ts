import { describe, expect, it } from 'vitest';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { layTable, open } from '../support/table.js';

describe('a guest', () => {
  it('stays the same player as long as the connection lives, stored or not', async () => {
    await using table = await layTable({ token: undefined as never });
    const { proxy, relay } = table;
    await open(table);
    const id = relay.session?.player_id;
    await relay.leave();
    await open(table);
    expect([relay.session?.player_id, proxy.of('guest').length]).toEqual([id, 1]);
  });

  it('asks for one token, keeps it, and lets the game store it', async () => {
    const store: string[] = [];
    const guest = {
      load: () => store.at(-1) ?? null,
      save: (token: string) => void store.push(token),
    };
    await using table = await layTable({ token: undefined as never, guest });
    const { proxy, relay } = table;
    await open(table);
    await relay.leave();
    await open(table);
    expect(proxy.of('guest')).toHaveLength(1);
    expect(store).toEqual(['guest-1']);
    const later = new RelayConnection(proxy.url, { guest });
    await later.join('K7QGMBKH');
    expect(later.role).toBe('server');
    await later.leave();
    expect(proxy.of('guest')).toHaveLength(1);
  });

  it('gets a new token when the proxy no longer takes the old one', async () => {
    const saved: string[] = [];
    await using table = await layTable({
      token: undefined as never,
      guest: { load: async () => 'guest-of-last-year', save: (token) => void saved.push(token) },
    });
    table.proxy.expired.add('guest-of-last-year');
    await open(table);
    expect(saved).toEqual(['guest-1']);
  });

  it('plays on when the game cannot store the token', async () => {
    const uncaught: unknown[] = [];
    const remember = (error: unknown) => void uncaught.push(error);
    process.on('uncaughtException', remember);
    try {
      const full = () => {
        throw new Error('The store is full.');
      };
      await using table = await layTable({
        token: undefined as never,
        guest: { load: full, save: full },
      });
      await open(table);
      expect(uncaught).toHaveLength(2);
    } finally {
      process.off('uncaughtException', remember);
    }
  });

  it('is refused with "unauthorized" where there are no guests', async () => {
    await using table = await layTable({ token: undefined as never });
    table.proxy.guests = false;
    await expect(table.relay.create()).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
