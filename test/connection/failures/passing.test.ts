import { describe, expect, it } from 'vitest';
import { layRealTable, type RealTable } from '../../support/real-table.js';
import { CREATED, LINKED, layAct, SEAT_CALLS } from '../../support/seat-calls.js';
import { passWait } from '../../support/table.js';
import { until } from '../../support/until.js';
import { type Fault, refusal } from '../../support/wire.js';

const html = '<!doctype html><h1>Bad gateway</h1>';
const headers = { 'content-type': 'text/html' };
const revoked = { status: 403, body: '{"code":"revoked"}' };

/** Each with the code that the connection gives it. */
const FAULTS: [string, Fault, string][] = [
  ['a connection cut before the work was done', 'cut-before', 'network'],
  ['a connection cut after the work was done', 'cut-after', 'network'],
  ['a connection cut in the body', 'cut-in-body', 'network'],
  ['silence', 'silence', 'timeout'],
  ['408', { status: 408 }, 'unexpected-status'],
  ['429', { status: 429 }, 'rate-limited'],
  ['500', { status: 500 }, 'server-error'],
  ['502', { status: 502 }, 'server-error'],
  ['503', { status: 503 }, 'server-error'],
  ['409, in progress', { status: 409, body: refusal(409, 'in-progress') }, 'in-progress'],
  ['HTML with 200', { status: 200, body: html, headers }, 'not-json'],
  ['HTML with 503', { status: 503, body: html, headers }, 'server-error'],
  ['an empty body', { status: 200, body: '' }, 'not-json'],
  ['half a document', { status: 200, body: '{"session_id":' }, 'not-json'],
  // What a gateway in front of the proxy says, in the seconds of a deploy for instance.
  ['404 as text', { status: 404, body: '404 page not found' }, 'not-json'],
  ['400 in HTML', { status: 400, body: html, headers }, 'not-json'],
  ['403 in HTML', { status: 403, body: html, headers }, 'not-json'],
  ['403 without a body', { status: 403, body: '' }, 'not-json'],
  [
    '401 for a login of the gateway’s own',
    { status: 401, body: html, headers: { 'www-authenticate': 'Basic realm="staging"' } },
    'not-json',
  ],
  ['404 in another JSON', { status: 404, body: '{"message":"No route."}' }, 'invalid-response'],
  [
    '403 with a number for a code',
    { status: 403, body: '{"message":"Forbidden","code":403}' },
    'invalid-response',
  ],
  ['409 with null', { status: 409, body: 'null' }, 'invalid-response'],
  ['403 that is "revoked" without a message', revoked, 'invalid-response'],
  ['410 as text', { status: 410, body: 'Gone' }, 'not-json'],
  ['a redirect', { status: 302, body: '', headers: { location: '/login' } }, 'not-json'],
  ['another document', { status: 200, body: '{"session_id":"a-S"}' }, 'invalid-response'],
];

/** Lets the time pass that a request has when nobody answers it. */
async function outwait({ clock, gateway }: RealTable, fault: Fault, timeout: number) {
  if (fault !== 'silence') return;
  await until(() => expect(gateway.faultsLeft).toBe(0));
  await until(() => expect(clock.waits).toContain(timeout));
  clock.advance(timeout);
}

describe.each(FAULTS)('%s', (_name, fault, code) => {
  const retrying = `retrying:${code}`;

  it.each(SEAT_CALLS)('while $name: it is asked again, and gets one seat', async (call) => {
    const { lay, linked, operation, players, seated } = call;
    await using table = await lay();
    const { clock, gateway, relay, simulator } = table;
    gateway.fault(operation, fault);
    const opened = table.act();
    await outwait(table, fault, 10_000);
    await until(() => expect(table.events).toEqual(['state:requesting', retrying]));
    gateway.fault(operation, fault);
    await passWait(clock, 2_000);
    await outwait(table, fault, 10_000);
    await until(() => expect(table.events).toHaveLength(3));
    await passWait(clock, 2_000);
    await table.held();
    if (seated.length) await table.link();
    await opened;
    await table.held();
    const told = ['state:requesting', retrying, retrying, ...seated, ...linked];
    expect(table.events).toEqual(told);
    expect(simulator.sessions()).toHaveLength(1);
    expect(simulator.sessions()[0]?.session_users).toHaveLength(players);
    expect(relay.players).toHaveLength(players);
    const keys = gateway.of(operation).map((asked) => asked.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('while watching: it is asked again, while waiting and while open', async () => {
    await using table = await layRealTable();
    const { clock, gateway, relay } = table;
    gateway.fault('get', fault);
    const opened = relay.create();
    const asked = ['state:requesting', ...CREATED, retrying];
    // What is cut when the work is done is the news itself.
    const isHeld = fault === 'cut-after' || fault === 'cut-in-body';
    if (isHeld) await table.held().then(table.link);
    await outwait(table, fault, 35_000);
    await until(() => expect(table.events).toEqual(asked));
    await passWait(clock, 2_000);
    if (!isHeld) await table.held().then(table.link);
    await opened;
    await table.held();
    expect(table.events).toEqual([...asked, ...LINKED]);
    gateway.fault('get', fault);
    await table.endWait();
    if (isHeld) await table.passWait();
    await outwait(table, fault, 35_000);
    await until(() => expect(table.events).toEqual([...asked, ...LINKED, retrying]));
    await passWait(clock, 2_000);
    await table.held();
    expect(relay.state).toBe('open');
  });
});

// To these, any JSON with 200 is a yes.
describe.each(FAULTS.filter(([name]) => name !== 'another document'))(
  '%s',
  (_name, fault, code) => {
    it.each(['host leaves', 'leaves'] as const)('%s: it is told again', async (name) => {
      await using table = await layAct(name);
      const before = table.events.length;
      table.gateway.fault(table.operation, fault);
      const left = table.act();
      expect(table.events.slice(before)).toEqual(['state:closed', 'close:left']);
      if (fault === 'silence') {
        // To give a seat back there is the time of one request.
        await until(() => expect(table.gateway.of(table.operation)).toHaveLength(1));
        table.clock.advance(10_000);
        await expect(left).rejects.toMatchObject({ code: 'timeout' });
      } else {
        await passWait(table.clock, 2_000);
        await left;
        expect(table.simulator.sessions()).toHaveLength(name === 'leaves' ? 1 : 0);
      }
      expect(table.events.slice(before)).toEqual(['state:closed', 'close:left']);
    });

    it('kick: the game is told, and may try again', async () => {
      await using table = await layAct('kick');
      const before = table.events.length;
      table.gateway.fault('revoke', fault);
      const kicked = table.act().catch((error: unknown) => error);
      await outwait(table, fault, 10_000);
      expect(await kicked).toMatchObject({ code, retryable: true });
      await table.act().catch((error) => expect(error).toMatchObject({ code: 'not-found' }));
      await table.serve(() => expect(table.relay.players).toHaveLength(1));
      expect(table.events.slice(before)).toEqual(['session']);
      expect(table.relay.state).toBe('open');
    });
  },
);
