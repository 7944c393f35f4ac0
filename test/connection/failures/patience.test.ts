import { describe, expect, it } from 'vitest';
import type { RelayError } from '../../../src/common/relay-error.js';
import { layRealTable } from '../../support/real-table.js';
import { CREATED, LINKED, open } from '../../support/seat-calls.js';
import { passWait } from '../../support/table.js';
import { until } from '../../support/until.js';
import type { Fault } from '../../support/wire.js';

const refused = (retryAfter: string): Fault => ({
  status: 429,
  headers: { 'retry-after': retryAfter },
});
const silence = (count: number) => Array<Fault>(count).fill('silence');

describe('429 with a Retry-After', () => {
  it.each([
    ['in seconds', () => '7', 7_000],
    ['as a date', (now: number) => new Date(now + 9_000).toUTCString(), 9_000],
    ['of a time gone by', (now: number) => new Date(now - 9_000).toUTCString(), 225],
    ['that is none', () => 'soon', 225],
    ['that no timer can hold', () => '99999999999', 2e9],
  ])('%s is obeyed', async (_name, header, wait) => {
    await using table = await layRealTable({ linkTimeout: 3e9 });
    const { clock, gateway, relay } = table;
    gateway.fault('create', refused(header(clock.now())));
    const opened = relay.create();
    await until(() => expect(table.events).toEqual(['state:requesting', 'retrying:rate-limited']));
    await until(() => expect(Math.round(clock.waits[0] ?? 0)).toBe(wait));
    if (wait < 2e9) {
      clock.advance(wait - 1);
      expect(gateway.of('create')).toHaveLength(1);
      clock.advance(1);
      await table.held();
      await table.link();
      await opened;
      const told = ['state:requesting', 'retrying:rate-limited', ...CREATED, ...LINKED];
      expect(table.events).toEqual(told);
    }
  });

  it('that no timer can hold is obeyed piece by piece while watching', async () => {
    await using table = await layRealTable();
    const { clock, gateway } = table;
    await open(table);
    gateway.fault('get', refused('3000000'));
    await table.endWait();
    await until(() => expect(clock.waits).toEqual([2e9]));
    const asked = gateway.asked.length;
    clock.advance(2e9);
    await until(() => expect(clock.waits).toEqual([1e9]));
    expect(gateway.asked).toHaveLength(asked);
    clock.advance(1e9);
    await table.held();
  });

  it('of the service’s reaches the game by way of the proxy', async () => {
    await using table = await layRealTable();
    const { clock, relay, service, simulator } = table;
    simulator.faults.add({
      kind: 'rate-limited',
      operation: 'relay-session-create',
      times: 1,
      retryAfter: 4,
    });
    const opened = relay.create();
    await until(() => expect(table.events).toEqual(['state:requesting', 'retrying:server-error']));
    await until(() => expect(clock.waits[0]).toBe(4_000));
    service.advance(4_000);
    clock.advance(4_000);
    await table.held();
    await table.link();
    await opened;
    const told = ['state:requesting', 'retrying:server-error', ...CREATED, ...LINKED];
    expect(table.events).toEqual(told);
  });
});

it('a failure may last as long as it likes once open, and each try is counted', async () => {
  await using table = await layRealTable();
  const { clock, gateway, relay } = table;
  await open(table);
  const before = table.events.length;
  const attempts: number[] = [];
  relay.on('retrying', ({ attempt }) => attempts.push(attempt));
  gateway.fault('get', ...Array<Fault>(40).fill({ status: 503 }));
  await table.endWait();
  for (let round = 1; round <= 40; round++) {
    await until(() => expect(attempts).toHaveLength(round));
    await passWait(clock, 2_000);
  }
  await table.held();
  expect(attempts).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(table.events.slice(before)).toEqual(Array(40).fill('retrying:server-error'));
});

describe('linkTimeout', () => {
  it('ends a session that does not open in time, and gives it back', async () => {
    await using table = await layRealTable();
    const { clock, relay, simulator } = table;
    const waiting = relay.create();
    await table.held();
    clock.advance(60_000);
    await expect(waiting).rejects.toMatchObject({ code: 'link-timeout' });
    const end = ['state:failed', 'error:link-timeout', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...CREATED, ...end]);
    await until(() => expect(simulator.sessions()).toEqual([]));
  });

  it('is no longer than a timer can hold', async () => {
    await using table = await layRealTable({ linkTimeout: 3e9 });
    const opened = table.relay.create();
    expect(table.clock.waits).toEqual([2e9]);
    await table.held();
    await table.link();
    await opened;
  });

  it('is due to what fails while it runs out, and not to what has passed', async () => {
    for (const isLasting of [true, false]) {
      await using table = await layRealTable();
      const { clock, gateway, relay } = table;
      gateway.fault('create', 'cut-before');
      const waiting = relay.create().catch((error: unknown) => error);
      await passWait(clock, 2_000);
      if (isLasting) {
        gateway.fault('get', { status: 502 });
        await until(() => expect(table.events.at(-1)).toBe('retrying:server-error'));
      } else await table.held();
      clock.advance(60_000);
      const error = await waiting;
      expect(error).toMatchObject({ code: 'link-timeout', retryable: false });
      expect((error as RelayError).cause).toEqual(
        isLasting ? expect.objectContaining({ status: 502 }) : undefined,
      );
    }
  });

  it('gives the last failure when there was never an answer', async () => {
    await using table = await layRealTable({ linkTimeout: 3_000 });
    const { clock, gateway, relay, simulator } = table;
    gateway.fault('create', ...Array<Fault>(3).fill({ status: 503 }));
    const waiting = relay.create().catch((error: unknown) => error);
    const failed = ['retrying:server-error'];
    for (let count = 1; count <= 2; count++) {
      await until(() =>
        expect(table.events).toEqual(['state:requesting', ...Array(count).fill(failed[0])]),
      );
      await passWait(clock, 2_000);
    }
    await until(() => expect(table.events).toHaveLength(4));
    clock.advance(3_000);
    expect(await waiting).toMatchObject({ code: 'server-error', status: 503, retryable: true });
    const end = ['state:failed', 'error:server-error', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...Array(3).fill(failed[0]), ...end]);
    expect(simulator.sessions()).toEqual([]);
  });

  it('gives a laptop that slept through it one more chance, and one only', async () => {
    await using table = await layRealTable();
    const { clock, gateway, relay, simulator } = table;
    gateway.fault('get', ...silence(2));
    const opened = relay.create();
    await until(() => expect(gateway.of('get')).toHaveLength(1));
    clock.sleep(3_600_000);
    expect(relay.state).toBe('waiting');
    await until(() => expect(gateway.of('get')).toHaveLength(2));
    clock.sleep(3_600_000);
    await expect(opened).rejects.toMatchObject({ code: 'link-timeout' });
    const end = ['state:failed', 'error:link-timeout', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...CREATED, ...end]);
    await until(() => expect(simulator.sessions()).toEqual([]));
  });

  it('is met by a session that was linked while the laptop slept', async () => {
    await using table = await layRealTable();
    const { clock, gateway, relay } = table;
    // The news are sent into a connection that is dead.
    gateway.fault('get', 'silence');
    const opened = relay.create();
    await until(() => expect(gateway.of('get')).toHaveLength(1));
    await table.link();
    clock.sleep(3_600_000);
    expect((await opened).role).toBe('server');
    await table.held();
    expect(table.events).toEqual(['state:requesting', ...CREATED, ...LINKED]);
  });
});
