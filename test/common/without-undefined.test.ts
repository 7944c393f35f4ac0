import { expect, it } from 'vitest';
import { RelayApi, type RelayApiOptions } from '../../src/api/index.js';
import { withoutUndefined } from '../../src/common/without-undefined.js';
import { RelayConnection, type RelayConnectionOptions } from '../../src/index.js';
import {
  createRelayProxy,
  type GuestOptions,
  type JwtOptions,
  type Limits,
  type RelayProxyOptions,
} from '../../src/proxy/index.js';
import { createSimulator, type Fault, type SimulatorOptions } from '../../src/simulator/index.js';
import { GameClient } from '../support/game-client.js';
import { startStack } from '../support/stack.js';

// Each option by its name, so that `tsc` sees that none is forgotten and that its type takes `undefined`.
type Undefined<T, TGiven extends keyof T = never> = Record<Exclude<keyof T, TGiven>, undefined>;

const LIMITS: Undefined<Limits> = {
  bodyBytes: undefined,
  requestsPerIp: undefined,
  requestsPerPlayer: undefined,
  upstreamCallsPerPlayer: undefined,
  upstreamCallsPerIp: undefined,
  guestsPerIp: undefined,
  guestsInTotal: undefined,
  joinMissesPerIp: undefined,
  joinMissesInTotal: undefined,
  createsPerPlayer: undefined,
  createsPerIp: undefined,
  sessionsPerPlayer: undefined,
  usersPerSession: undefined,
  waitsPerPlayer: undefined,
};
const EDGEGAP: Undefined<RelayProxyOptions['edgegap'], 'apiToken'> = {
  baseUrl: undefined,
  callsPerSecond: undefined,
  timeout: undefined,
  fetch: undefined,
};
const JWT: Undefined<JwtOptions, 'secret'> = {
  jwksUrl: undefined,
  issuer: undefined,
  audience: undefined,
  algorithms: undefined,
  clockTolerance: undefined,
  playerClaim: undefined,
};
const GUESTS: Undefined<GuestOptions> = { lifetime: undefined };
const PROXY: Undefined<RelayProxyOptions, 'edgegap'> = {
  gateway: undefined,
  allowedOrigins: undefined,
  allowNullOrigin: undefined,
  secrets: undefined,
  authenticate: undefined,
  jwt: undefined,
  guests: undefined,
  publicUrl: undefined,
  basePath: undefined,
  trustedProxies: undefined,
  ipHeader: undefined,
  developmentIp: undefined,
  ticketLifetime: undefined,
  lease: undefined,
  longestWait: undefined,
  limits: undefined,
  store: undefined,
  metrics: undefined,
  servesMetrics: undefined,
  log: undefined,
  clock: undefined,
};
const API: Undefined<RelayApiOptions, 'apiToken'> = {
  baseUrl: undefined,
  fetch: undefined,
  timeout: undefined,
  clock: undefined,
};
const CONNECTION: Undefined<RelayConnectionOptions> = {
  token: undefined,
  guest: undefined,
  ticket: undefined,
  linkTimeout: undefined,
  via: undefined,
  fetch: undefined,
  clock: undefined,
};
const SIMULATOR: Undefined<SimulatorOptions> = {
  strict: undefined,
  sameAddress: undefined,
  privateAddresses: undefined,
  port: undefined,
  hostname: undefined,
  apiToken: undefined,
  linkDelay: undefined,
  readyDelay: undefined,
  failRate: undefined,
  absent: undefined,
  seed: undefined,
  relay: undefined,
  relayHost: undefined,
  control: undefined,
  clock: undefined,
  onLinked: undefined,
  onAnswer: undefined,
};
const FAULT: Undefined<Fault, 'kind'> = {
  operation: undefined,
  rate: undefined,
  times: undefined,
  delay: undefined,
  retryAfter: undefined,
};

it('an option that is undefined counts as not given, by the proxy', async () => {
  await using stack = await startStack(
    {},
    { ...PROXY, guests: GUESTS, limits: LIMITS, developmentIp: '203.0.113.7' },
  );
  const client = await GameClient.guest(stack.proxyUrl);
  expect((await client.create()).status).toBe(200);
  const { status } = await client.join({ join_code: 'x'.repeat(20_000) });
  expect(status).toBe(413);
});

it('an option that is undefined counts as not given, by the proxy’s groups of options', async () => {
  const jwt = { ...JWT, secret: 'a shared secret of the studio, 32+ long' };
  const proxy = createRelayProxy({ ...PROXY, edgegap: { ...EDGEGAP, apiToken: 'x' }, jwt });
  await proxy.close();
  expect(() => createRelayProxy({ ...PROXY, edgegap: { ...EDGEGAP, apiToken: 'x' } })).toThrow(
    'RELAIS_GUESTS=on',
  );
});

it('an option that is undefined counts as not given, by the simulator and its API', async () => {
  const simulator = await createSimulator(SIMULATOR);
  try {
    expect(simulator.life()).toMatchObject({ linkDelay: 1_500, readyDelay: null });
    simulator.setLife({ linkDelay: 0, readyDelay: undefined, failure: undefined });
    expect(simulator.life()).toEqual({ linkDelay: 0, readyDelay: null, failure: null });
    simulator.faults.add({ kind: 'latency', ...FAULT, delay: 0 });
    const api = new RelayApi({ ...API, apiToken: 'secret', baseUrl: simulator.url });
    const { session_id } = await api.createSession(
      { users: [{ ip: '1.1.1.1' }] },
      { signal: undefined },
    );
    const all = { page: undefined, limit: undefined, signal: undefined };
    const { sessions } = await api.listSessions(all);
    expect(sessions.map((session) => session.session_id)).toEqual([session_id]);
  } finally {
    await simulator.close();
  }
});

it('an option that is undefined counts as not given, by the simulator’s relays', async () => {
  const relay = { checkDelay: undefined, peerTimeout: undefined };
  const simulator = await createSimulator({ relay });
  await simulator.close();
  expect(withoutUndefined({ checkDelay: undefined, peerTimeout: 5 })).toEqual({ peerTimeout: 5 });
});

it('an option that is undefined counts as not given, by the game’s connection', () => {
  const make = (options: RelayConnectionOptions) => () =>
    new RelayConnection('http://127.0.0.1:1', options);
  expect(make(CONNECTION)).not.toThrow();
  expect(make({ guest: { load: undefined, save: undefined } })).not.toThrow();
});
