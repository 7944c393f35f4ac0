import { describe, expect, it } from 'vitest';
import { layTable, open } from '../support/table.js';

describe('a login token that is plain text', () => {
  it('is shown as it is', async () => {
    await using table = await layTable({ token: 'anna' });
    await open(table);
    expect(table.proxy.of('create').map(({ bearer }) => bearer)).toEqual(['anna']);
    expect(table.proxy.of('guest')).toEqual([]);
  });

  it('is the end where it is refused: there is no other', async () => {
    await using table = await layTable({ token: 'anna' });
    table.proxy.fault('create', { status: 401 });
    await expect(table.relay.create()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(table.proxy.of('create')).toHaveLength(1);
  });

  it('is the end where no header can carry it, and nothing is asked', async () => {
    await using table = await layTable({ token: 'secret\nword' });
    const error = await table.relay.create().catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'unauthorized' });
    expect((error as Error).message).not.toContain('secret');
    expect(table.proxy.asked).toEqual([]);
  });
});
