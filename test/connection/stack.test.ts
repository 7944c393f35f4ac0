import { describe, expect, it } from 'vitest';
import type { RelayConnection } from '../../src/connection/relay-connection.js';
import { RelayConnection as Connection } from '../../src/index.js';
import { recordNames } from '../support/record.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** A stack with a host in it, who is waiting or open. */
async function host(state: 'waiting' | 'open', stack: Stack) {
  const relay = new Connection(stack.proxyUrl);
  const events = recordNames(relay);
  const opened = relay.create();
  await until(() => expect(relay.state).not.toBe('requesting'));
  if (state === 'open') await opened;
  const id = relay.session?.session_id ?? '';
  return { relay, events, id, opened };
}

const linkDelay = (state: 'waiting' | 'open') => (state === 'open' ? 20 : 60_000);

describe.concurrent.each(['waiting', 'open'] as const)(
  'while %s, with the proxy and the simulator,',
  (state) => {
    it('a kick, and the host who leaves', async () => {
      await using stack = await startStack({ linkDelay: linkDelay(state) });
      const { relay } = await host(state, stack);
      const names = ['ben', 'cleo'].map(() => new Connection(stack.proxyUrl));
      const heard = names.map(recordNames);
      for (const joiner of names) void joiner.join(relay.joinCode ?? '');
      await until(() => expect(relay.players).toHaveLength(3));
      const [ben, cleo] = names as [RelayConnection, RelayConnection];
      await until(() => expect(ben.session?.player_id).toBeTypeOf('string'));
      await relay.kick(ben.session?.player_id ?? '');
      await until(() => expect(heard[0]?.at(-1)).toBe('close:revoked'));
      await until(() => expect(relay.players).toHaveLength(2));
      await relay.leave();
      await until(() => expect(heard[1]?.at(-1)).toBe('close:deleted'));
      expect(cleo.state).toBe('closed');
      expect(stack.simulator.sessions()).toEqual([]);
    });
  },
);

describe.concurrent('with the proxy and the simulator,', () => {
  it.each(['open', 'pending'])('a join after another that was left: %s', async (which) => {
    await using stack = await startStack({ linkDelay: 20 });
    const { relay: hosting } = await host('open', stack);
    const code = hosting.joinCode ?? '';
    const calls: string[] = [];
    const relay = new Connection(stack.proxyUrl, {
      async fetch(request, init) {
        const name = /:(\w+)-user$/.exec(String(request))?.[1];
        if (name) calls.push(name);
        const answer = await globalThis.fetch(request, init);
        if (name) calls.push(`${name} ${answer.status}`);
        return answer;
      },
    });
    const events = recordNames(relay);
    const abort = new AbortController();
    const first = relay.join(code, { signal: abort.signal });
    if (which === 'open') {
      await first;
      void relay.leave();
    } else {
      await until(() => expect(calls).toEqual(['authorize']));
      abort.abort();
    }
    await relay.join(code);
    const call = (name: string, status: number) => [name, `${name} ${status}`];
    const seat = call('authorize', 200);
    expect(calls).toEqual([...seat, ...call('revoke', 204), ...seat]);
    await until(() => expect(hosting.players).toHaveLength(2));
    expect(events.at(-1)).not.toMatch('close');
    await relay.leave();
    await hosting.leave();
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('a player with two tabs, one of which is closed', async () => {
    await using stack = await startStack({ linkDelay: 20 });
    const { relay: hosting } = await host('open', stack);
    const sessions = `${stack.proxyUrl}/v1/relays/sessions`;
    let guest = '';
    const store = {
      load: () => guest,
      save(token: string) {
        guest = token;
      },
    };
    const join_code = hosting.joinCode ?? '';
    const session_id = hosting.session?.session_id ?? '';
    const post = (action: string, bearer = '', body: object = {}) =>
      fetch(`${sessions}:${action}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    let pending = 0;
    const open = new Connection(stack.proxyUrl, {
      guest: store,
      async fetch(request, init) {
        pending++;
        return globalThis.fetch(request, init).finally(() => pending--);
      },
    });
    await open.join(join_code);
    const seat = await post('authorize-user', guest, { join_code });
    const closing = (await seat.json()) as { player_id: string; ticket: string };
    expect(closing.player_id).toBe(open.session?.player_id);
    // Somebody else, whose only tab is closed after it, shows when the time is over.
    const login = await fetch(`${stack.proxyUrl}/v1/guests`, { method: 'POST' });
    const { token } = (await login.json()) as { token: string };
    const otherSeat = await post('authorize-user', token, { join_code });
    const other = (await otherSeat.json()) as { player_id: string; ticket: string };
    await until(() => expect(hosting.players).toHaveLength(3));
    // Nothing but the request that is held now speaks for the tab that stays.
    await until(() => expect([open.players.length, pending]).toEqual([3, 1]));
    for (const [{ ticket }, after] of [[closing, 1] as const, [other, 3] as const]) {
      expect((await post('revoke-user', ticket, { session_id, after })).status).toBe(204);
    }
    const ids = () => hosting.players.map(({ playerId }) => playerId);
    await until(() => expect(ids()).not.toContain(other.player_id));
    expect(ids()).toContain(closing.player_id);
    expect(open.state).toBe('open');
    await open.leave();
    await hosting.leave();
  }, 25_000);

  it('create to open takes three requests, and a guest one more', async () => {
    const asked: string[] = [];
    await using stack = await startStack(
      { linkDelay: 100 },
      { log: (entry) => void asked.push(JSON.stringify(entry)) },
    );
    const { opened, relay } = await host('waiting', stack);
    await opened;
    await relay.leave();
    const count = (method: string) => asked.filter((line) => line.includes(`"${method}"`)).length;
    expect(count('POST')).toBe(2);
    expect(count('GET')).toBeLessThanOrEqual(3);
  });
});
