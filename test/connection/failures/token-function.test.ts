import { describe, expect, it } from 'vitest';
import { layRealTable } from '../../support/real-table.js';
import { CREATED, LINKED } from '../../support/seat-calls.js';
import { passWait } from '../../support/table.js';
import { until } from '../../support/until.js';

const down = new Error('The login service is down.');

describe('the game’s own token function', () => {
  it.each([
    ['throws', () => Promise.reject(down), down],
    ['gives nothing', () => undefined as unknown as string, undefined],
    ['gives what no header carries', () => 'secret\nword', undefined],
  ])('that %s ends it with "unauthorized", and nothing is asked', async (_name, token, cause) => {
    await using table = await layRealTable({ token });
    const error = await table.relay.create().catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('token'),
    });
    expect((error as Error).message).not.toContain('secret');
    expect((error as Error).cause).toBe(cause);
    expect(table.gateway.asked).toEqual([]);
    const end = ['state:failed', 'error:unauthorized', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...end]);
  });

  it('that never answers ends it with "link-timeout", and nothing is asked', async () => {
    await using table = await layRealTable({ token: () => new Promise(() => {}) });
    const created = table.relay.create().catch((error: unknown) => error);
    await until(() => expect(table.clock.waits).toEqual([60_000]));
    table.clock.advance(60_000);
    expect(await created).toMatchObject({ code: 'link-timeout' });
    expect(table.gateway.asked).toEqual([]);
    const end = ['state:failed', 'error:link-timeout', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...end]);
  });

  it('is called for each try', async () => {
    const logins: string[] = [];
    await using table = await layRealTable({
      async token() {
        logins.push(await table.login('anna', 100 + logins.length));
        return logins.at(-1) ?? '';
      },
    });
    const { clock, gateway, relay } = table;
    gateway.fault('create', { status: 503 });
    const opened = relay.create();
    await passWait(clock, 2_000);
    await table.held();
    await table.link();
    await opened;
    await table.held();
    expect(gateway.of('create').map(({ bearer }) => bearer)).toEqual(logins);
    expect(logins).toHaveLength(2);
    const told = ['state:requesting', 'retrying:server-error', ...CREATED, ...LINKED];
    expect(table.events).toEqual(told);
  });
});
