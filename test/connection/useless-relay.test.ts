import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import type { RelayError } from '../../src/common/relay-error.js';
import { relayAt } from '../support/fake-proxy.js';
import { layTable, open, passWait } from '../support/table.js';
import { until } from '../support/until.js';

const linked = { ready: true, linked: true, status: 'Linked' };
const hosted = (host: string) => ({
  ...linked,
  relay: { ...relayAt(32_000), host } as PlayerSession['relay'],
});

describe('a session whose relay is of no use', () => {
  it.each([
    ['a port beyond all ports', { ...linked, relay: relayAt(65_536) }, /port/],
    ['a host that is a script', hosted('javascript:alert(1)'), /host/],
    ['a host with a line break', hosted('relay.example\r\n'), /host/],
  ])('never opens, and says why at the end: %s', async (_name, document, reason) => {
    await using table = await layTable({ linkTimeout: 3_000 });
    const { clock, events, proxy, relay } = table;
    const created = relay.create().catch((error: unknown) => error);
    await until(() => expect(proxy.held).toBe(1));
    proxy.change(document);
    await until(() => expect(events.at(-1)).toBe('retrying:invalid-response'));
    clock.advance(3_000);
    const error = (await created) as RelayError;
    expect(error).toMatchObject({ code: 'link-timeout', cause: { code: 'invalid-response' } });
    expect((error.cause as Error).message).toMatch(reason);
    expect((error.cause as Error).message).not.toMatch(/javascript|65536/);
    expect(events).not.toContain('open');
    expect(events.filter((event) => event.startsWith('linked'))).toEqual([]);
    // The seat was known, and is given back.
    await until(() => expect(proxy.sessions.size).toBe(0));
  });

  it('is asked for again when it is so from the start, and opens once it is mended', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    await fetch(`${proxy.url}/v1/relays/sessions`, {
      method: 'POST',
      headers: { authorization: 'Bearer host' },
      body: '{}',
    });
    proxy.link(1e15);
    const joined = relay.join('K7QGMBKH');
    await until(() => expect(events.at(-1)).toBe('retrying:invalid-response'));
    expect([relay.state, relay.endpoint]).toEqual(['waiting', undefined]);
    proxy.link(44_000);
    await passWait(clock, 2_000);
    expect((await joined).port).toBe(44_001);
    await until(() => expect(proxy.held).toBe(1));
    expect(events.filter((event) => event === 'open')).toHaveLength(1);
  });

  it('is told in mid-match, and the match goes on at the old one until there is another', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    await open(table);
    const { endpoint } = relay;
    const told = [...events];
    proxy.link(-1);
    await until(() => expect(events).toEqual([...told, 'session', 'retrying:invalid-response']));
    expect([relay.state, relay.endpoint]).toEqual(['open', endpoint]);
    proxy.link(44_000);
    await passWait(clock, 2_000);
    await until(() => expect(events.at(-1)).toBe('linked:44000'));
    expect(relay).toMatchObject({ state: 'open', endpoint: { port: 44_000 } });
    await until(() => expect(proxy.held).toBe(1));
  });
});
