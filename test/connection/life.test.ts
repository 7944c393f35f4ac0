import { describe, expect, it, vi } from 'vitest';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { recordNames } from '../support/record.js';
import { layTable, open } from '../support/table.js';
import { until } from '../support/until.js';

describe('a host', () => {
  it('is open after three requests, however the flags rise, when the proxy holds', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    const filters = [{ field: 'location', values: ['US'], filter_type: 'any' }];
    const opened = relay.create({ filters });
    await until(() => expect(proxy.held).toBe(1));
    proxy.change({ ready: true });
    await until(() => expect(events).toContain('ready'));
    await until(() => expect(proxy.held).toBe(1));
    expect(proxy.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    proxy.link();
    const endpoint = await opened;
    expect(endpoint).toMatchObject({ role: 'server', port: 32_000, link: 'relay.example:32000' });
    expect(events).toEqual([
      'state:requesting',
      'state:waiting',
      'session',
      'session',
      'ready',
      'state:open',
      'session',
      'linked:32000',
      'open',
    ]);
    expect(proxy.of('create')[0]?.body).toEqual({ filters });
  });

  it('is open after three requests too when only get has an ETag and the flags rise at once', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    proxy.tagsSeats = false;
    const opened = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    expect(proxy.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    proxy.link();
    await opened;
  });

  it('knows all at any time, and nothing of it once it left', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    expect([relay.session, relay.role, relay.joinCode, relay.ticket]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await open(table);
    expect(relay).toMatchObject({
      state: 'open',
      role: 'server',
      joinCode: 'K7QGMBKH',
      players: [{ playerId: 'anna', role: 'server' }],
      endpoint: { port: 32_000 },
    });
    expect(relay.ticket).toBe(relay.session?.ticket);
    await relay.leave();
    expect(proxy.of('delete')).toHaveLength(1);
    expect([relay.state, relay.session, relay.endpoint, relay.ticket]).toEqual([
      'closed',
      undefined,
      undefined,
      undefined,
    ]);
    expect(relay.players).toEqual([]);
  });

  it('sees players come, and can kick them', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    await open(table);
    const joiner = new RelayConnection(proxy.url, { token: () => 'ben' });
    const heard = recordNames(joiner);
    await joiner.join('k7q-gmb kh');
    await until(() =>
      expect(relay.players.map(({ playerId }) => playerId)).toEqual(['anna', 'ben']),
    );
    await expect(joiner.kick('anna')).rejects.toMatchObject({ code: 'forbidden' });
    await relay.kick('ben');
    await until(() => expect(heard.slice(-2)).toEqual(['state:closed', 'close:revoked']));
    await until(() => expect(relay.players).toHaveLength(1));
  });

  it('can be used again after it was closed, and after it failed', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    proxy.fault('create', { status: 403 });
    await expect(relay.create()).rejects.toMatchObject({ code: 'forbidden' });
    await open(table);
    await relay.leave();
    await open(table);
    expect(events.filter((name) => name === 'open')).toHaveLength(2);
    const keys = proxy.of('create').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
  });

  it('keeps its ticket where the proxy does not repeat it', async () => {
    await using table = await layTable();
    const { proxy, relay } = table;
    await open(table);
    const { ticket } = relay;
    proxy.change({ ticket: undefined, status: 'READY' });
    await until(() => expect(relay.session?.status).toBe('READY'));
    expect(relay.ticket).toBe(ticket);
    await relay.leave();
    expect(proxy.of('delete')[0]?.bearer).toBe(ticket);
  });

  it('leaves by itself at the end of a block, with a request that outlives the page', async () => {
    await using table = await layTable();
    await open(table);
    const sent = vi.spyOn(globalThis, 'fetch');
    await table.relay[Symbol.asyncDispose]();
    expect(table.proxy.sessions.size).toBe(0);
    expect(sent.mock.calls).toMatchObject([
      [expect.any(String), { method: 'DELETE', keepalive: true }],
    ]);
    sent.mockRestore();
  });

  it('takes options that are undefined for such that are not there', async () => {
    await using table = await layTable({
      guest: undefined,
      linkTimeout: undefined,
      fetch: undefined,
    });
    void table.relay.create();
    expect(table.clock.waits).toEqual([60_000]);
    await until(() => expect(table.proxy.held).toBe(1));
  });
});

describe('a joiner', () => {
  it.each([
    ['K7QGMBKH', { join_code: 'K7QGMBKH' }],
    [' k7qg-mbkh ', { join_code: 'K7QGMBKH' }],
    ['K7QGMBKH\u200b', { join_code: 'K7QGMBKH' }],
    ['\ufeffＫ７ｑｇ－ｍｂｋｈ', { join_code: 'K7QGMBKH' }],
    ['7349356945f1-S', { session_id: '7349356945f1-S' }],
    ['\u200b 7349356945f1\u00ad-S\u2060 ', { session_id: '7349356945f1-S' }],
    ['K7QX2M', { session_id: 'K7QX2M' }],
  ])('asks with "%s" for %j', async (input, body) => {
    await using table = await layTable();
    await expect(table.relay.join(input)).rejects.toMatchObject({ code: 'not-found' });
    expect(table.proxy.of('authorize')[0]?.body).toEqual(body);
  });

  it('gives its seat back when it leaves, and resumes it with its ticket', async () => {
    await using table = await layTable();
    const { proxy } = table;
    await open(table);
    const joiner = new RelayConnection(proxy.url, { token: () => 'ben' });
    const endpoint = await joiner.join('K7QGMBKH');
    const again = new RelayConnection(proxy.url, {
      token: () => 'somebody else',
      ticket: { load: () => joiner.ticket },
    });
    expect(await again.resume()).toEqual(endpoint);
    expect(again.role).toBe('client');
    expect(proxy.session.players).toHaveLength(2);
    await again.leave();
    expect(proxy.session.players).toHaveLength(1);
    await joiner.leave();
  });
});

describe('a call that makes no sense', () => {
  it('rejects with a clear code and changes nothing', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    await relay.leave();
    const code = (code: string) => ({ code });
    await expect(relay.kick('ben')).rejects.toMatchObject(code('invalid-state'));
    expect([relay.state, events, proxy.asked]).toEqual(['idle', [], []]);
    await open(table);
    const [before, asked] = [events.length, proxy.asked.length];
    await expect(relay.kick('')).rejects.toMatchObject(code('invalid-request'));
    await expect(relay.kick('\ud800')).rejects.toMatchObject(code('invalid-request'));
    expect([relay.state, events.length, proxy.asked.length]).toEqual(['open', before, asked]);
  });

  const filter = { field: 'location', values: ['US'], filter_type: 'any' };

  it.each<[string, (relay: RelayConnection) => Promise<unknown>, ticket?: string]>([
    ['join() without a code', (relay) => relay.join('')],
    ['join() with a code of spaces', (relay) => relay.join(' \t ')],
    ['join() with half a character', (relay) => relay.join('\ud800')],
    ['resume() without a ticket', (relay) => relay.resume()],
    ['resume() with what no header can carry', (relay) => relay.resume(), 'no\nticket'],
    ['resume() with half a character', (relay) => relay.resume(), '\udfff'],
    [
      'filters that are no JSON',
      (relay) => relay.create({ filters: [{ ...filter, values: [1n] }] }),
    ],
    [
      'a filter with half a character',
      (relay) => relay.create({ filters: [{ ...filter, values: [{ name: 'a\udc00b' }] }] }),
    ],
    [
      'a filter with half a character for a name',
      (relay) => relay.create({ filters: [{ ...filter, '\ud83d': true }] }),
    ],
  ])(
    'is told with the events of any other end, and sends nothing: %s',
    async (_name, start, ticket) => {
      // Not even a guest token is asked for.
      await using table = await layTable({ token: undefined, ticket: { load: () => ticket } });
      const { events, proxy, relay } = table;
      const end = ['state:requesting', 'state:failed', 'error:invalid-request', 'close:failed'];
      await expect(start(relay)).rejects.toMatchObject({ code: 'invalid-request' });
      expect([relay.state, events, proxy.asked]).toEqual(['failed', end, []]);
      await expect(start(relay)).rejects.toMatchObject({ code: 'invalid-request' });
      expect([events, proxy.asked]).toEqual([[...end, ...end], []]);
      await open(table);
    },
  );

  it('is told with the events of any other end: a signal that was aborted before', async () => {
    await using table = await layTable();
    const created = table.relay.create({ signal: AbortSignal.abort() });
    await expect(created).rejects.toMatchObject({ code: 'aborted' });
    expect(table.events).toEqual(['state:requesting', 'state:closed', 'close:left']);
    expect(table.proxy.asked).toEqual([]);
  });

  it.each<[string, (relay: RelayConnection) => Promise<unknown>]>([
    ['create()', (relay) => relay.create()],
    ['join()', (relay) => relay.join('K7QGMBKH')],
    ['join() without a code', (relay) => relay.join('')],
    ['resume()', (relay) => relay.resume()],
  ])(
    'while the match runs is told with "error" alone, and the match goes on: %s',
    async (...row) => {
      const [, start] = row;
      await using table = await layTable();
      const { events, proxy, relay } = table;
      const opened = relay.create();
      await until(() => expect(proxy.held).toBe(1));
      const asked = proxy.asked.length;
      const told = [...events];
      await expect(start(relay)).rejects.toMatchObject({ code: 'invalid-state' });
      expect([relay.state, events]).toEqual(['waiting', [...told, 'error:invalid-state']]);
      proxy.link(44_000);
      expect((await opened).port).toBe(44_000);
      await until(() => expect(proxy.held).toBe(1));
      await expect(start(relay)).rejects.toMatchObject({ code: 'invalid-state' });
      expect([relay.state, events.at(-1)]).toEqual(['open', 'error:invalid-state']);
      expect(proxy.of('create')).toHaveLength(1);
      expect(proxy.asked).toHaveLength(asked + 1);
    },
  );

  it('takes characters that are whole, however they are written', async () => {
    await using table = await layTable();
    const values = ['🎮', String.raw`\ud83d`, '￿'];
    void table.relay.create({ filters: [{ ...filter, values }] });
    await until(() => expect(table.proxy.held).toBe(1));
    expect(table.proxy.of('create')[0]?.body['filters']).toEqual([{ ...filter, values }]);
  });
});
