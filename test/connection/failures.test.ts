import { describe, expect, it } from 'vitest';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { FakeClock } from '../support/fake-clock.js';
import type { Fault, Operation } from '../support/fake-proxy.js';
import { layTable, open, passWait, type Table, until } from '../support/table.js';

const html = '<!doctype html><h1>Bad gateway</h1>';

/** Each with the code that the connection gives it. */
const PASSING: [string, Fault, string][] = [
  ['a connection cut before the work was done', 'cut-before', 'network'],
  ['a connection cut after the work was done', 'cut-after', 'network'],
  ['a connection cut in the body', 'cut-in-body', 'network'],
  ['408', { status: 408 }, 'unexpected-status'],
  ['429', { status: 429 }, 'rate-limited'],
  ['500', { status: 500 }, 'server-error'],
  ['502', { status: 502 }, 'server-error'],
  ['503', { status: 503, headers: { 'retry-after': '1' } }, 'server-error'],
  ['HTML with 200', { status: 200, body: html }, 'not-json'],
  ['HTML with 503', { status: 503, body: html }, 'server-error'],
  ['an empty body', { status: 200, body: '' }, 'not-json'],
  ['half a document', { status: 200, body: '{"session_id":' }, 'not-json'],
  ['another document', { status: 200, body: '{"session_id":"a-S"}' }, 'invalid-response'],
];
const FATAL: [number, string, string?][] = [
  [400, 'bad-request'],
  [403, 'forbidden'],
  [409, 'conflict'],
  [413, 'unexpected-status'],
  [418, 'unexpected-status'],
];
const CALLS: [Operation, string, (table: Table) => Promise<unknown>][] = [
  ['create', 'create', ({ relay }) => relay.create()],
  ['authorize', 'join', ({ relay }) => relay.join('K7QGMBKH')],
  [
    'authorize',
    'resume',
    ({ relay, ticket }: Table & { ticket?: string }) => relay.resume(ticket ?? ''),
  ],
];

/** A table at which somebody else hosts a session already, and the player has a seat. */
async function layJoinable(): Promise<Table & { ticket: string }> {
  const table = await layTable();
  const { proxy } = table;
  const post = async (url: string, bearer: string, body: object) => {
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { ticket: string };
  };
  const sessions = `${proxy.url}/v1/relays/sessions`;
  await post(sessions, 'host', {});
  const { ticket } = await post(`${sessions}:authorize-user`, 'anna', { join_code: 'K7QGMBKH' });
  proxy.asked.length = 0;
  return { ...table, ticket };
}

describe.each(CALLS)('%s, asked by %s(), meets', (operation, name, call) => {
  const lay = () => (name === 'create' ? layTable() : layJoinable());

  it.each(PASSING)('%s: it is asked again, and gets the same seat', async (_name, fault, code) => {
    await using table = await lay();
    const { clock, events, proxy } = table;
    proxy.fault(operation, fault, fault);
    const opened = call(table);
    for (const count of [1, 2]) {
      await until(() => expect(proxy.of(operation)).toHaveLength(count));
      await passWait(clock, 2_000);
    }
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await opened;
    expect(proxy.sessions.size).toBe(1);
    expect(proxy.session.players).toHaveLength(name === 'create' ? 1 : 2);
    expect(events.filter((event) => event !== 'session')).toEqual([
      'state:requesting',
      `retrying:${code}`,
      `retrying:${code}`,
      'state:waiting',
      'state:open',
      'ready',
      expect.stringContaining('linked'),
      'open',
    ]);
    const keys = proxy.of(operation).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
  });

  it.each(FATAL)('%i: it is over, with one error', async (status, code) => {
    await using table = await lay();
    table.proxy.fault(operation, { status });
    await expect(call(table)).rejects.toMatchObject({ code, status, retryable: false });
    expect(table.events).toEqual([
      'state:requesting',
      'state:failed',
      `error:${code}`,
      'close:failed',
    ]);
  });

  it('silence: it is asked anew after 10 s', async () => {
    await using table = await lay();
    const { clock, events, proxy } = table;
    proxy.fault(operation, 'silence');
    void call(table);
    await until(() => expect(proxy.of(operation)).toHaveLength(1));
    await until(() => expect(clock.waits).toEqual([10_000, 60_000]));
    clock.advance(10_000);
    await until(() => expect(events.at(-1)).toBe('retrying:timeout'));
    await passWait(clock, 2_000);
    await until(() => expect(proxy.held).toBe(1));
  });
});

describe('a seat that is not there any more', () => {
  it.each([
    ['create', 404, '', 'not-found', 'close:failed'],
    ['join', 404, '', 'not-found', 'close:failed'],
    ['resume', 404, '', 'session-deleted', 'close:deleted'],
    ['resume', 401, '', 'unauthorized', 'close:failed'],
    ['resume', 403, 'revoked', 'revoked', 'close:revoked'],
    ['join', 403, 'revoked', 'revoked', 'close:revoked'],
  ] as const)('%s: %i %s is %s', async (name, status, reason, code, close) => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    const body = JSON.stringify({ message: 'No.', ...(reason && { code: reason }) });
    proxy.fault(name === 'create' ? 'create' : 'authorize', { status, body });
    await expect(
      name === 'create' ? relay.create() : relay[name]('K7QGMBKH'),
    ).rejects.toMatchObject({
      code,
    });
    expect(events.at(-1)).toBe(close);
  });
});

describe('a passing failure while watching', () => {
  it.each(PASSING)('%s: while waiting, and while open', async (_name, fault, code) => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    proxy.fault('get', fault);
    const opened = relay.create();
    await until(() => expect(events.at(-1)).toBe(`retrying:${code}`));
    await passWait(clock, 2_000);
    await until(() => expect(proxy.held).toBe(1));
    proxy.fault('get', fault, fault, fault);
    proxy.link();
    await opened;
    for (const _round of [1, 2, 3]) {
      await until(() => expect(events.at(-1)).toBe(`retrying:${code}`));
      events.pop();
      await passWait(clock, 2_000);
    }
    await until(() => expect(proxy.held).toBe(1));
    expect(relay.state).toBe('open');
  });

  it.each(FATAL)('is none: %i', async (status, code) => {
    await using table = await layTable();
    await open(table);
    table.proxy.fault('get', { status });
    table.proxy.endWaits();
    await passWait(table.clock, 5_000);
    await until(() =>
      expect(table.events.slice(-3)).toEqual(['state:failed', `error:${code}`, 'close:failed']),
    );
  });

  it('may last as long as it likes once open, and each try is counted', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    await open(table);
    const attempts: number[] = [];
    relay.on('retrying', ({ attempt }) => attempts.push(attempt));
    proxy.fault('get', ...Array<Fault>(40).fill({ status: 503 }));
    proxy.endWaits();
    await passWait(clock, 5_000);
    for (let round = 1; round <= 40; round++) {
      await until(() => expect(attempts).toHaveLength(round));
      await passWait(clock, 2_000);
    }
    await until(() => expect(proxy.held).toBe(1));
    expect(attempts).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('a proxy that is restarted cuts the held request: it is asked again', async () => {
    await using table = await layTable();
    await open(table);
    table.proxy.cutAll();
    await until(() => expect(table.events.at(-1)).toBe('retrying:network'));
    await passWait(table.clock, 2_000);
    await until(() => expect(table.proxy.held).toBe(1));
    expect(table.relay.state).toBe('open');
  });
});

describe('Retry-After', () => {
  it.each([
    ['in seconds', () => '7', 7_000],
    ['as a date', (now: number) => new Date(now + 9_000).toUTCString(), 9_000],
    ['of a time gone by', (now: number) => new Date(now - 9_000).toUTCString(), 225],
    ['that is none', () => 'soon', 225],
    ['that no timer can hold', () => '99999999999', 2e9],
  ])('%s is obeyed', async (_name, header, wait) => {
    await using table = await layTable({ linkTimeout: 3e9 });
    const { clock, proxy, relay } = table;
    proxy.fault('create', { status: 429, headers: { 'retry-after': header(clock.now()) } });
    void relay.create();
    await until(() => expect(proxy.of('create')).toHaveLength(1));
    await until(() => expect(Math.round(clock.waits[0] ?? 0)).toBe(wait));
  });
});

describe('a Retry-After that no timer can hold', () => {
  it('is obeyed piece by piece while watching', async () => {
    await using table = await layTable();
    const { clock, proxy } = table;
    await open(table);
    const seconds = 3_000_000;
    proxy.fault('get', { status: 429, headers: { 'retry-after': String(seconds) } });
    proxy.endWaits();
    await passWait(clock, 5_000);
    await until(() => expect(clock.waits).toEqual([2e9]));
    const asked = proxy.asked.length;
    clock.advance(2e9);
    await until(() => expect(clock.waits).toEqual([1e9]));
    expect(proxy.asked).toHaveLength(asked);
    clock.advance(1e9);
    await until(() => expect(proxy.held).toBe(1));
  });
});

describe('401', () => {
  it('to the login token asks for a fresh one, once', async () => {
    const tokens = ['old', 'new'];
    await using table = await layTable({ token: () => tokens.shift() ?? 'none' });
    table.proxy.expired.add('old');
    await open(table);
    expect(table.proxy.of('create').map(({ bearer }) => bearer)).toEqual(['old', 'new']);
  });

  it('to the fresh one too is fatal', async () => {
    let calls = 0;
    await using table = await layTable({ token: async () => `old-${++calls}` });
    table.proxy.expired.add('old-1').add('old-2');
    await expect(table.relay.create()).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
    expect(calls).toBe(2);
  });

  it('to the ticket has the player authorized again, in the same seat', async () => {
    await using table = await layTable();
    const { events, proxy, relay } = table;
    await open(table);
    const old = relay.ticket ?? '';
    proxy.expired.add(old);
    proxy.endWaits();
    await until(() => expect(relay.ticket).not.toBe(old));
    expect(proxy.of('authorize').at(-1)).toMatchObject({
      bearer: 'anna',
      body: { session_id: relay.session?.session_id },
    });
    await until(() => expect(proxy.held).toBe(1));
    expect(relay).toMatchObject({ state: 'open', role: 'server' });
    expect(proxy.session.players).toHaveLength(1);
    expect(events.some((name) => name.startsWith('retrying'))).toBe(false);
  });

  it('to the ticket and to the login token, fresh as it is, is fatal', async () => {
    let token = 'anna';
    await using table = await layTable({ token: () => token });
    const { proxy, relay } = table;
    await open(table);
    token = 'forged';
    proxy.expired.add(relay.ticket ?? '').add('forged');
    proxy.endWaits();
    await until(() =>
      expect(table.events.slice(-2)).toEqual(['error:unauthorized', 'close:failed']),
    );
  });

  it('to the renewed ticket as well is fatal: nothing goes in circles', async () => {
    await using table = await layTable();
    const { proxy } = table;
    await open(table);
    proxy.fault('get', { status: 401 }, { status: 401 });
    proxy.endWaits();
    await passWait(table.clock, 5_000);
    await until(() =>
      expect(table.events.slice(-2)).toEqual(['error:unauthorized', 'close:failed']),
    );
    expect(proxy.of('authorize')).toHaveLength(1);
  });

  it.each(['leave', 'kick'] as const)(
    'to the ticket does not keep %s() from its work',
    async (name) => {
      await using table = await layTable();
      const { proxy, relay } = table;
      await open(table);
      await fetch(`${proxy.url}/v1/relays/sessions:authorize-user`, {
        method: 'POST',
        headers: { authorization: 'Bearer ben' },
        body: JSON.stringify({ join_code: 'K7QGMBKH' }),
      });
      await until(() => expect(relay.players).toHaveLength(2));
      proxy.expired.add(relay.ticket ?? '');
      await relay[name]('ben');
      if (name === 'kick') expect(proxy.session.players).toHaveLength(1);
      else expect(proxy.sessions.size).toBe(0);
      expect(proxy.of('authorize').at(-1)?.bearer).toBe('anna');
    },
  );

  it('to the fresh ticket too makes leave() reject', async () => {
    await using table = await layTable();
    await open(table);
    table.proxy.fault('delete', { status: 401 }, { status: 401 });
    await expect(table.relay.leave()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(table.proxy.of('authorize')).toHaveLength(1);
    table.proxy.delete();
  });

  it.each([
    ['the stored guest has their ticket renewed', 'anna', ['anna'], 'open'],
    ['a player who is not stored keeps the 401', null, [], 'failed'],
  ] as const)('to the ticket after resume(): %s', async (_name, stored, bearers, state) => {
    await using table = await layTable();
    const { proxy } = table;
    await open(table);
    const clock = new FakeClock();
    const again = new RelayConnection(proxy.url, { clock, guest: { load: () => stored } });
    const { ticket = '' } = table.relay;
    await again.resume(ticket);
    await until(() => expect(proxy.held).toBe(2));
    const asked = proxy.asked.length;
    proxy.expired.add(again.ticket ?? '');
    proxy.endWaits();
    await until(() => {
      if ((clock.waits[0] ?? 35_000) <= 5_000) clock.advance(5_000);
      expect(proxy.asked.slice(asked).some(({ bearer }) => bearer === again.ticket)).toBe(
        state === 'open',
      );
      expect(again.state).toBe(state);
    });
    const renewals = proxy.asked.slice(asked).filter(({ method }) => method === 'POST');
    expect(renewals.map(({ bearer }) => bearer)).toEqual(bearers);
    if (stored) await again.leave();
  });

  it('does not disturb a match when the login token runs out', async () => {
    let token = 'anna';
    await using table = await layTable({ token: () => token });
    await open(table);
    token = 'run-out';
    table.proxy.expired.add('anna').add('run-out');
    table.proxy.change({ status: 'Still there' });
    await until(() => expect(table.relay.session?.status).toBe('Still there'));
    await until(() => expect(table.proxy.held).toBe(1));
  });
});

describe('the game’s own token function', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('The login service is down.'))],
    ['gives nothing', () => undefined as unknown as string],
    ['gives what no header carries', () => 'secret\nword'],
  ])('that %s ends it with "unauthorized", and nothing is asked', async (_name, token) => {
    await using table = await layTable({ token });
    const error = await table.relay.create().catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('token'),
    });
    expect(String((error as Error).cause)).not.toContain('secret');
    expect(table.proxy.asked).toEqual([]);
  });
});

describe('linkTimeout', () => {
  it('ends a session that does not open in time, and gives it back', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    const waiting = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    clock.advance(60_000);
    await expect(waiting).rejects.toMatchObject({ code: 'link-timeout' });
    expect(events.slice(-3)).toEqual(['state:failed', 'error:link-timeout', 'close:failed']);
    await until(() => expect(proxy.sessions.size).toBe(0));
  });

  it('gives the last failure when there was never an answer', async () => {
    await using table = await layTable();
    table.proxy.fault('create', ...Array<Fault>(99).fill({ status: 503 }));
    const waiting = table.relay.create().catch((error: unknown) => error);
    await until(() => {
      table.clock.advance(2_000);
      expect(table.relay.state).toBe('failed');
    });
    expect(await waiting).toMatchObject({ code: 'server-error', status: 503, retryable: true });
  });

  it('gives a laptop that slept through it one more chance, and one only', async () => {
    await using table = await layTable();
    const { clock, events, proxy, relay } = table;
    const opened = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    proxy.fault('get', 'silence');
    clock.sleep(3_600_000);
    expect(relay.state).toBe('waiting');
    await until(() => expect(proxy.of('get')).toHaveLength(2));
    clock.sleep(3_600_000);
    await expect(opened).rejects.toMatchObject({ code: 'link-timeout' });
    expect(events.filter((name) => name.startsWith('error'))).toHaveLength(1);
  });

  it('is met by a session that was linked while the laptop slept', async () => {
    await using table = await layTable();
    const { clock, proxy, relay } = table;
    const opened = relay.create();
    await until(() => expect(proxy.held).toBe(1));
    // The news were sent into a connection that was dead.
    proxy.session.document = { ...proxy.session.document, ready: true, linked: true };
    Object.assign(proxy.session.document, {
      relay: { ip: '127.0.0.1', ports: { server: { port: 1 } } },
    });
    clock.sleep(3_600_000);
    expect((await opened).port).toBe(1);
  });
});
