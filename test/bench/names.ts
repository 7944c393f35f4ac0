import type { Figure } from './figure.js';
import neighbours from './neighbours/package.json' with { type: 'json' };
import { POLICIES } from './policies.js';
import { PRICED } from './redis-price.js';

const policyNames = POLICIES.map(({ name }) => name);
const clients = Object.keys(neighbours.dependencies);

const lossOf = (of: string) => ['p50', 'p99', 'delivered'].map((name) => `loss/${of}/${name}`);

/** The figures of each part, by name, in the order in which they are printed. A quick run has fewer. */
const NAMES = {
  bundles: (quick: boolean) => [
    'bundle/core/gzip',
    'bundle/whole/gzip',
    'bundle/standalone/gzip',
    'bundle/own/gzip',
    ...(quick ? [] : clients.map((client) => `bundle/${client}/gzip`)),
  ],
  throughput: () => [
    'proxy/status-rps',
    'proxy/status-rps/bare',
    'proxy/status-rps/ratio',
    'proxy/status-rps/frame-ratio',
    'proxy/create-rps',
  ],
  sharedStore: () =>
    ['memory', 'redis', 'redis-two'].flatMap((store) => [
      `proxy/store=${store}/status-rps/ratio`,
      `proxy/store=${store}/create-rps`,
    ]),
  redisPrice: () => [
    ...PRICED.flatMap((what) => [`redis/${what}/commands`, `redis/${what}/scripts`]),
    'redis/rest/commands-per-minute',
    'redis/memory-per-session',
    'redis/memory-per-joiner',
  ],
  heldRequests: (quick: boolean) =>
    ['rss-per-waiter', 'wake-p99', 'wake-p99/bare'].map(
      (name) => `proxy/waiters=${quick ? 100 : 10_000}/${name}`,
    ),
  upstreamGets: (quick: boolean) =>
    policyNames.flatMap((policy) =>
      (quick ? [2] : [2, 20, 100]).map((players) => `upstream-gets/${policy}/players=${players}`),
    ),
  linkLag: () =>
    policyNames.flatMap((policy) => [`link-lag/${policy}/p50`, `link-lag/${policy}/p99`]),
  openSessions: (quick: boolean) =>
    (quick ? [20] : [20, 1_000, 10_000]).flatMap((open) =>
      ['webhook', 'no-webhook'].flatMap((way) => [
        `link-lag/open=${open}/${way}/p50`,
        `link-lag/open=${open}/${way}/p99`,
        `link-lag/open=${open}/${way}/after-restart/p50`,
        `link-lag/open=${open}/${way}/after-restart/p99`,
        `upstream-calls-per-second/open=${open}/${way}`,
      ]),
    ),
  comeAndGo: (quick: boolean) =>
    ['rss-before', 'rss-after', 'rss-ratio'].map(
      (name) => `proxy/gone=${quick ? 50 : 20_000}/${name}`,
    ),
  datagrams: (quick: boolean) => [
    ...[1, quick ? 20 : 200].flatMap((players) =>
      ['udp/p50', 'bare/added-p50', 'gateway/added-p50', 'added-p50-ratio'].map(
        (name) => `datagrams/${name}/players=${players}`,
      ),
    ),
    'datagrams/bare/per-cpu-second',
    'datagrams/gateway/per-cpu-second',
    'datagrams/per-cpu-second-ratio',
    'datagrams/page/bare/p50',
    'datagrams/page/gateway/p50',
    ...['rss', 'rss-per-player', 'cpu'].map(
      (name) => `datagrams/rest=${quick ? 100 : 9_900}/${name}`,
    ),
    'datagrams/stall/accepted',
    'datagrams/stall/stalest',
    'datagrams/attack/p99-before',
    'datagrams/attack/p99',
  ],
  loss: (quick: boolean) => [
    ...(quick ? [2] : [0, 1, 2, 5]).flatMap((percent) => [
      ...['udp', 'websocket', 'webrtc'].flatMap((wire) => lossOf(`${percent}/${wire}`)),
      // Each from a page in a real browser.
      ...(quick ? [] : ['chromium', 'firefox']).flatMap((page) =>
        ['websocket', 'webrtc'].flatMap((wire) => lossOf(`${percent}/${wire}/page=${page}`)),
      ),
    ]),
    'data-channel/bare/per-cpu-second',
    'data-channel/gateway/per-cpu-second',
    'data-channel/per-cpu-second-ratio',
    'data-channel/rest/rss-per-wire',
  ],
  game: () => ['frames-per-second', 'frame-p99'].map((name) => `game/players=8/${name}`),
} satisfies Record<string, (quick: boolean) => string[]>;

/** A part of the benchmarks. */
export type Section = keyof typeof NAMES;

/** The names of the figures that a part promises. */
export function namesOf(section: Section, quick: boolean): string[] {
  return NAMES[section](quick);
}

/** @throws when a part measured anything but what it promises: whoever reads the JSON relies on the names. */
export function checkNames(section: Section, quick: boolean, figures: readonly Figure[]): void {
  const promised = namesOf(section, quick).join('\n');
  const measured = figures.map(({ name }) => name).join('\n');
  if (measured !== promised) {
    throw new Error(`${section} promises\n${promised}\nand measured\n${measured}`);
  }
}
