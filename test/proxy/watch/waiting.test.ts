import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

describe('a held get', () => {
  it('comes back when the session is linked', async () => {
    await using stack = await startStack({ linkDelay: 300 });
    const host = await GameClient.guest(stack.proxyUrl);
    const { body: session, status, headers } = await host.create();
    expect(status).toBe(200);
    const held = await host.get(session, {
      prefer: 'wait=20',
      'if-none-match': headers.get('etag') ?? '',
    });
    expect(held.status).toBe(200);
    expect(held.headers.get('preference-applied')).toBe('wait=20');
    expect(held.body).toMatchObject({ linked: true, role: 'server', player_id: host.playerId });
  });

  it('comes back when somebody joins, leaves or is kicked', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const host = await GameClient.guest(stack.proxyUrl);
    const joiner = await GameClient.guest(stack.proxyUrl);
    const created = await host.create();
    let session = await host.linked(created.body);
    const wait = async (act: () => Promise<unknown>) => {
      const before = await host.get(session);
      const held = host.get(session, {
        prefer: 'wait=20',
        'if-none-match': before.headers.get('etag') ?? '',
      });
      await act();
      session = (await held).body;
      return session.players?.map(({ player_id }) => player_id);
    };
    let joined = await joiner.join({ join_code: session.join_code ?? '' });
    const { role, session_user } = joined.body;
    expect([role, session_user.authorization_token]).toEqual(['client', expect.any(Number)]);
    await joiner.revoke(joined.body);
    const both = [host.playerId, joiner.playerId];
    expect(
      await wait(async () => {
        joined = await joiner.join({ session_id: session.session_id });
      }),
    ).toEqual(both);
    expect(await wait(() => joiner.revoke(joined.body))).toEqual([host.playerId]);
    await wait(async () => {
      joined = await joiner.join({ join_code: session.join_code ?? '' });
    });
    expect(await wait(() => host.revoke(session, { player_id: joiner.playerId }))).toEqual([
      host.playerId,
    ]);
    expect((await joiner.get(joined.body)).body).toMatchObject({ code: 'revoked' });
  });

  it('of who is kicked is answered so at once', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const [host, joiner] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = await host.linked((await host.create()).body);
    const joined = (await joiner.join({ session_id: session.session_id })).body;
    const etag = (await joiner.get(joined)).headers.get('etag') ?? '';
    const held = joiner.get(joined, { prefer: 'wait=20', 'if-none-match': etag });
    expect((await host.revoke(session, { player_id: joiner.playerId })).status).toBe(204);
    expect(await held).toMatchObject({ status: 403, body: { code: 'revoked' } });
  });

  it('is answered 304 at the end of the wait, and at once without one', async () => {
    await using stack = await startStack({ linkDelay: 10 }, { longestWait: 1, lease: 2 });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const { headers } = await host.get(session);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await host.get(session, known)).status).toBe(304);
    const held = await host.get(session, { ...known, prefer: 'wait=60' });
    expect(held.status).toBe(304);
    expect(held.headers.get('preference-applied')).toBe('wait=1');
    expect(held.headers.get('etag')).toBe(headers.get('etag'));
  });

  it('ends with 404 when the session does', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const { headers } = await host.get(session);
    const held = host.get(session, {
      prefer: 'wait=20',
      'if-none-match': headers.get('etag') ?? '',
    });
    expect((await host.delete(session)).status).toBe(204);
    expect((await held).body).toMatchObject({ code: 'not-found' });
    expect(stack.simulator.sessions()).toEqual([]);
  });
});
