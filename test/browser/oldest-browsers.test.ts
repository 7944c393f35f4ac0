import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { GamePages, type GameWindow, onPage } from '../support/game-pages.js';
import { newerApis } from '../support/newer-features.js';
import { takeAwayScript } from '../support/take-away.js';

/** What a game does, in one place: on a page or, sent there as text, in a worker. */
async function playAll({ relais, proxyUrl }: Pick<GameWindow, 'relais' | 'proxyUrl'>) {
  const { RelayConnection, RelayError } = relais;
  const codeOf = (error: unknown) =>
    error instanceof RelayError && error instanceof Error ? error.code : String(error);
  const open = (
    guest: import('../../src/index.js').GuestStore,
    ticket?: import('../../src/index.js').TicketStore,
  ) => {
    const relay = new RelayConnection(proxyUrl, { guest, ticket });
    const heard: string[] = [];
    relay.on('ready', () => heard.push('ready'));
    relay.on('linked', () => heard.push('linked'));
    relay.once('open', () => heard.push('open'));
    const closed = new Promise<string>((resolve) => relay.on('close', resolve));
    return { relay, heard, closed };
  };
  const guests: string[] = [];
  const store = (index: number) => ({
    load: () => guests[index],
    save: (token: string) => {
      guests[index] = token;
    },
  });
  const has = (players: number, { relay }: ReturnType<typeof open>) =>
    new Promise<void>((resolve) => {
      const look = () => relay.players.length === players && resolve();
      relay.on('session', look);
      look();
    });

  const refused = ['http://', 'https://studio.example:99999', 'ftp://studio.example'].map((url) => {
    try {
      return new RelayConnection(url).state;
    } catch (error) {
      return codeOf(error);
    }
  });

  const abort = new AbortController();
  const aborted = open(store(0)).relay.create({ signal: abort.signal }).catch(codeOf);
  abort.abort();

  const host = open(store(0));
  const endpoint = await host.relay.create({
    filters: [{ field: 'city', values: ['Montreal'], filter_type: 'any' }],
  });
  const joiner = open(store(1));
  const joined = await joiner.relay.join(` ${host.relay.joinCode?.toLowerCase()}\u200b`);
  await has(2, host);
  await host.relay.kick(host.relay.players[1]?.playerId ?? '');
  const kicked = await joiner.closed;
  await has(1, host);

  // The same player again, as after a reload.
  const back = open(store(0), { load: () => host.relay.ticket });
  const resumed = await back.relay.resume();
  await back.relay.leave();
  return {
    refused,
    aborted: await aborted,
    heard: host.heard,
    roles: [endpoint.role, joined.role],
    guests: new Set(guests.filter(Boolean)).size,
    kicked,
    isBack: JSON.stringify(resumed) === JSON.stringify(endpoint),
    ended: [await back.closed, await host.closed],
  };
}

/** Some of what the oldest browsers lack, each for another reason: a static or other member, a global, an option. */
const NEWER = [
  'URL.canParse',
  'Promise.withResolvers',
  'Array.fromAsync',
  'Object.groupBy',
  'AbortSignal.any',
  'Response.json',
  'Symbol.asyncDispose',
  '[].toSorted',
  '[].values().map',
  'new Uint8Array().toReversed',
  'new URLSearchParams().size',
  "new Response('').body.values",
  'Iterator',
  'scheduler',
  "new Request('http://127.0.0.1', { keepalive: true }).keepalive",
  // Has no constructor in Safari; in a worker it is not there at all.
  "(() => { try { return new DeviceOrientationEvent('a'); } catch {} })()",
];
/** What they have: nothing of it may be taken away. */
const OLDER = [
  'AbortSignal.timeout',
  'structuredClone',
  '[].at',
  'new Response().json',
  'crypto.getRandomValues',
  'Symbol.asyncIterator',
  "new Error('', { cause: new Error() }).cause",
  // Who knows the option refuses that value.
  "new Request('http://127.0.0.1', { priority: 'none such' })",
];
/** Reads the types of all of them. */
const LOOK = `({
  newer: [${NEWER.map((each) => `typeof ${each}`)}],
  older: [${OLDER.map((each) => `typeof ${each}`)}],
  left: takenAway.left,
  isMuch: takenAway.gone > 1000,
})`;
const seen = {
  newer: NEWER.map(() => 'undefined'),
  older: [...Array.from({ length: 5 }, () => 'function'), 'symbol', 'object', 'object'],
  left: [],
  isMuch: true,
};

const WORKER = `
import './take-away.js';
import * as relais from './relais.standalone.min.js';
addEventListener('message', async ({ data: proxyUrl }) => {
  const played = await (${playAll})({ relais, proxyUrl }).catch(String);
  postMessage({ played, seen: ${LOOK} });
});
`;

const pages = new GamePages(launchChromium, {
  '/take-away.js': takeAwayScript(newerApis('worker')),
  '/old-worker.js': WORKER,
});

const played = {
  refused: ['invalid-url', 'invalid-url', 'invalid-url'],
  aborted: 'aborted',
  heard: ['ready', 'linked', 'open'],
  roles: ['server', 'client'],
  guests: 2,
  kicked: 'revoked',
  isBack: true,
  ended: ['left', 'deleted'],
};

/** A page from which all that is newer was taken away before its first script. */
async function openOldPage(proxyUrl: string): Promise<Page> {
  const player = await pages.newPlayer();
  await player.addInitScript(takeAwayScript(newerApis('page')));
  return pages.open(proxyUrl, player);
}

describe('in Chromium without all that the oldest supported browsers lack, the built bundle does its job', () => {
  it('on a page', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const page = await openOldPage(stack.proxyUrl);
    expect(await page.evaluate(LOOK)).toEqual(seen);
    expect(await onPage(page, playAll)).toEqual(played);
    expect(await onPage(page, ({ unhandled }) => unhandled)).toEqual([]);
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('in a worker', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const page = await pages.open(stack.proxyUrl);
    const told = await page.evaluate(
      () =>
        new Promise<unknown>((resolve, reject) => {
          const worker = new Worker('./old-worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage((globalThis as unknown as GameWindow).proxyUrl);
        }),
    );
    expect(told).toEqual({ played, seen });
    expect(stack.simulator.sessions()).toEqual([]);
  });
});
