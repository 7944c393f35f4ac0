import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { WHEEL_TURN } from '../../src/common/wheel.js';
import { encodeFromRelay, RELAY_STATES } from '../../src/datagram/index.js';
import { PeerCounts, RelayPeer, type RelayPeerOptions } from '../../src/peer/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { openUdpSockets } from '../support/open-sockets.js';
import { startRelayMatch } from '../support/relay-match.js';
import { ScriptedRelay } from '../support/scripted-relay.js';
import { until } from '../support/until.js';

const TOKENS = { userAuthorizationToken: 21986334, sessionAuthorizationToken: 3500589645 };
const peers: RelayPeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await until(() => openUdpSockets() === 0);
});

/** The wheel comes by for the first time after one slot. */
const FIRST_SLOT = 10;

function makePeer(options: Partial<RelayPeerOptions> & { port: number }): RelayPeer {
  const peer = new RelayPeer({ side: 'client', host: '127.0.0.1', ...TOKENS, ...options });
  peers.push(peer);
  return peer;
}

/** A peer at a relay that a test writes the lines of, with its first ping answered. */
async function meet(relay: ScriptedRelay, options: Partial<RelayPeerOptions> = {}) {
  const clock = new FakeClock();
  const peer = makePeer({ port: relay.port, clock, ...options });
  const states: string[] = [];
  peer.on('state', (state) => states.push(state));
  await peer.connect();
  const answers = relay.state ? 1 : 0;
  await until(() => relay.pings === 1 && peer.stats().pongs === answers);
  clock.advance(FIRST_SLOT);
  return { clock, peer, states };
}

describe('a peer at the simulated relay', () => {
  it('is checked, becomes valid, and exchanges datagrams both ways with connection ids', async () => {
    const clock = new FakeClock();
    await using match = await startRelayMatch(2, clock, { relay: { checkDelay: 1_000 } });
    const host = makePeer({ ...(await match.seat('server', 0)), clock });
    const client = makePeer({ ...(await match.seat('client', 1)), clock });
    await Promise.all([host.connect(), client.connect()]);
    await until(() => host.state === 'checking' && client.state === 'checking');
    clock.advance(1_000);
    await until(() => host.state === 'valid' && client.state === 'valid');
    const atHost: [string, number | undefined][] = [];
    const atClient: [string, number | undefined][] = [];
    host.on('datagram', (payload, id) => {
      atHost.push([Buffer.from(payload).toString(), id]);
      expect(host.send(Buffer.from('pong'), id)).toBe(true);
    });
    client.on('datagram', (payload, id) => {
      atClient.push([Buffer.from(payload).toString(), id]);
    });
    expect(client.send(Buffer.from('ping'))).toBe(true);
    await until(() => atClient.length === 1);
    expect(atHost).toEqual([['ping', 1]]);
    expect(atClient).toEqual([['pong', undefined]]);
    expect(client.stats()).toMatchObject({ sent: 1, received: 1, malformed: 0 });
    expect(host.stats()).toMatchObject({ sent: 1, received: 1, malformed: 0 });
  });

  it('is told that its tokens are wrong, and that it was revoked', async () => {
    const clock = new FakeClock();
    await using match = await startRelayMatch(2, clock);
    const seat = await match.seat('client', 1);
    const stranger = makePeer({ ...seat, userAuthorizationToken: 1, clock });
    await stranger.connect();
    await until(() => stranger.state === 'invalid');
    const client = makePeer({ ...seat, clock });
    await client.connect();
    await until(() => client.state === 'valid');
    clock.advance(WHEEL_TURN);
    await match.api.revokeUser({
      session_id: match.sessionId,
      authorization_token: seat.userAuthorizationToken,
    });
    clock.advance(1_000);
    await until(() => client.state === 'invalid');
  });

  it('is told that the host is gone, and goes on when it is back', async () => {
    const clock = new FakeClock();
    await using match = await startRelayMatch(2, clock);
    const host = makePeer({ ...(await match.seat('server', 0)), clock });
    const client = makePeer({ ...(await match.seat('client', 1)), clock });
    await Promise.all([host.connect(), client.connect()]);
    await until(() => host.state === 'valid' && client.state === 'valid');
    clock.advance(WHEEL_TURN);
    host.close();
    for (let second = 0; second < 11; second += 1) {
      const { pongs } = client.stats();
      clock.advance(1_000);
      await until(() => client.stats().pongs > pongs);
    }
    expect(client.state).toBe('session-timeout');
    const again = makePeer({ ...(await match.seat('server', 0)), clock });
    await again.connect();
    await until(() => again.state === 'valid');
    clock.advance(1_000);
    await until(() => client.state === 'valid');
  });
});

describe('the pings', () => {
  it('go every 250 ms until the relay has made up its mind, then every second', async () => {
    await using relay = await ScriptedRelay.start();
    relay.state = 'checking';
    const { clock, peer } = await meet(relay);
    clock.advance(1_000);
    await until(() => relay.pings === 5);
    relay.state = 'valid';
    clock.advance(250);
    await until(() => peer.state === 'valid');
    expect(relay.pings).toBe(6);
    clock.advance(10_000);
    await until(() => relay.pings === 16);
    expect(peer.stats().pings).toBe(16);
  });

  it('may be lost: nine seconds without an answer change nothing', async () => {
    await using relay = await ScriptedRelay.start();
    const { clock, states } = await meet(relay);
    relay.state = undefined;
    clock.advance(9_000);
    await until(() => relay.pings === 10);
    relay.state = 'valid';
    clock.advance(1_000);
    await until(() => relay.pings === 11);
    clock.advance(9_000);
    expect(states).toEqual(['valid']);
  });

  it('tell that the relay is gone after ten seconds of silence, and that it is back', async () => {
    await using relay = await ScriptedRelay.start();
    const { clock, peer, states } = await meet(relay);
    relay.state = undefined;
    clock.advance(12_000);
    expect(states).toEqual(['valid', 'silent']);
    expect(peer.send(Buffer.from('x'))).toBe(false);
    relay.state = 'valid';
    clock.advance(1_000);
    await until(() => peer.state === 'valid');
  });

  it('tell it after as long as is set', async () => {
    await using relay = await ScriptedRelay.start();
    const { clock, states } = await meet(relay, { answerTime: 3_000 });
    relay.state = undefined;
    clock.advance(3_800);
    expect(states).toEqual(['valid']);
    clock.advance(500);
    expect(states).toEqual(['valid', 'silent']);
  });

  it('do not call a relay silent that was not asked while this machine slept', async () => {
    await using relay = await ScriptedRelay.start();
    const { clock, states } = await meet(relay);
    clock.advance(1_000);
    clock.sleep(3_600_000);
    clock.advance(250);
    expect(states).toEqual(['valid']);
  });

  it('measure the round trip, and leave out what a lost one makes doubtful', async () => {
    await using relay = await ScriptedRelay.start();
    relay.state = undefined;
    const { clock, peer } = await meet(relay);
    const answer = async (state: 'checking' | 'valid') => {
      const { pongs } = peer.stats();
      relay.send(encodeFromRelay({ type: 'ping', state }, 'client'));
      await until(() => peer.stats().pongs > pongs);
    };
    clock.advance(40 - FIRST_SLOT);
    await answer('valid');
    expect(peer.roundTrip).toBe(40);
    const ping = async () => {
      const { pings } = peer.stats();
      while (peer.stats().pings === pings) clock.advance(10);
    };
    await ping();
    await ping();
    clock.advance(30);
    await answer('valid');
    expect(peer.roundTrip).toBe(40);
    await ping();
    clock.advance(20);
    await answer('valid');
    expect(peer.stats().roundTrip).toBe(20);
  });
});

describe('the state', () => {
  it.each(RELAY_STATES)('is what the relay says: %s', async (state) => {
    await using relay = await ScriptedRelay.start();
    relay.state = state;
    const { peer, states } = await meet(relay);
    expect(states).toEqual([state]);
    expect(peer.state).toBe(state);
  });

  it('is refused where nobody listens, until somebody does', async () => {
    const gone = await ScriptedRelay.start();
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    const clock = new FakeClock();
    const peer = makePeer({ port, clock });
    await peer.connect();
    await until(() => peer.state === 'refused');
    await using relay = await ScriptedRelay.start('127.0.0.1', port);
    for (; !relay.pings; await new Promise(setImmediate)) clock.advance(250);
    await until(() => peer.state === 'valid');
  });

  it('is refused when the relay goes away in the middle of play; what it did not get is counted', async () => {
    const relay = await ScriptedRelay.start();
    const { peer } = await meet(relay);
    await relay[Symbol.asyncDispose]();
    let asked = 0;
    while (peer.state === 'valid') {
      peer.send(Buffer.from('x'));
      asked += 1;
      await new Promise(setImmediate);
    }
    expect(peer.state).toBe('refused');
    const { sent, dropped } = peer.stats();
    expect(sent + dropped.socket).toBe(asked);
  });
});

describe('what is sent', () => {
  it('is dropped and counted by its cause where it cannot be sent, exactly', async () => {
    await using relay = await ScriptedRelay.start();
    relay.state = 'checking';
    const { clock, peer } = await meet(relay);
    expect(peer.send(Buffer.alloc(1))).toBe(false);
    relay.state = 'valid';
    clock.advance(250);
    await until(() => peer.state === 'valid');
    expect(peer.send(Buffer.alloc(1_188))).toBe(false);
    expect(peer.send(Buffer.alloc(1), 7)).toBe(false);
    expect(peer.send(Buffer.alloc(1_187, 9))).toBe(true);
    expect(peer.send(Buffer.alloc(0))).toBe(true);
    await until(() => relay.data.length === 2);
    expect(relay.data.map(({ length }) => length)).toEqual([1_196, 9]);
    peer.close();
    expect(peer.send(Buffer.alloc(1))).toBe(false);
    expect(peer.stats()).toMatchObject({
      sent: 2,
      dropped: { 'not-open': 2, 'too-large': 1, invalid: 1, socket: 0 },
    });
  });

  it.each([undefined, -1, 2 ** 32, 1.5, Number.NaN])(
    'needs a connection id from the host: %s is none',
    async (id) => {
      await using relay = await ScriptedRelay.start();
      const { peer } = await meet(relay, { side: 'server' });
      expect(peer.send(Buffer.alloc(1), id)).toBe(false);
      expect(peer.stats().dropped.invalid).toBe(1);
      expect(peer.send(Buffer.alloc(1), 2 ** 32 - 1)).toBe(true);
      await until(() => relay.data.length === 1);
      expect(relay.data[0]?.readUInt32LE(9)).toBe(2 ** 32 - 1);
    },
  );

  it('may be changed by the game afterwards', async () => {
    await using relay = await ScriptedRelay.start();
    const { peer } = await meet(relay);
    const bytes = Buffer.from('before');
    peer.send(bytes);
    bytes.fill(0);
    await until(() => relay.data.length === 1);
    expect(relay.data[0]?.subarray(9).toString()).toBe('before');
  });

  it('is counted on by a peer that follows', async () => {
    await using relay = await ScriptedRelay.start();
    const counts = new PeerCounts();
    for (let round = 1; round <= 2; round += 1) {
      relay.pings = 0;
      const { peer } = await meet(relay, { counts });
      peer.send(Buffer.alloc(1));
      await until(() => relay.data.length === round);
      peer.close();
    }
    expect(counts.sent).toBe(2);
  });
});

describe('what comes', () => {
  it('is nothing from another port or address, and no garbage', async () => {
    await using relay = await ScriptedRelay.start();
    const { peer } = await meet(relay);
    const got: string[] = [];
    peer.on('datagram', (payload) => got.push(Buffer.from(payload).toString()));
    const stranger = createSocket('udp4');
    stranger.on('error', () => {});
    const { port = 0 } = relay.peer ?? {};
    const forged = encodeFromRelay({ type: 'data', payload: Buffer.from('forged') }, 'client');
    await new Promise((sent) => stranger.send(forged, port, '127.0.0.1', sent));
    for (const bytes of ['', 'nonsense', '\x01', '\x01\x09', '\x01\x02\x02']) {
      relay.send(Buffer.from(bytes, 'latin1'));
    }
    relay.send(Buffer.concat([Buffer.of(2), Buffer.alloc(1_188)]));
    relay.send(encodeFromRelay({ type: 'data', payload: Buffer.from('real') }, 'client'));
    await until(() => got.length > 0);
    expect(got).toEqual(['real']);
    expect(peer.stats()).toMatchObject({ received: 1, malformed: 6 });
    expect(peer.state).toBe('valid');
    stranger.close();
  });
});

describe('connecting', () => {
  it.each([
    ['::1', '::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
  ])('works with the host %s', async (host, address) => {
    await using relay = await ScriptedRelay.start(address);
    const lookup =
      host === 'localhost' ? { lookup: async () => ({ address, family: 4 }) as const } : {};
    const { peer } = await meet(relay, { host, ...lookup });
    expect(peer.state).toBe('valid');
  });

  it('goes to the address that an own lookup finds, and to none where it refuses', async () => {
    await using relay = await ScriptedRelay.start();
    const asked: string[] = [];
    const { peer } = await meet(relay, {
      host: 'relay.example',
      lookup: async (host) => {
        asked.push(host);
        return { address: '127.0.0.1', family: 4 };
      },
    });
    expect([peer.state, asked]).toEqual(['valid', ['relay.example']]);
    const before = openUdpSockets();
    const refusal = new Error('not there');
    const refused = makePeer({ port: relay.port, lookup: () => Promise.reject(refusal) });
    await expect(refused.connect()).rejects.toBe(refusal);
    expect(openUdpSockets()).toBe(before);
  });

  it('fails where a host has no address, and where the port is none', async () => {
    const before = openUdpSockets();
    const nowhere = makePeer({ host: 'no host', port: 9 });
    await expect(nowhere.connect()).rejects.toMatchObject({ code: 'network' });
    const portless = makePeer({ port: 0 });
    await expect(portless.connect()).rejects.toMatchObject({ code: 'network' });
    await until(() => openUdpSockets() === before);
  });

  it('happens once, and not after it was closed', async () => {
    await using relay = await ScriptedRelay.start();
    const { peer } = await meet(relay);
    await expect(peer.connect()).rejects.toMatchObject({ code: 'invalid-state' });
    const before = openUdpSockets();
    const closed = makePeer({ port: relay.port });
    const connecting = closed.connect();
    closed.close();
    await expect(connecting).rejects.toMatchObject({ code: 'invalid-state' });
    await until(() => openUdpSockets() === before);
    expect(closed.state).toBe('closed');
  });

  it('refuses tokens that are none', () => {
    expect(() => makePeer({ port: 1, userAuthorizationToken: -1 })).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  });

  it('leaves nothing behind: no socket, no timer', async () => {
    await using relay = await ScriptedRelay.start();
    const before = openUdpSockets();
    const { clock, peer } = await meet(relay);
    expect([openUdpSockets(), clock.pending]).toEqual([before + 1, 1]);
    peer.close();
    peer.close();
    clock.advance(250);
    expect(clock.pending).toBe(0);
    await until(() => openUdpSockets() === before);
  });
});
