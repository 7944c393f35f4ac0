import { afterEach, describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import type { RelayProxyOptions } from '../../src/proxy/relay-proxy.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { FakeClock } from '../support/fake-clock.js';
import { GameClient } from '../support/game-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';

// All players come over loopback, so that to the relay service all have one address.

type SameAddress = NonNullable<SimulatorOptions['sameAddress']>;
const VALID = 2;
const BEHAVIOURS: SameAddress[] = ['new-user', 'same-user', 'conflict'];
const SECRETS = ['a secret that outlives the process 1'];
let stack: Stack;

afterEach(() => stack?.[Symbol.asyncDispose]());

async function start(
  sameAddress: SameAddress,
  simulator: SimulatorOptions = {},
  proxy: Partial<RelayProxyOptions> = {},
) {
  stack = await startStack(
    { sameAddress, linkDelay: 10, relay: { checkDelay: 0 }, ...simulator },
    { secrets: SECRETS, ...proxy },
  );
}

const guest = () => GameClient.guest(stack.proxyUrl);
const tokenOf = ({ session_user }: PlayerSession) => session_user?.authorization_token ?? 0;

/** The tokens that the service knows. */
const known = () =>
  stack.simulator
    .sessions()
    .flatMap(({ session_users = [] }) => session_users.map((user) => user.authorization_token));

/** The relay's answer to a player's ping. */
async function stateAt(session: PlayerSession): Promise<number> {
  const port = session.relay?.ports?.[session.role]?.port ?? 0;
  const sessionToken = session.authorization_token ?? 0;
  const isServer = session.role === 'server';
  await using peer = await new UdpPeer(isServer, port, tokenOf(session), sessionToken).open();
  return await peer.ping();
}

async function hostMatch() {
  const host = await guest();
  const session = await host.linked((await host.create()).body);
  return { host, session };
}

async function joinMatch(session: PlayerSession) {
  const player = await guest();
  const { status, body } = await player.join({ session_id: session.session_id });
  expect(status).toBe(200);
  const seat: PlayerSession = await player.linked(body);
  return { player, seat };
}

/** That the host has all that they had. */
async function expectHostIsWell(host: GameClient, session: PlayerSession) {
  const { status, body } = await host.get(session);
  expect([status, body.role, tokenOf(body)]).toEqual([200, 'server', tokenOf(session)]);
  expect(known()).toContain(tokenOf(session));
  expect(await stateAt(session)).toBe(VALID);
}

describe.each(BEHAVIOURS)(
  'two players with one address, where the service does this: %s',
  (how) => {
    const isShared = how !== 'new-user';

    it('both play, each with their own role', async () => {
      await start(how);
      const { host, session } = await hostMatch();
      const { seat } = await joinMatch(session);
      expect(seat.role).toBe('client');
      expect(tokenOf(seat) === tokenOf(session)).toBe(isShared);
      expect(seat.players?.map(({ role }) => role)).toEqual(['server', 'client']);
      expect([await stateAt(session), await stateAt(seat)]).toEqual([VALID, VALID]);
      await expectHostIsWell(host, session);
    });

    it.each(['leaves', 'is kicked', 'falls silent'])(
      'the host keeps their token when the joiner %s',
      async (end) => {
        await start(how);
        const { host, session } = await hostMatch();
        const { player, seat } = await joinMatch(session);
        if (end === 'leaves') expect((await player.revoke(seat)).status).toBe(204);
        else if (end === 'is kicked') {
          const kick = await host.revoke(session, { player_id: player.playerId });
          expect(kick.status).toBe(204);
        } else expect((await player.revoke(seat, { after: 1 })).status).toBe(204);
        await until(() => known().includes(tokenOf(seat)) === isShared);
        await expect
          .poll(() => host.get(session).then(({ body }) => body.players.length), {
            timeout: 20_000,
          })
          .toBe(1);
        expect((await player.get(seat)).status).toBe(403);
        await expectHostIsWell(host, session);
      },
    );

    it('a joiner keeps their token when another leaves, and the last gives it back, but for the host’s', async () => {
      await start(how);
      const { host, session } = await hostMatch();
      const one = await joinMatch(session);
      const two = await joinMatch(session);
      await one.player.revoke(one.seat);
      const { status, body } = await two.player.get(two.seat);
      expect([status, tokenOf(body)]).toEqual([200, tokenOf(two.seat)]);
      expect(await stateAt(two.seat)).toBe(VALID);
      await two.player.revoke(two.seat);
      expect(known()).toEqual([tokenOf(session)]);
      await expectHostIsWell(host, session);
    });

    it('joins before the session is linked, or as soon as it is', async () => {
      const clock = new FakeClock();
      await start(how, { clock, linkDelay: 1_000 });
      const host = await guest();
      const { body: created } = await host.create();
      const player = await guest();
      const { session_id } = created;
      const early = await player.join({ session_id });
      if (how === 'conflict') {
        expect([early.status, early.body.code]).toEqual([503, 'upstream-unavailable']);
        expect(early.headers.get('retry-after')).toBe('1');
      } else expect(early.status).toBe(200);
      clock.advance(1_000);
      const joined = how === 'conflict' ? (await player.join({ session_id })).body : early.body;
      const [session, seat] = [await host.linked(created), await player.linked(joined)];
      expect(tokenOf(seat) === tokenOf(session)).toBe(isShared);
      const [upstream] = stack.simulator.sessions();
      expect(upstream?.session_users?.[0]?.ip_address).toBe('203.0.113.7');
      await expectHostIsWell(host, session);
      await player.revoke(seat);
      expect(known()).toEqual([tokenOf(session)]);
      await expectHostIsWell(host, session);
    });

    it('each comes back with their ticket after the proxy has forgotten them', async () => {
      await start(how);
      const { host, session } = await hostMatch();
      const { player, seat } = await joinMatch(session);
      const { body: newest } = await host.get(session);
      await using again = await startStack({}, { secrets: SECRETS, edgegap: stack.edgegap });
      const [backJoiner, backHost] = [player, host].map(({ token, playerId }) =>
        Object.assign(new GameClient(again.proxyUrl), { token, playerId }),
      );
      const answers = [await backJoiner?.get(seat), await backHost?.get(newest)];
      expect(answers.map((answer) => [answer?.status, answer && tokenOf(answer.body)])).toEqual([
        [200, tokenOf(seat)],
        [200, tokenOf(session)],
      ]);
      await backJoiner?.revoke(seat);
      expect(known()).toContain(tokenOf(session));
      expect((await backHost?.get(newest))?.status).toBe(200);
      expect(await stateAt(session)).toBe(VALID);
    });

    it('both connections open, and the host’s stays so when the joiner leaves or is kicked', async () => {
      await start(how, { linkDelay: 100 });
      const host = new RelayConnection(stack.proxyUrl);
      const created = host.create();
      await until(() => host.joinCode !== undefined);
      const joiner = new RelayConnection(stack.proxyUrl);
      const joined = joiner.join(host.joinCode ?? '');
      const [endpoint, other] = [await created, await joined];
      expect([endpoint.role, other.role]).toEqual(['server', 'client']);
      await joiner.leave();
      await until(() => host.players.length === 1);
      expect(known()).toEqual([endpoint.userAuthorizationToken]);
      await joiner.join(host.joinCode ?? '');
      await until(() => host.players.length === 2);
      await host.kick(host.players[1]?.playerId ?? '');
      await until(() => joiner.state === 'closed');
      expect(joiner.state).toBe('closed');
      expect(host.state).toBe('open');
      expect(known()).toEqual([endpoint.userAuthorizationToken]);
      if (host.session) expect(await stateAt(host.session)).toBe(VALID);
      await host.leave();
      expect(stack.simulator.sessions()).toEqual([]);
    });
  },
);

describe('a refusal of the service', () => {
  it('is final where the session has failed', async () => {
    await start('conflict');
    const { session } = await hostMatch();
    stack.simulator.failSession(session.session_id, 'The relay went away.');
    const { status, body } = await (await guest()).join({ session_id: session.session_id });
    expect([status, body.code]).toEqual([409, 'conflict']);
  });
});

describe('a joiner from the host’s address', () => {
  it.each(['new-user', 'same-user'] as const)(
    'the host keeps their token where the joiner left before the session was linked: %s',
    async (how) => {
      const clock = new FakeClock();
      await start(how, { clock, linkDelay: 1_000 });
      const host = await guest();
      const { body: created } = await host.create();
      const player = await guest();
      const { body: early } = await player.join({ session_id: created.session_id });
      expect((await player.revoke(early)).status).toBe(204);
      clock.advance(1_000);
      const session = await host.linked(created);
      // The user whom nobody needs goes as soon as it is clear whose is whose.
      await until(() => known().length === 1);
      await expectHostIsWell(host, session);
    },
  );
});
