import { describe, expect, it } from 'vitest';
import { checkNames, namesOf, type Section } from './names.js';

const POLICIES = [
  'relais-held-webhook',
  'relais-held',
  'relais-polling',
  'fixed-200ms',
  'growing-1s-to-5s',
  'fixed-2s',
  'fixed-3s',
];
const CLIENTS = [
  '@heroiclabs/nakama-js',
  'centrifuge',
  'colyseus.js',
  'livekit-client',
  'partysocket',
  'peerjs',
  'socket.io-client',
];

/** The names that scripts may rely on. */
const PROMISED: Record<Section, string[]> = {
  bundles: ['core', 'whole', 'standalone', 'own', ...CLIENTS].map((name) => `bundle/${name}/gzip`),
  throughput: [
    'proxy/status-rps',
    'proxy/status-rps/bare',
    'proxy/status-rps/ratio',
    'proxy/status-rps/frame-ratio',
    'proxy/create-rps',
  ],
  sharedStore: [
    'proxy/store=memory/status-rps/ratio',
    'proxy/store=memory/create-rps',
    'proxy/store=redis/status-rps/ratio',
    'proxy/store=redis/create-rps',
    'proxy/store=redis-two/status-rps/ratio',
    'proxy/store=redis-two/create-rps',
  ],
  redisPrice: [
    'redis/create/commands',
    'redis/create/scripts',
    'redis/join/commands',
    'redis/join/scripts',
    'redis/get-at-hand/commands',
    'redis/get-at-hand/scripts',
    'redis/get-after-15s/commands',
    'redis/get-after-15s/scripts',
    'redis/webhook/commands',
    'redis/webhook/scripts',
    'redis/leave/commands',
    'redis/leave/scripts',
    'redis/end/commands',
    'redis/end/scripts',
    'redis/rest/commands-per-minute',
    'redis/memory-per-session',
    'redis/memory-per-joiner',
  ],
  heldRequests: [
    'proxy/waiters=10000/rss-per-waiter',
    'proxy/waiters=10000/wake-p99',
    'proxy/waiters=10000/wake-p99/bare',
  ],
  upstreamGets: POLICIES.flatMap((policy) =>
    [2, 20, 100].map((players) => `upstream-gets/${policy}/players=${players}`),
  ),
  linkLag: POLICIES.flatMap((policy) =>
    ['p50', 'p99'].map((share) => `link-lag/${policy}/${share}`),
  ),
  openSessions: [20, 1_000, 10_000].flatMap((open) =>
    ['webhook', 'no-webhook'].flatMap((way) => [
      `link-lag/open=${open}/${way}/p50`,
      `link-lag/open=${open}/${way}/p99`,
      `link-lag/open=${open}/${way}/after-restart/p50`,
      `link-lag/open=${open}/${way}/after-restart/p99`,
      `upstream-calls-per-second/open=${open}/${way}`,
    ]),
  ),
  comeAndGo: [
    'proxy/gone=20000/rss-before',
    'proxy/gone=20000/rss-after',
    'proxy/gone=20000/rss-ratio',
  ],
  datagrams: [
    'datagrams/udp/p50/players=1',
    'datagrams/bare/added-p50/players=1',
    'datagrams/gateway/added-p50/players=1',
    'datagrams/added-p50-ratio/players=1',
    'datagrams/udp/p50/players=200',
    'datagrams/bare/added-p50/players=200',
    'datagrams/gateway/added-p50/players=200',
    'datagrams/added-p50-ratio/players=200',
    'datagrams/bare/per-cpu-second',
    'datagrams/gateway/per-cpu-second',
    'datagrams/per-cpu-second-ratio',
    'datagrams/page/bare/p50',
    'datagrams/page/gateway/p50',
    'datagrams/rest=9900/rss',
    'datagrams/rest=9900/rss-per-player',
    'datagrams/rest=9900/cpu',
    'datagrams/stall/accepted',
    'datagrams/stall/stalest',
    'datagrams/attack/p99-before',
    'datagrams/attack/p99',
  ],
  loss: [
    ...[0, 1, 2, 5].flatMap((percent) =>
      [
        'udp',
        'websocket',
        'webrtc',
        'websocket/page=chromium',
        'webrtc/page=chromium',
        'websocket/page=firefox',
        'webrtc/page=firefox',
      ].flatMap((wire) =>
        ['p50', 'p99', 'delivered'].map((name) => `loss/${percent}/${wire}/${name}`),
      ),
    ),
    'data-channel/bare/per-cpu-second',
    'data-channel/gateway/per-cpu-second',
    'data-channel/per-cpu-second-ratio',
    'data-channel/rest/rss-per-wire',
  ],
  game: ['game/players=8/frames-per-second', 'game/players=8/frame-p99'],
};

describe('the benchmarks', () => {
  it.each(Object.entries(PROMISED))('of %s have the promised names', (section, promised) => {
    expect(namesOf(section as Section, false)).toEqual(promised);
  });

  it('refuse to print anything else: the names are those of what was measured', () => {
    const measured = PROMISED.heldRequests.map((name) => ({ name, unit: 'ms', value: 1 }));
    checkNames('heldRequests', false, measured);
    expect(() => checkNames('heldRequests', false, measured.slice(1))).toThrow('promises');
    expect(() => checkNames('heldRequests', true, measured)).toThrow('waiters=100/');
  });
});
