import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { GameClient } from '../support/game-client.js';
import { startStack } from '../support/stack.js';
import { wrapStore } from '../support/wrap-store.js';

const SESSIONS = '/v1/relays/sessions';
const SECRETS = ['a secret that two instances share 12'];

async function startMatch(options: Parameters<typeof startStack>[1] = {}) {
  const stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS, ...options });
  const [host, joiner, stranger] = await Promise.all(
    [1, 2, 3].map(() => GameClient.guest(stack.proxyUrl)),
  );
  if (!host || !joiner || !stranger) throw new Error('There must be three.');
  const session = await host.linked((await host.create()).body);
  const joined = (await joiner.join({ join_code: session.join_code ?? '' })).body;
  return { stack, host, joiner, stranger, session, joined };
}

describe('rights', () => {
  it('let only the host delete and kick, and everyone leave', async () => {
    const { stack, host, joiner, stranger, session, joined } = await startMatch();
    await using _stack = stack;
    expect(await joiner.delete(joined)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const kick = await joiner.revoke(joined, { player_id: host.playerId });
    expect(kick).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await host.revoke(session, { player_id: stranger.playerId })).status).toBe(404);
    expect((await joiner.revoke(joined)).status).toBe(204);
    expect(await joiner.get(joined)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    expect(stack.simulator.sessions()[0]?.session_users).toHaveLength(1);
    expect((await host.delete(session)).status).toBe(204);
    expect(await host.get(session)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    // Who left before gets the same, whether they ask with their ticket or with their login.
    expect(await joiner.get(joined)).toMatchObject({ status: 404 });
    const byLogin = await joiner.send('GET', `${SESSIONS}/${session.session_id}`);
    expect(byLogin).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('show a session to nobody without a seat, and list only one’s own', async () => {
    const { stack, host, stranger, session } = await startMatch();
    await using _stack = stack;
    const path = `${SESSIONS}/${session.session_id}`;
    for (const [method, target] of [
      ['GET', path],
      ['DELETE', path],
    ] as const) {
      expect(await stranger.send(method, target)).toMatchObject({ status: 404 });
    }
    const revoke = { json: { session_id: session.session_id } };
    expect((await stranger.send('POST', `${SESSIONS}:revoke-user`, revoke)).status).toBe(404);
    expect((await stranger.send('GET', SESSIONS)).body).toMatchObject({
      sessions: [],
      total_count: 0,
    });
    const own = (await host.send('GET', SESSIONS)).body;
    expect(own).toMatchObject({
      total_count: 1,
      sessions: [{ session_id: session.session_id, role: 'server' }],
    });
    const second = (await host.create()).body;
    const list = async (token?: string) => {
      const { sessions, total_count } = (await host.send('GET', SESSIONS, { token })).body;
      const ids = sessions.map(({ session_id }: { session_id: string }) => session_id).sort();
      return { ids, total_count };
    };
    const both = [session.session_id, second.session_id].sort();
    expect(await list(host.token)).toEqual({ ids: both, total_count: 2 });
    expect(await list(session.ticket)).toEqual({ ids: [session.session_id], total_count: 1 });
    expect(await list(second.ticket)).toEqual({ ids: [second.session_id], total_count: 1 });
    const other = (await stranger.create()).body;
    expect(await host.get({ ...session, ticket: other.ticket })).toMatchObject({ status: 404 });
  });

  it('let a stranger’s call neither reach upstream nor leave a lease', async () => {
    const store = new MemoryStore();
    const { stack, host, joiner, stranger, session } = await startMatch({ store });
    await using _stack = stack;
    await host.revoke(session, { player_id: joiner.playerId });
    // An instance that does not know the session yet would have to ask for it, and upstream refuses.
    await using second = await startStack(
      {},
      { store: wrapStore(store), secrets: SECRETS, edgegap: stack.edgegap },
    );
    stack.simulator.faults.add({ kind: 'server-error', operation: 'relay-session-get', rate: 1 });
    const gets = () => JSON.stringify(stack.simulator.stats().calls['relay-session-get']);
    const before = gets();
    const { session_id } = session;
    for (const [client, status] of [
      [stranger, 404],
      [joiner, 403],
    ] as const) {
      const at = Object.assign(new GameClient(second.proxyUrl), { token: client.token });
      expect((await at.send('GET', `${SESSIONS}/${session_id}`)).status).toBe(status);
      expect((await at.send('DELETE', `${SESSIONS}/${session_id}`)).status).toBe(status);
      const answer = await at.send('POST', `${SESSIONS}:revoke-user`, { json: { session_id } });
      expect(answer.status).toBe(status);
    }
    expect(gets()).toBe(before);
    expect(await store.sizeOfSet('leases')).toBe(1);
  });

  it('give who joins twice the seat they have, and who was kicked none', async () => {
    const { stack, host, joiner, session, joined } = await startMatch();
    await using _stack = stack;
    const again = await Promise.all(
      [1, 2, 3].map(() => joiner.join({ session_id: session.session_id })),
    );
    for (const { body } of again) expect(body.session_user).toEqual(joined.session_user);
    expect(stack.simulator.sessions()[0]?.session_users).toHaveLength(2);
    await host.revoke(session, { player_id: joiner.playerId });
    expect(await joiner.join({ session_id: session.session_id })).toMatchObject({
      status: 403,
      body: { code: 'revoked' },
    });
  });

  it('keep out who was kicked while upstream does not take it yet', async () => {
    const { stack, host, joiner, session, joined } = await startMatch();
    await using _stack = stack;
    stack.simulator.faults.add({ kind: 'server-error', operation: 'relay-user-revoke', rate: 1 });
    const kick = await host.revoke(session, { player_id: joiner.playerId });
    // The memory ends with the process: it is not done before upstream has done it.
    expect(kick).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
    expect(stack.simulator.sessions()[0]?.session_users).toHaveLength(2);
    expect(await joiner.get(joined)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    expect((await host.get(session)).body.players).toHaveLength(1);
  }, 15_000);

  it('let a ticket resume its own session, the host’s too', async () => {
    const { stack, host, session, joined } = await startMatch();
    await using _stack = stack;
    for (const { ticket, role } of [session, joined]) {
      const answer = await host.send('POST', `${SESSIONS}:authorize-user`, {
        token: ticket,
        json: {},
      });
      expect(answer).toMatchObject({ status: 200, body: { role, session_id: session.session_id } });
    }
  });
});

describe('join codes', () => {
  it('are read in any case, with spaces and dashes, while the session lives', async () => {
    const { stack, host, stranger, session } = await startMatch();
    await using _stack = stack;
    const code = session.join_code ?? '';
    expect(code).toMatch(/^[6789BCDFGHJKLMNPQRTW]{8}$/);
    const spoken = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    expect((await stranger.join({ join_code: spoken })).status).toBe(200);
    await host.delete(session);
    expect(await stranger.join({ join_code: code })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });

  it('cannot be guessed: an address has ten tries a minute', async () => {
    const { stack, stranger, session } = await startMatch();
    await using _stack = stack;
    const calls = JSON.stringify(stack.simulator.stats().calls['relay-user-authorize']);
    for (let index = 0; index < 10; index += 1) {
      expect((await stranger.join({ join_code: `6666666${index % 2 ? 'B' : 'C'}` })).status).toBe(
        404,
      );
    }
    const answer = await stranger.join({ join_code: session.join_code ?? '' });
    expect(answer).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(JSON.stringify(stack.simulator.stats().calls['relay-user-authorize'])).toBe(calls);
  });
});

describe('tickets', () => {
  it('open their own session only, not another of the same player’s that is at hand', async () => {
    const { stack, host, joiner, session, joined } = await startMatch();
    await using _stack = stack;
    const second = (await host.create()).body;
    for (const one of [session, second]) expect((await host.get(one)).status).toBe(200);
    for (const [{ session_id }, { ticket }] of [
      [session, second],
      [second, session],
    ] as const) {
      const answer = await host.get({ ...session, session_id, ticket });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    const other = await joiner.get({ ...session, ticket: joined.ticket });
    expect(other.body).toMatchObject({ player_id: joiner.playerId, role: 'client' });
  });

  it('are renewed once half their life is over, and end with it', async () => {
    const { stack, host, session } = await startMatch({ ticketLifetime: 2 });
    await using _stack = stack;
    let renewed = session;
    await expect
      .poll(
        async () => {
          renewed = (await host.get(session)).body;
          return renewed.ticket !== session.ticket;
        },
        { timeout: 5_000 },
      )
      .toBe(true);
    await expect.poll(async () => (await host.get(session)).status, { timeout: 5_000 }).toBe(401);
    expect((await host.get(renewed)).body.ticket).toBeDefined();
  });

  it('are not accepted forged, for something else, or of another secret', async () => {
    const { stack, host, joiner, session } = await startMatch();
    await using _stack = stack;
    const before = JSON.stringify(stack.simulator.stats().calls);
    const [head = '', claims = '', signature = ''] = (session.ticket ?? '').split('.');
    const none = btoa('{"alg":"none","typ":"relais-ticket"}').replaceAll('=', '');
    const key = new TextEncoder().encode('another secret of thirty-two characters');
    const forged = await new SignJWT({
      seat: {
        playerId: host.playerId,
        sessionId: session.session_id,
        role: 'server',
        ip: '1.1.1.1',
      },
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'relais-ticket' })
      .setExpirationTime('1h')
      .sign(key);
    const wrong = [
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${head}.${claims}.${signature.slice(1)}`,
      `${head}.${claims}`,
      forged,
      'x',
      '',
    ];
    for (const ticket of wrong) {
      expect(await host.get({ ...session, ticket })).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      });
    }
    expect(await joiner.send('POST', SESSIONS, { token: session.ticket, json: {} })).toMatchObject({
      status: 401,
    });
    expect(JSON.stringify(stack.simulator.stats().calls)).toBe(before);
  });
});
