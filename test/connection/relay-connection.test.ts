import { describe, expect, it } from 'vitest';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { record } from '../support/record.js';
import { startStack } from '../support/stack.js';

describe('a host and a joiner', () => {
  it('get their own port and token, and the events in order', async () => {
    await using stack = await startStack();
    const host = new RelayConnection(stack.proxyUrl);
    const events = record(host);
    const endpoint = await host.create();
    expect(events.map(([name]) => name)).toEqual([
      'state',
      'state',
      'state',
      'ready',
      'linked',
      'open',
    ]);
    expect(events.at(-1)?.[1]).toBe(endpoint);
    const joiner = new RelayConnection(stack.proxyUrl);
    const other = await joiner.join(host.session?.session_id ?? '');
    const [session] = stack.simulator.sessions();
    expect(endpoint.role).toBe('server');
    expect(other.role).toBe('client');
    expect(endpoint.port).toBe(session?.relay?.ports?.server?.port);
    expect(other.port).toBe(session?.relay?.ports?.client?.port);
    expect(endpoint.sessionAuthorizationToken).toBe(other.sessionAuthorizationToken);
    expect(endpoint.userAuthorizationToken).not.toBe(other.userAuthorizationToken);
    await joiner.leave();
    expect(stack.simulator.sessions()[0]?.session_users).toHaveLength(1);
    await host.leave();
    expect(stack.simulator.sessions()).toEqual([]);
    expect(events.at(-1)).toEqual(['close', 'left']);
  });

  it('get one error when the session fails, in the proxy’s words', async () => {
    await using stack = await startStack({ linkDelay: 60_000 });
    const host = new RelayConnection(stack.proxyUrl);
    const events = record(host);
    host.once('session', ({ session_id }) =>
      stack.simulator.failSession(session_id, 'No relay near the players.'),
    );
    await expect(host.create()).rejects.toMatchObject({
      code: 'session-failed',
      message: 'The relay service reports that the session failed.',
    });
    expect(events.filter(([name]) => name === 'error')).toHaveLength(1);
    expect(host.state).toBe('failed');
  });
});
