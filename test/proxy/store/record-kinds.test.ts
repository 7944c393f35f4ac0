import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../../src/api/player-session.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import type { StoreStep } from '../../../src/proxy/store/store-step.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { hostByGateway, joinByGateway } from '../../support/gateway-game.js';
import { PageClient } from '../../support/page-client.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';
import { kindOf, RECORD_KINDS, type RecordKind } from './record-kinds.js';

/** What the proxy makes of records that were written so. */
async function read({ read }: RecordKind, written: readonly StoreStep[]): Promise<unknown> {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const write = () => store.batch(written);
  return read({ clock, store, records: new SessionRecords(store), write });
}

/** The fields of a text, where it is an object in JSON. */
const fieldsOf = (text: unknown): string[] =>
  typeof text === 'string' && text.startsWith('{') ? Object.keys(JSON.parse(text)) : [];

/** The same step as a newer release may write it: with a field that nobody knows, and a version that is higher. */
function fromNewer(step: StoreStep): StoreStep {
  const changed = step.map((part) => {
    if (fieldsOf(part).length === 0) return part;
    const { version, ...fields } = JSON.parse(String(part));
    return JSON.stringify({ ...(version && { version: 9 }), ...fields, mood: 'fine' });
  });
  return changed as unknown as StoreStep;
}

const ALL = Object.entries(RECORD_KINDS);

describe('what this release leaves in the store', () => {
  it.each(ALL)('is read as it was meant: %s', async (_name, kind) => {
    expect(await read(kind, kind.written)).toEqual(kind.meaning);
    // It is what was written that says so.
    expect(await read(kind, kind.besides ?? [['now']])).not.toEqual(kind.meaning);
  });

  const withFields = ALL.filter(([, { written }]) =>
    written.flat().some((part) => fieldsOf(part).length),
  );
  it.each(withFields)(
    'is read also where a newer release has added to it: %s',
    async (_name, kind) => {
      expect(await read(kind, kind.written.map(fromNewer))).toEqual(kind.meaning);
    },
  );
});

/** A store of two instances, and what they leave in it: by kind, with the fields that it has. */
function recordingStore() {
  const kinds = new Map<string, Set<string>>();
  const memory = new MemoryStore();
  const make = () =>
    wrapStore(memory, (operation, call, given) => {
      const name = kindOf(operation, given);
      if (name) {
        const fields = kinds.get(name) ?? new Set();
        kinds.set(name, fields);
        for (const field of given.flatMap(fieldsOf)) fields.add(field);
      }
      return call();
    });
  return { kinds, make };
}

/** How to reach a service whose answer to the first *create* is lost. */
function loseFirstCreate(): typeof fetch {
  let isLost = false;
  return async (input, init) => {
    const request = new Request(input, init);
    const answer = await fetch(request);
    if (isLost || request.method !== 'POST' || !request.url.endsWith('/sessions')) return answer;
    isLost = true;
    throw new TypeError('The answer was lost.');
  };
}

/** All but what only instances tell whose players cause many calls of the service: a match does not come to that. */
const EXPECTED = Object.keys(RECORD_KINDS).filter((name) => name !== 'limits spent');

const SECRETS = ['a secret that both instances know 12'];
const LIMITS = { requestsPerPlayer: 200, upstreamCallsPerPlayer: 20 };

it('is known here, every kind of it: a whole match leaves no other', async () => {
  const { kinds, make } = recordingStore();
  const common = { secrets: SECRETS, limits: LIMITS, lease: 4, longestWait: 1, log: () => {} };
  await using stack = await startStack(
    { linkDelay: 300, sameAddress: 'same-user' },
    { ...common, gateway: {}, store: make() },
  );
  const { edgegap, proxyUrl, simulator } = stack;
  const hosting = await hostByGateway(proxyUrl);
  const { client: host } = hosting;
  const session = await host.linked(hosting.session);
  const kicked = await joinByGateway(hosting);
  const left = await joinByGateway(hosting);
  const lapsing = await joinByGateway(hosting);
  const page = new PageClient(`${proxyUrl.replace('http', 'ws')}/v1/channel`, left);
  await expect.poll(() => page.messages.length).toBeGreaterThan(0);
  await host.join({ join_code: 'WRNGCDES' });
  const { webhook_url } = simulator.sessions()[0] ?? {};
  await host.send('POST', new URL(webhook_url ?? '').pathname);
  await host.revoke(session, { player_id: kicked.client.playerId });
  await left.client.revoke(left.session);
  await lapsing.client.revoke(lapsing.session, { after: 1 });
  // Another instance is not on duty, and more sessions than pages are watched there.
  const losing = { ...edgegap, fetch: loseFirstCreate() };
  await using other = await startStack({}, { ...common, edgegap: losing, store: make() });
  const elsewhere = await GameClient.guest(other.proxyUrl);
  const watched: PlayerSession[] = [];
  for (const key of ['one', 'two', 'three']) {
    const made = await elsewhere.create({ 'idempotency-key': key });
    watched.push(await elsewhere.linked(made.body));
  }
  const wait = async (one: PlayerSession) => {
    const etag = (await elsewhere.get(one)).headers.get('etag') ?? '';
    await elsewhere.get(one, { prefer: 'wait=1', 'if-none-match': etag });
  };
  const failing = (await elsewhere.create()).body;
  simulator.failSession(failing.session_id, 'No relay near.');
  watched.push(failing);
  expect((await host.delete(session)).status).toBe(204);
  const missing = async () => {
    await Promise.all(watched.map(wait));
    return EXPECTED.filter((name) => !kinds.has(name));
  };
  await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
  page.cut();
  // Whoever leaves something new there adds it to the kinds, and how it is read.
  expect([...kinds.keys()].filter((name) => !RECORD_KINDS[name])).toEqual([]);
  for (const [name, fields] of kinds) {
    const known = RECORD_KINDS[name]?.written.flat().flatMap(fieldsOf) ?? [];
    expect([name, [...fields].filter((field) => !known.includes(field))]).toEqual([name, []]);
  }
});
