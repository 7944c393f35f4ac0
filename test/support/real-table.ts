import { SignJWT } from 'jose';
import { expect, vi } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import type { RelayConnectionOptions } from '../../src/connection/options.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy, type RelayProxyOptions } from '../../src/proxy/relay-proxy.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { FakeClock } from './fake-clock.js';
import { type FakeWindow, openFakeWindow } from './fake-window.js';
import { GameClient } from './game-client.js';
import { Gateway } from './gateway.js';
import { recordNames } from './record.js';
import { API_TOKEN } from './stack.js';
import { until } from './until.js';

const SECRET = 'a secret of the studio, long enough to sign with';
/** Time from *create* until a session is linked, in milliseconds. */
const LINK_DELAY = 1_000;
/** For how long the proxy holds a request, in milliseconds. */
const HELD = 25_000;
/** For how long it waits for a sign of life, in milliseconds. */
const LEASE = 120_000;

/** A connection, the real proxy, the real simulator, and between the first two a gateway where things go wrong. */
export interface RealTable extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly simulator: Simulator;
  /** The game's time. */
  readonly clock: FakeClock;
  /** The proxy's and the simulator's time. */
  readonly service: FakeClock;
  readonly page: FakeWindow;
  readonly relay: RelayConnection;
  /** Every event, in order; `linked` without its port. */
  readonly events: string[];
  /** A login token, good for so many seconds. */
  login(player: string, lifetime?: number): Promise<string>;
  /** Another player, at the same proxy. */
  client(player: string): Promise<GameClient>;
  /** Somebody else hosts a session, which is linked. */
  host(): Promise<PlayerSession>;
  /** The session is linked, and its relay there. */
  link(): Promise<void>;
  /** Lets time pass for the proxy and the service, step by step, until the expectation holds. */
  serve(expectation: () => void): Promise<void>;
  /** Waits until the proxy holds a request, and nothing else is on its way. */
  held(): Promise<void>;
  /** Lets the time pass for which the proxy holds a request. */
  passWait(): Promise<void>;
  /** The same, and waits until the next request is held. */
  endWait(): Promise<void>;
  /** The proxy ends, or is killed; then it is there again, and has forgotten all but its secrets. */
  restart(isKilled: boolean): Promise<void>;
}

/** Makes a table for the player `anna`. When the test ends, it checks that nothing is left. */
export async function layRealTable(
  options: RelayConnectionOptions = {},
  proxyOptions: Partial<RelayProxyOptions> = {},
): Promise<RealTable> {
  const [clock, service] = [new FakeClock(), new FakeClock()];
  const page = openFakeWindow();
  const gateway = await Gateway.start();
  const simulator = await createSimulator({
    apiToken: API_TOKEN,
    clock: service,
    linkDelay: LINK_DELAY,
    // The fake clock's `random()` is always the same, and so all ids would be.
    seed: 1,
  });
  let calls = 0;
  let waiters = () => 0;
  const serveProxy = async () => {
    const edgegap = {
      apiToken: API_TOKEN,
      baseUrl: simulator.url,
      callsPerSecond: 1_000,
      async fetch(...call: Parameters<typeof fetch>) {
        calls += 1;
        return globalThis.fetch(...call).finally(() => {
          calls -= 1;
        });
      },
    };
    const proxy = createRelayProxy({
      edgegap,
      clock: service,
      publicUrl: gateway.url,
      secrets: [SECRET],
      metrics: {
        onRequest() {},
        onUpstreamCall() {},
        onUpstreamWait() {},
        onReaped() {},
        onLimit() {},
        onJoinMiss() {},
        expose: () => Promise.reject(new Error('Nobody reads them.')),
        gauge(name, read) {
          if (name === 'waiters') waiters = read as () => number;
        },
      },
      jwt: { secret: SECRET, clockTolerance: 0 },
      guests: true,
      developmentIp: '203.0.113.7',
      limits: { createsPerPlayer: 1_000, joinMissesPerIp: 1_000 },
      ...proxyOptions,
    });
    const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
    gateway.target = listener.url;
    return listener;
  };
  let listener = await serveProxy();

  const seconds = () => Math.floor(service.now() / 1_000);
  const login = (player: string, lifetime = 3_600) =>
    new SignJWT({ sub: player })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(seconds() + lifetime)
      .sign(new TextEncoder().encode(SECRET));
  const relay = new RelayConnection(gateway.url, { token: () => login('anna'), clock, ...options });
  const told = recordNames(relay);
  let hosting: { client: GameClient; session: PlayerSession } | undefined;

  const table: RealTable = {
    gateway,
    simulator,
    clock,
    service,
    page,
    relay,
    get events() {
      return told.map((event) => event.replace(/^linked:\d+$/, 'linked'));
    },
    login,
    async client(player) {
      const client = new GameClient(listener.url);
      client.token = await login(player);
      return client;
    },
    async host() {
      const client = await table.client('host');
      const { body: session } = await client.create();
      hosting = { client, session };
      await table.link();
      return session;
    },
    async link() {
      service.advance(LINK_DELAY);
      await table.serve(() => expect(simulator.sessions()[0]?.linked).toBe(true));
    },
    serve: (expectation) =>
      until(() => {
        // No time passes while the service is being asked: its answers must not seem to be slow.
        if (calls === 0) service.advance(500);
        expectation();
      }),
    async held() {
      await until(() => expect([gateway.running, waiters(), calls]).toEqual([1, 1, 0]));
    },
    async passWait() {
      await table.held();
      clock.advance(HELD);
      service.advance(HELD);
    },
    async endWait() {
      const gets = gateway.of('get').length;
      await table.passWait();
      await until(() => expect(gateway.of('get')).toHaveLength(gets + 1));
    },
    async restart(isKilled) {
      if (isKilled) gateway.cut();
      await listener.close();
      listener = await serveProxy();
    },
    async [Symbol.asyncDispose]() {
      let hasLeft = false;
      const left = relay.leave().catch(() => {});
      void left.then(() => {
        hasLeft = true;
      });
      await table.serve(() => {
        clock.advance(250);
        expect(hasLeft).toBe(true);
      });
      if (hosting) await hosting.client.delete(hosting.session);
      expect(gateway.faultsLeft).toBe(0);
      await until(() => expect(gateway.running).toBe(0));
      expect(clock.waits).toEqual([]);
      expect([...page.listeners]).toEqual([]);
      vi.unstubAllGlobals();
      // A seat that nobody could give back is taken away when its lease is over, so that nothing is billed for ever.
      await until(() => expect(calls).toBe(0));
      if (simulator.sessions().length > 0) service.advance(LEASE);
      await table.serve(() => expect(simulator.sessions()).toEqual([]));
      await gateway[Symbol.asyncDispose]();
      await listener.close();
      await simulator.close();
    },
  };
  return table;
}
