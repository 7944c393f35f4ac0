import { createSocket } from 'node:dgram';
import { describe, expect, it, vi } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import type { RelaySession } from '../../../src/api/schemas.js';
import { createSimulator, type SimulatorOptions } from '../../../src/simulator/simulator.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openUdpSockets } from '../../support/open-sockets.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { until } from '../../support/until.js';

const VALID = 2;
const CHECKING = 1;
const INVALID = 3;
const SESSION_TIMEOUT = 4;
const ERROR = 5;

/** A linked session with a relay, and peers that speak to it. */
async function startMatch(players: number, options: SimulatorOptions = {}) {
  const clock = new FakeClock();
  const simulator = await createSimulator({
    seed: 1,
    clock,
    relay: { checkDelay: 0 },
    ...options,
  });
  const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
  const users = Array.from({ length: players }, () => ({ ip: '1.1.1.1' }));
  const { session_id } = await api.createSession({ users });
  clock.advance(1_500);
  const session = await api.getSession(session_id);
  const opened: UdpPeer[] = [];
  const open = async (
    side: 'server' | 'client',
    userToken: number,
    from = session,
    token?: number,
  ) => {
    const peer = new UdpPeer(
      side === 'server',
      portsOf(from)[side],
      userToken,
      token ?? from.authorization_token ?? 0,
    );
    opened.push(peer);
    return peer.open();
  };
  const tokens = (session.session_users ?? []).map((user) => user.authorization_token ?? 0);
  return {
    api,
    clock,
    simulator,
    session,
    open,
    tokens: tokens as [number, number, number],
    counters: () => simulator.stats().relay,
    async [Symbol.asyncDispose]() {
      for (const peer of opened) await peer[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

function portsOf({ relay }: RelaySession) {
  return { server: relay?.ports?.server?.port ?? 0, client: relay?.ports?.client?.port ?? 0 };
}

function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.on('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}

describe('the relay', () => {
  it('is where the session says', async () => {
    await using match = await startMatch(1);
    const { relay } = match.session;
    expect(relay).toMatchObject({ ip: '127.0.0.1', host: '127.0.0.1' });
    expect(relay?.ports?.server?.link).toBe(`127.0.0.1:${portsOf(match.session).server}`);
    expect(relay?.ports?.client).toMatchObject({ protocol: 'UDP' });
    const server = await match.open('server', match.tokens[0]);
    expect(await server.ping()).toBe(VALID);
  });

  it.each([
    [{ hostname: '0.0.0.0' }, '127.0.0.1', '127.0.0.1'],
    [{ hostname: 'localhost' }, '127.0.0.1', '127.0.0.1'],
    [{ relayHost: 'relay.example' }, 'relay.example', '127.0.0.1'],
    [{ relayHost: '203.0.113.9' }, '203.0.113.9', '203.0.113.9'],
    [{ relayHost: '2001:db8::9' }, '2001:db8::9', '2001:db8::9'],
  ])('has a host and an IP address that can be dialled: %j', async (options, host, ip) => {
    await using match = await startMatch(1, options);
    expect(match.session.relay).toMatchObject({ host, ip });
    const { server } = match.session.relay?.ports ?? {};
    expect(URL.canParse(`udp://${server?.link}`)).toBe(true);
    expect(server?.link).toContain(host);
  });

  it('carries 10,000 datagrams between a server and two clients: each once, to the right peer, unchanged', async () => {
    await using match = await startMatch(3);
    const [hostToken, ...clientTokens] = match.tokens;
    const server = await match.open('server', hostToken);
    expect(await server.ping()).toBe(VALID);
    const clients = [];
    for (const token of clientTokens) {
      const client = await match.open('client', token);
      expect(await client.ping()).toBe(VALID);
      clients.push(client);
    }

    // Each client sends, the server answers what it got to whom it came from: 2 × 2,500 there and back.
    const each = 2_500;
    const window = 16;
    const payloadOf = (client: number, number: number) => {
      const payload = Buffer.alloc(8 + ((number * 7) % 1_180), number % 251);
      payload.writeUInt32LE(client, 0);
      payload.writeUInt32LE(number, 4);
      return payload;
    };
    const arrived: string[][] = [[], []];
    const returned: number[][] = [[], []];
    const connectionOf = new Map<number, number>();
    server.onReceived = (received) => {
      if (!('payload' in received)) return;
      const client = received.payload.readUInt32LE(0);
      const number = received.payload.readUInt32LE(4);
      const isWhole = received.payload.equals(payloadOf(client, number));
      arrived[client]?.push(`${number} ${isWhole}`);
      connectionOf.set(client, received.from);
      server.send(received.payload, received.from);
    };
    await Promise.all(
      clients.map(
        (client, index) =>
          new Promise<void>((resolve) => {
            let sent = 0;
            const sendNext = () => client.send(payloadOf(index, sent++));
            client.onReceived = (received) => {
              if (!('payload' in received)) return;
              const number = received.payload.readUInt32LE(4);
              if (received.payload.equals(payloadOf(index, number))) returned[index]?.push(number);
              if (sent < each) sendNext();
              else if (returned[index]?.length === each) resolve();
            };
            while (sent < window) sendNext();
          }),
      ),
    );
    const all = Array.from({ length: each }, (_, number) => number);
    for (const client of [0, 1]) {
      expect(arrived[client]).toEqual(all.map((number) => `${number} true`));
      expect(returned[client]).toEqual(all);
    }
    expect(connectionOf.get(0)).not.toBe(connectionOf.get(1));
    expect(match.counters()).toMatchObject({
      forwarded: 10_000,
      dropped: { oversized: 0, malformed: 0, unauthorized: 0, unroutable: 0 },
    });
  }, 30_000);

  it('takes its time to check a peer, and forwards nothing until then', async () => {
    await using match = await startMatch(2, { relay: true });
    const server = await match.open('server', match.tokens[0]);
    const client = await match.open('client', match.tokens[1]);
    expect(await server.ping()).toBe(CHECKING);
    expect(await client.ping()).toBe(CHECKING);
    client.send(Buffer.from('early'));
    await until(() => match.counters().dropped.unroutable === 1);
    match.clock.advance(1_000);
    expect([await server.ping(), await client.ping()]).toEqual([VALID, VALID]);
    const received = new Promise((resolve) => {
      server.onReceived = resolve;
    });
    client.send(Buffer.from('late'));
    expect(await received).toMatchObject({ payload: Buffer.from('late') });
  });

  it('checks both tokens, in pings and in data', async () => {
    await using match = await startMatch(1);
    const [token] = match.tokens;
    const stranger = await match.open('client', (token + 1) >>> 0);
    expect(await stranger.ping()).toBe(INVALID);
    const { authorization_token = 0 } = match.session;
    const lost = await match.open('client', token, match.session, (authorization_token + 1) >>> 0);
    expect(await lost.ping()).toBe(INVALID);
    stranger.send(Buffer.from('x'));
    lost.send(Buffer.from('x'));
    await until(() => match.counters().dropped.unauthorized === 2);
    expect(match.counters().forwarded).toBe(0);
  });

  it('closes again when its session ends while it is being opened', async () => {
    const before = openUdpSockets();
    // Chance is asked just before the ports are opened.
    const clock = new FakeClock();
    clock.random = () => {
      queueMicrotask(() => {
        for (const { session_id } of simulator.sessions()) simulator.endSession(session_id);
      });
      return 0.5;
    };
    const simulator = await createSimulator({ relay: true, clock });
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    const creating = api.createSession({ users: [{ ip: '1.1.1.1' }] });
    await expect(creating).rejects.toMatchObject({ status: 503 });
    await until(() => openUdpSockets() <= before);
    expect(clock.pending).toBe(0);
    await simulator.close();
  });

  it('takes data only from where its user pings', async () => {
    await using match = await startMatch(2);
    const [hostToken, clientToken] = match.tokens;
    const server = await match.open('server', hostToken);
    const client = await match.open('client', clientToken);
    await server.ping();
    await client.ping();
    const serverElsewhere = await match.open('server', hostToken);
    serverElsewhere.send(Buffer.from('x'), 1);
    const clientElsewhere = await match.open('client', clientToken);
    clientElsewhere.send(Buffer.from('x'));
    await until(() => match.counters().dropped.unroutable === 2);
    expect(match.counters().forwarded).toBe(0);
  });

  it('takes data only with the token that was pinged with', async () => {
    await using match = await startMatch(3);
    const [hostToken, clientToken, otherToken] = match.tokens;
    const server = await match.open('server', hostToken);
    const client = await match.open('client', clientToken);
    await server.ping();
    await client.ping();
    const sessionToken = match.session.authorization_token ?? 0;
    const head = Buffer.alloc(9);
    head.writeUInt32LE(otherToken, 0);
    head.writeUInt32LE(sessionToken, 4);
    head[8] = 2;
    client.sendRaw(head);
    server.sendRaw(Buffer.concat([head, Buffer.of(1, 0, 0, 0)]));
    await until(() => match.counters().dropped.unroutable === 2);
    expect(match.counters().forwarded).toBe(0);
  });

  it('greets a client that pings with another user’s token as another connection, checked anew', async () => {
    await using match = await startMatch(3, { relay: { checkDelay: 1_000 } });
    const [hostToken, clientToken, otherToken] = match.tokens;
    const server = await match.open('server', hostToken);
    const client = await match.open('client', clientToken);
    await server.ping();
    await client.ping();
    match.clock.advance(1_000);
    expect(await client.ping()).toBe(VALID);
    const head = Buffer.alloc(9);
    head.writeUInt32LE(otherToken, 0);
    head.writeUInt32LE(match.session.authorization_token ?? 0, 4);
    head[8] = 1;
    const state = new Promise((resolve) => {
      client.onReceived = resolve;
    });
    client.sendRaw(head);
    expect(await state).toEqual({ state: CHECKING });
    server.send(Buffer.from('x'), 1);
    await until(() => match.counters().dropped.unroutable === 1);
  });

  it('forgets a client that stops pinging, and greets it again as another connection', async () => {
    await using match = await startMatch(2);
    const server = await match.open('server', match.tokens[0]);
    const client = await match.open('client', match.tokens[1]);
    await server.ping();
    await client.ping();
    const from: number[] = [];
    server.onReceived = (received) => {
      if ('from' in received) from.push(received.from);
    };
    client.send(Buffer.from('a'));
    await until(() => from.length === 1);
    match.clock.advance(10_001);
    await server.ping();
    client.send(Buffer.from('b'));
    server.send(Buffer.from('c'), from[0]);
    await until(() => match.counters().dropped.unroutable === 2);
    expect(await client.ping()).toBe(VALID);
    client.send(Buffer.from('d'));
    await until(() => from.length === 2);
    expect(from[1]).not.toBe(from[0]);
  });

  it('keeps the server’s place for one user, and gives it to another when the first is gone', async () => {
    await using match = await startMatch(2);
    const [first, second] = match.tokens;
    const server = await match.open('server', first);
    const rival = await match.open('server', second);
    expect(await server.ping()).toBe(VALID);
    expect(await rival.ping()).toBe(ERROR);
    const reloaded = await match.open('server', first);
    expect(await reloaded.ping()).toBe(VALID);
    match.clock.advance(10_001);
    expect(await rival.ping()).toBe(VALID);
  });

  it('refuses a revoked user at once', async () => {
    await using match = await startMatch(2);
    const [hostToken, token] = match.tokens;
    const server = await match.open('server', hostToken);
    const client = await match.open('client', token);
    await server.ping();
    expect(await client.ping()).toBe(VALID);
    const { session_id } = match.session;
    await match.api.revokeUser({ session_id, authorization_token: token });
    client.send(Buffer.from('x'));
    await until(() => match.counters().dropped.unauthorized === 1);
    server.send(Buffer.from('x'), 1);
    await until(() => match.counters().dropped.unroutable === 1);
    expect(await client.ping()).toBe(INVALID);
  });

  it('admits a user who was authorised later', async () => {
    await using match = await startMatch(1);
    const { session_id } = match.session;
    const { session_user } = await match.api.authorizeUser({ session_id, user_ip: '2.2.2.2' });
    const client = await match.open('client', session_user?.authorization_token ?? 0);
    expect(await client.ping()).toBe(VALID);
  });

  it('drops and counts what is oversized or malformed', async () => {
    await using match = await startMatch(1);
    const [token] = match.tokens;
    const client = await match.open('client', token);
    client.send(Buffer.alloc(1_188));
    client.sendRaw(Buffer.alloc(1_201));
    client.sendRaw(Buffer.alloc(0));
    client.sendRaw(Buffer.from('nonsense!'));
    await until(() => match.counters().dropped.malformed === 2);
    expect(match.counters().dropped).toMatchObject({ oversized: 2, malformed: 2 });
    expect(await client.ping()).toBe(VALID);
  });

  it('is another one after a relink: new ports, the same tokens', async () => {
    await using match = await startMatch(1);
    const { session_id } = match.session;
    expect(await match.simulator.relink(session_id)).toBe(true);
    const session = await match.api.getSession(session_id);
    expect(portsOf(session)).not.toEqual(portsOf(match.session));
    // The old one is gone: its port can be had.
    const { server: port } = portsOf(match.session);
    await vi.waitUntil(() => isFree(port), { interval: 5, timeout: 20_000 });
    const server = await match.open('server', match.tokens[0], session);
    expect(await server.ping()).toBe(VALID);
  });

  it('connects a client that pings only once its data was answered, as Edgegap’s own transports do', async () => {
    await using match = await startMatch(2, { relay: true });
    const server = await match.open('server', match.tokens[0]);
    server.onReceived = (received) => {
      if ('payload' in received) server.send(received.payload, received.from);
    };
    const client = await match.open('client', match.tokens[1]);
    const echoes = new Set<string>();
    client.onReceived = (received) => {
      if ('payload' in received) echoes.add(received.payload.toString());
    };
    // Data every 100 ms until the first answer; pings, every 500 ms, only after it.
    let turns = 0;
    for (; echoes.size === 0 && turns < 30; turns += 1) {
      await server.ping();
      const { forwarded, dropped } = match.counters();
      client.send(Buffer.from('hello'));
      await until(
        () => match.counters().dropped.unroutable > dropped.unroutable || echoes.size > 0,
      );
      expect(match.counters().forwarded - forwarded).toBe(2 * echoes.size);
      match.clock.advance(100);
    }
    expect(turns).toBe(11);
    for (let count = 0; count < 100; count += 1) {
      if (count % 5 === 0)
        expect([await client.ping(), await server.ping()]).toEqual([VALID, VALID]);
      client.send(Buffer.from(`${count}`));
      await until(() => echoes.has(`${count}`));
      match.clock.advance(100);
    }
    expect(echoes.size).toBe(101);
  });

  it('checks a server that comes with data, too', async () => {
    await using match = await startMatch(2, { relay: true });
    const server = await match.open('server', match.tokens[0]);
    server.send(Buffer.from('hello'), 1);
    await until(() => match.counters().dropped.unroutable === 1);
    match.clock.advance(1_000);
    expect(await server.ping()).toBe(VALID);
    const rival = await match.open('server', match.tokens[1]);
    rival.send(Buffer.from('hello'), 1);
    await until(() => match.counters().dropped.unroutable === 2);
    expect([await rival.ping(), await server.ping()]).toEqual([ERROR, VALID]);
  });

  it('keeps a peer that sends data and no pings', async () => {
    await using match = await startMatch(2);
    const server = await match.open('server', match.tokens[0]);
    const client = await match.open('client', match.tokens[1]);
    await server.ping();
    await client.ping();
    const from: number[] = [];
    server.onReceived = (received) => {
      if ('from' in received) from.push(received.from);
    };
    for (let count = 1; count <= 3; count += 1) {
      match.clock.advance(6_000);
      await server.ping();
      client.send(Buffer.from('a'));
      await until(() => from.length === count);
    }
    expect(from).toEqual([1, 1, 1]);
  });

  it('forwards data without a payload: the server gets five bytes', async () => {
    await using match = await startMatch(2);
    const server = await match.open('server', match.tokens[0]);
    const client = await match.open('client', match.tokens[1]);
    await server.ping();
    await client.ping();
    const received = new Promise((resolve) => {
      server.onReceived = resolve;
    });
    client.send(Buffer.alloc(0));
    expect(await received).toEqual({ from: 1, payload: Buffer.alloc(0) });
  });

  it.each(['silent', 'revoked'])(
    'tells clients that the host is %s, until it is back',
    async (how) => {
      await using match = await startMatch(3);
      const [hostToken, clientToken, otherToken] = match.tokens;
      const client = await match.open('client', clientToken);
      expect(await client.ping()).toBe(VALID);
      const server = await match.open('server', hostToken);
      expect(await server.ping()).toBe(VALID);
      if (how === 'silent') {
        for (let count = 0; count < 2; count += 1) {
          match.clock.advance(5_000);
          expect(await client.ping()).toBe(VALID);
        }
        match.clock.advance(1);
      } else {
        const { session_id } = match.session;
        await match.api.revokeUser({ session_id, authorization_token: hostToken });
      }
      expect(await client.ping()).toBe(SESSION_TIMEOUT);
      const late = await match.open('client', otherToken);
      expect(await late.ping()).toBe(SESSION_TIMEOUT);
      const stranger = await match.open('client', (otherToken + 1) >>> 0);
      expect(await stranger.ping()).toBe(INVALID);
      const again = await match.open('server', how === 'silent' ? hostToken : otherToken);
      expect(await again.ping()).toBe(VALID);
      expect(await client.ping()).toBe(VALID);
      // It is the same connection still.
      const received = new Promise((resolve) => {
        client.onReceived = resolve;
      });
      again.send(Buffer.from('back'), 1);
      expect(await received).toMatchObject({ payload: Buffer.from('back') });
    },
  );

  it.each(['delete', 'fail'] as const)(
    'tells its peers of the end of their session for a while, forwards nothing, and closes: %s',
    async (how) => {
      await using match = await startMatch(2, { relay: { checkDelay: 0, farewell: 3_000 } });
      const server = await match.open('server', match.tokens[0]);
      const client = await match.open('client', match.tokens[1]);
      await server.ping();
      await client.ping();
      const { session_id } = match.session;
      const before = openUdpSockets();
      if (how === 'delete') await match.api.deleteSession(session_id);
      else match.simulator.failSession(session_id, 'The relay went away.');
      match.clock.advance(2_999);
      expect([await server.ping(), await client.ping()]).toEqual([
        SESSION_TIMEOUT,
        SESSION_TIMEOUT,
      ]);
      const stranger = await match.open('client', (match.tokens[1] + 1) >>> 0);
      expect(await stranger.ping()).toBe(INVALID);
      client.send(Buffer.from('x'));
      server.send(Buffer.from('x'), 1);
      await until(() => match.counters().dropped.unroutable === 2);
      expect(match.counters().forwarded).toBe(0);
      match.clock.advance(1);
      // The stranger's socket came, the relay's two went.
      await until(() => openUdpSockets() === before - 1);
      const { server: port } = portsOf(match.session);
      await vi.waitUntil(() => isFree(port), { interval: 5, timeout: 20_000 });
    },
  );

  it('does not keep the simulator from closing while it tells its peers of the end', async () => {
    await using match = await startMatch(1);
    const server = await match.open('server', match.tokens[0]);
    await server.ping();
    const before = openUdpSockets();
    match.simulator.endSession(match.session.session_id);
    expect(match.clock.pending).toBe(1);
    await match.simulator.close();
    expect(match.clock.pending).toBe(0);
    await until(() => openUdpSockets() === before - 2);
  });
});
