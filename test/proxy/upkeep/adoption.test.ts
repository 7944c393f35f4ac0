import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { storeAhead } from '../../support/store-ahead.js';
import { startTimed } from '../../support/timed-stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const SHORT = { lease: 2, longestWait: 1 };
const SECRETS = ['a secret that outlives the process 1'];

describe('adoption', () => {
  it('takes this proxy’s own sessions into care after a restart, and touches no other', async () => {
    await using stack = await startTimed({ secrets: SECRETS });
    const { time } = stack;
    const { apiToken } = stack.edgegap;
    const api = new RelayApi({ apiToken, baseUrl: stack.simulator.url });
    const users = [{ ip: '198.51.100.1' }];
    const foreign = [
      await api.createSession({ users }),
      await api.createSession({ users, webhook_url: 'https://studio.example/hook' }),
      await api.createSession({
        users,
        webhook_url: 'https://relais.invalid/v1/webhooks/e30.e30.x',
      }),
    ];
    const [joiner, vanished, late] = await Promise.all([1, 2, 3].map(stack.guest));
    if (!joiner || !vanished || !late) throw new Error('There must be three.');
    const { host, session } = await stack.host();
    const joined = (await joiner.join({ session_id: session.session_id })).body;
    await vanished.join({ session_id: session.session_id });
    await vanished.create();

    await using again = await startStack(
      {},
      { ...SHORT, secrets: SECRETS, edgegap: stack.edgegap, clock: time.clock() },
    );
    const at = (client: GameClient) => {
      const other = new GameClient(again.proxyUrl);
      other.token = client.token;
      return other;
    };
    // The same join code still opens the same session.
    const entered = await at(late).join({ join_code: session.join_code ?? '' });
    expect(entered.body).toMatchObject({ session_id: session.session_id, role: 'client' });
    const open = [...foreign.map(({ session_id }) => session_id), session.session_id].sort();
    const seats = [host.playerId, joiner.playerId, late.playerId].sort();
    await time.until(async () => {
      const answer = await at(host).get(session);
      await at(joiner).get(joined);
      await at(late).get(entered.body);
      const all = stack.simulator.sessions();
      const own = all.find(({ session_id }) => session_id === session.session_id);
      const players: { player_id: string }[] = answer.body.players;
      expect({
        open: all.map(({ session_id }) => session_id).sort(),
        users: own?.session_users?.length,
        seats: players.map(({ player_id }) => player_id).sort(),
      }).toEqual({ open, users: 3, seats });
    });
  });

  it.each(['forgot', 'remembers'])(
    'deletes the second of two sessions with one nonce, when the proxy %s',
    async (memory) => {
      const store = memory === 'remembers' && { store: wrapStore(new MemoryStore()) };
      await using stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS, ...store });
      const host = await GameClient.guest(stack.proxyUrl);
      const session = await host.linked((await host.create()).body);
      const { apiToken } = stack.edgegap;
      const api = new RelayApi({ apiToken, baseUrl: stack.simulator.url });
      const { webhook_url = '' } = stack.simulator.sessions()[0] ?? {};
      await api.createSession({ users: [{ ip: '198.51.100.1' }], webhook_url });
      expect(stack.simulator.sessions()).toHaveLength(2);
      await using again = await startStack(
        {},
        { secrets: SECRETS, edgegap: stack.edgegap, ...store },
      );
      const back = Object.assign(new GameClient(again.proxyUrl), { token: host.token });
      expect((await back.get(session)).status).toBe(200);
      await expect
        .poll(() => stack.simulator.sessions().map(({ session_id }) => session_id))
        .toEqual([session.session_id]);
      expect((await back.get(session)).status).toBe(200);
      expect(stack.simulator.stats().calls['relay-session-delete']).toEqual({ 204: 1 });
    },
  );

  it('lets leases that ran out while nobody was there begin anew', async () => {
    const { pass, store } = storeAhead();
    const shared = { secrets: SECRETS, store: wrapStore(store) };
    await using stack = await startStack({ linkDelay: 10 }, shared);
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    // What is due at the first round, which looks at the leases before it.
    const due = JSON.stringify({ what: 'delete', sessionId: 'long-gone-S' });
    await store.addToSet('chores', due, 0);
    pass(10 * 60_000);
    const later = await store.now();
    await using again = await startStack({}, { ...shared, edgegap: stack.edgegap });
    await expect.poll(() => store.sizeOfSet('chores')).toBe(0);
    const [lease = ''] = await store.membersOfSet('leases');
    expect(await store.scoreInSet('leases', lease)).toBeGreaterThan(later);
    expect((await new GameClient(again.proxyUrl).get(session)).status).toBe(200);
  });

  it('deletes what had ended when the process died, though only the store knows', async () => {
    const store = new MemoryStore();
    await using stack = await startStack(
      { linkDelay: 10 },
      { secrets: SECRETS, store: wrapStore(store) },
    );
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    await new SessionRecords(store).end(session.session_id);
    expect(stack.simulator.sessions()).toHaveLength(1);
    await using again = await startStack(
      {},
      { secrets: SECRETS, edgegap: stack.edgegap, store: wrapStore(store) },
    );
    await expect.poll(() => stack.simulator.sessions()).toEqual([]);
    const back = Object.assign(new GameClient(again.proxyUrl), { token: host.token });
    expect(await back.get(session)).toMatchObject({ status: 404 });
  });

  it('keeps out whose user was revoked while the store forgot', async () => {
    await using stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS });
    const [host, joiner] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = await host.linked((await host.create()).body);
    const joined = (await joiner.join({ session_id: session.session_id })).body;
    await host.revoke(session, { player_id: joiner.playerId });
    await using again = await startStack({}, { secrets: SECRETS, edgegap: stack.edgegap });
    const back = new GameClient(again.proxyUrl);
    expect(await back.get(joined)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    expect(await back.get(session)).toMatchObject({ status: 200 });
  });

  it('lets nobody back into a session that is not linked yet, until it shows who was kicked', async () => {
    const clock = new FakeClock();
    await using stack = await startStack({ linkDelay: 1_000, clock }, { secrets: SECRETS });
    const [host, kicked, joiner] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = (await host.create()).body;
    const [seatOfKicked, seatOfJoiner] = [
      (await kicked.join({ session_id: session.session_id })).body,
      (await joiner.join({ session_id: session.session_id })).body,
    ];
    await host.revoke(session, { player_id: kicked.playerId });
    await using again = await startStack({}, { secrets: SECRETS, edgegap: stack.edgegap });
    const back = new GameClient(again.proxyUrl);
    for (const seat of [seatOfKicked, seatOfJoiner]) {
      const answer = await back.get(seat);
      expect(answer).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    clock.advance(1_000);
    await back.linked(session);
    expect(await back.get(seatOfKicked)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    // The store knows of no session of theirs: the ticket does.
    const list = await back.send('GET', '/v1/relays/sessions', { token: seatOfJoiner.ticket });
    expect(list.body.sessions).toMatchObject([{ session_id: session.session_id }]);
    const { body } = await back.get(seatOfJoiner);
    expect(body).toMatchObject({ linked: true, session_user: seatOfJoiner.session_user });
    expect(body.players).toHaveLength(2);
  });
});
