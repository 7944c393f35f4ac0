import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { Network } from '../../../src/simulator/relay/network.js';
import { seededRandom } from '../../../src/simulator/sessions/seeded-random.js';
import { createSimulator, type SimulatorOptions } from '../../../src/simulator/simulator.js';
import { noStats } from '../../../src/simulator/stats.js';
import { FakeClock } from '../../support/fake-clock.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { until } from '../../support/until.js';

const VALID = 2;

/** A server and a client that are valid at the relay of a session. */
async function startMatch(options: SimulatorOptions = {}) {
  const clock = new FakeClock();
  const relay = { checkDelay: 0, farewell: 0 };
  const simulator = await createSimulator({ linkDelay: 0, clock, relay, ...options });
  const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
  const users = [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }];
  const { session_id } = await api.createSession({ users });
  clock.advance(0);
  const session = await api.getSession(session_id);
  const open = (side: 'server' | 'client', user: number) =>
    new UdpPeer(
      side === 'server',
      session.relay?.ports?.[side]?.port ?? 0,
      session.session_users?.[user]?.authorization_token ?? 0,
      session.authorization_token ?? 0,
    ).open();
  const server = await open('server', 0);
  const client = await open('client', 1);
  expect([await server.ping(), await client.ping()]).toEqual([VALID, VALID]);
  return {
    clock,
    simulator,
    server,
    client,
    session_id,
    counters: () => simulator.stats().relay,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

/** Sends numbered datagrams from the client to the server. Returns those that arrived, and what was counted. */
async function sendNumbers(seed: number, loss: number, count = 1_000) {
  await using match = await startMatch({ seed });
  match.simulator.setNetwork({ loss });
  const arrived: number[] = [];
  match.server.onReceived = (received) => {
    if ('payload' in received) arrived.push(received.payload.readUInt32LE(0));
  };
  const { forwarded, lost } = match.counters();
  const handled = () =>
    match.counters().forwarded - forwarded + match.counters().lost.toRelay - lost.toRelay;
  for (let number = 0; number < count; number += 1) {
    const payload = Buffer.alloc(4);
    payload.writeUInt32LE(number);
    match.client.send(payload);
    // Not all at once: a socket's buffer holds so many.
    if (number % 100 === 99) await until(() => handled() === number + 1);
  }
  await until(
    () => arrived.length === match.counters().forwarded - match.counters().lost.fromRelay,
  );
  return { arrived, counters: match.counters() };
}

describe('the network between relays and peers', () => {
  it('loses datagrams both ways, the same ones with the same seed, and counts each', async () => {
    const first = await sendNumbers(7, 0.2);
    const again = await sendNumbers(7, 0.2);
    expect(again).toEqual(first);
    const { arrived, counters } = first;
    expect(counters.forwarded + counters.lost.toRelay).toBe(1_000);
    expect(arrived.length + counters.lost.fromRelay).toBe(counters.forwarded);
    expect(counters.lost).toEqual({ toRelay: 195, fromRelay: 147 });
    const other = await sendNumbers(8, 0.2);
    expect(other.arrived).not.toEqual(arrived);
  }, 30_000);

  it('loses nothing at 0 and everything at 1, from one moment to the next', async () => {
    await using match = await startMatch();
    match.simulator.setNetwork({ loss: 1 });
    match.client.send(Buffer.from('gone'));
    await until(() => match.counters().lost.toRelay === 1);
    expect(match.counters()).toMatchObject({ forwarded: 0, lost: { fromRelay: 0 } });
    match.simulator.setNetwork({ loss: 0 });
    expect(await match.client.ping()).toBe(VALID);
  });

  it('delays a ping on its way to the relay, and the answer on its way back', async () => {
    await using match = await startMatch();
    match.simulator.setNetwork({ latency: 80 });
    const { pings } = match.counters();
    const states: number[] = [];
    void match.client.ping().then((state) => states.push(state));
    await until(() => match.clock.pending === 1);
    match.clock.advance(79);
    expect(match.counters().pings).toBe(pings);
    match.clock.advance(1);
    expect(match.counters().pings).toBe(pings + 1);
    expect(match.clock.waits).toEqual([80]);
    match.clock.advance(80);
    await until(() => states.length === 1);
    expect(states).toEqual([VALID]);
  });

  it('forgets what is on its way when the session ends, and when the simulator does', async () => {
    await using match = await startMatch();
    match.simulator.setNetwork({ latency: 1_000 });
    match.client.send(Buffer.from('one'));
    await until(() => match.clock.pending === 1);
    match.simulator.endSession(match.session_id);
    match.clock.advance(0);
    await until(() => match.clock.pending === 0);

    await using other = await startMatch();
    other.simulator.setNetwork({ latency: 1_000 });
    other.client.send(Buffer.from('one'));
    await until(() => other.clock.pending === 1);
    await other.simulator.close();
    expect(other.clock.pending).toBe(0);
  });

  it('begins as the options say, and takes no option that makes no sense', async () => {
    await using simulator = await disposable({ relay: { loss: 0.1, latency: 20, jitter: 5 } });
    expect(simulator.network()).toEqual({ loss: 0.1, latency: 20, jitter: 5 });
    expect(simulator.setNetwork({ latency: 30, jitter: undefined })).toEqual({
      loss: 0.1,
      latency: 30,
      jitter: 5,
    });
    for (const relay of [
      { loss: 1.1 },
      { loss: -1 },
      { latency: 60_001 },
      { jitter: Number.NaN },
    ]) {
      const [name = ''] = Object.keys(relay);
      const refusal = { code: 'invalid-option', message: expect.stringContaining(name) };
      await expect(createSimulator({ relay })).rejects.toMatchObject(refusal);
      const change = expect.objectContaining({ code: 'invalid-request' });
      expect(() => simulator.setNetwork(relay)).toThrow(change);
    }
  });
});

async function disposable(options: SimulatorOptions) {
  const simulator = await createSimulator(options);
  return { ...simulator, [Symbol.asyncDispose]: () => simulator.close() };
}

describe('one path through the network', () => {
  function openPath(seed: number) {
    const clock = new FakeClock();
    const { lost } = noStats().relay;
    const network = new Network({ clock, lost, newRandom: () => seededRandom(seed) });
    return { clock, lost, network, path: network.openPath('toRelay') };
  }

  it('draws a jitter for each datagram, within its bounds; some overtake others', () => {
    const { clock, network, path } = openPath(3);
    network.conditions = { loss: 0, latency: 100, jitter: 50 };
    const arrived: number[] = [];
    for (let number = 0; number < 100; number += 1) path.carry(() => arrived.push(number));
    const { waits } = clock;
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...waits)).toBeLessThan(150);
    expect(new Set(waits).size).toBeGreaterThan(90);
    clock.advance(150);
    expect([...arrived].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(arrived).not.toEqual([...arrived].sort((a, b) => a - b));
  });

  it('loses the same ones whatever the latency and the jitter are', () => {
    const arrivedWith = (latency: number, jitter: number) => {
      const { clock, network, path } = openPath(4);
      network.conditions = { loss: 0.5, latency, jitter };
      const arrived: number[] = [];
      for (let number = 0; number < 100; number += 1) path.carry(() => arrived.push(number));
      clock.advance(latency + jitter);
      return arrived.sort((a, b) => a - b);
    };
    const arrived = arrivedWith(0, 0);
    expect(arrived.length).toBeGreaterThan(20);
    expect(arrived.length).toBeLessThan(80);
    expect(arrivedWith(100, 0)).toEqual(arrived);
    expect(arrivedWith(100, 50)).toEqual(arrived);
  });

  it('keeps nothing of what has arrived', () => {
    const { clock, network, path } = openPath(5);
    network.conditions = { loss: 0, latency: 10, jitter: 0 };
    path.carry(() => {});
    clock.advance(10);
    expect(clock.pending).toBe(0);
  });
});
