import { DEFAULT_LIMITS } from '../../../src/proxy/limits/default-limits.js';
import { Limiter, type Limits } from '../../../src/proxy/limits/index.js';
import { SharedCounts } from '../../../src/proxy/limits/shared-counts.js';
import { WrongJoinCodes } from '../../../src/proxy/limits/wrong-join-codes.js';
import { CreateOrFind } from '../../../src/proxy/operations/create-or-find.js';
import { OrderLocks } from '../../../src/proxy/operations/order-locks.js';
import { LimitChannel } from '../../../src/proxy/store/limit-news.js';
import type { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { newestWire, playerWhoMayLeave } from '../../../src/proxy/store/news.js';
import type { SessionRecords } from '../../../src/proxy/store/session-records.js';
import type { StoreStep } from '../../../src/proxy/store/store-step.js';
import { SweepChannel } from '../../../src/proxy/store/sweep-news.js';
import { Chores } from '../../../src/proxy/upkeep/chores.js';
import { Duty } from '../../../src/proxy/upkeep/duty.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import type { FakeClock } from '../../support/fake-clock.js';

/** What reads a record. */
export interface Reading {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly records: SessionRecords;
  /** Writes the record, or tells the news, as another instance does. */
  readonly write: () => Promise<unknown>;
}

/** One kind of what instances leave for one another. */
export interface RecordKind {
  /** How this release writes one: its very keys and texts, with all fields that there are. */
  readonly written: readonly StoreStep[];
  /** What the proxy makes of it. */
  readonly read: (reading: Reading) => Promise<unknown>;
  readonly meaning: unknown;
  /** What is written beside it, where it means nothing by itself. Default: nothing. */
  readonly besides?: readonly StoreStep[];
}

const LIFETIME = 60_000;
const CLIENT = '203.0.113.7';

const kind = (
  written: readonly StoreStep[],
  read: (reading: Reading) => unknown,
  meaning: unknown,
): RecordKind => ({
  written,
  async read(reading) {
    await reading.write();
    return read(reading);
  },
  meaning,
});

/** What is told of a session, and what is heard. */
const news = (
  message: string,
  read: (heard: string) => unknown = (heard) => heard,
): RecordKind => ({
  written: [['publish', 'session:a-S', message]],
  async read({ records, write }) {
    const heard: string[] = [];
    records.hear(
      'a-S',
      (each) => heard.push(each),
      () => {},
    );
    await write();
    return heard.map(read);
  },
  meaning: [read(message)],
});

/** What is told by a channel of the store as an object, and what is heard. */
const told = (
  name: string,
  message: string,
  hear: (store: MemoryStore, listener: (heard: unknown) => void) => unknown,
): RecordKind => ({
  written: [['publish', name, message]],
  async read({ store, write }) {
    const heard: unknown[] = [];
    hear(store, (each) => heard.push(each));
    await write();
    return heard;
  },
  meaning: [JSON.parse(message)],
});

const sweep = (message: string) =>
  told('sweeps', message, (store, listener) => new SweepChannel(store).hear(listener, () => {}));
const limits = (message: string) =>
  told('limits', message, (store, listener) => new LimitChannel(store).hear(listener));

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    ({ code, forLog }) => forLog?.limit ?? code,
  );
const limiter = ({ clock, store }: Reading, limits: Partial<Limits>) =>
  new Limiter({ ...DEFAULT_LIMITS, ...limits }, store, clock);
const choresOf = ({ clock, store }: Reading) => new Chores({} as never, store, clock);

/** Whether there is room for one more under a name that other instances have counted. */
async function hasRoom(name: string, { clock, store }: Reading): Promise<boolean> {
  const counts = new SharedCounts(name, store, clock);
  const allowance = { name: 'player anna', limit: 20 };
  counts.add(allowance);
  clock.advance(1_000);
  for (let round = 0; round < 20; round += 1) await new Promise((next) => setImmediate(next));
  return counts.hasRoom([allowance]);
}
/** The minute in which a `FakeClock` begins. */
const MINUTE = Date.parse('2026-01-01T00:00:00Z') / 60_000;
const counted = (key: string): StoreStep[] =>
  Array.from({ length: 20 }, () => ['increment', key, LIFETIME] as const);

const NONCE = [['set', 'nonce:n1', 'a-S', LIFETIME]] as const;
const seat = { playerId: 'ben', sessionId: 'a-S', role: 'client', ip: '2.2.2.2' } as const;

/** All kinds: values, sets and messages, each by its name. */
export const RECORD_KINDS: Readonly<Record<string, RecordKind>> = {
  'value nonce': kind(NONCE, ({ records }) => records.sessionOfNonce('n1'), 'a-S'),
  'value join-code': kind(
    [['set', 'join-code:K7QDRMBH', 'a-S', LIFETIME]],
    ({ records }) => records.sessionOfJoinCode('K7QDRMBH'),
    'a-S',
  ),
  'value session': kind(
    [
      [
        'set',
        'session:a-S',
        '{"version":1,"sessionId":"a-S","nonce":"n1","hostId":"anna","joinCode":"K7QDRMBH"}',
        LIFETIME,
      ],
    ],
    ({ records }) => records.find('a-S'),
    { sessionId: 'a-S', nonce: 'n1', hostId: 'anna', joinCode: 'K7QDRMBH' },
  ),
  'value seat': kind(
    [
      [
        'set',
        'seat:a-S:ben',
        '{"version":1,"playerId":"ben","sessionId":"a-S","role":"client","ip":"2.2.2.2",' +
          '"authorizationToken":3500589645,"via":"gateway"}',
        LIFETIME,
      ],
    ],
    ({ records }) => records.seat('a-S', 'ben'),
    { ...seat, authorizationToken: 3_500_589_645, via: 'gateway' },
  ),
  'value departed': kind(
    [['set', 'departed:a-S:ben', 'left', LIFETIME]],
    ({ records }) => records.departure('a-S', 'ben'),
    'left',
  ),
  'value ended': kind(
    [['set', 'ended:a-S', '1', LIFETIME]],
    ({ records }) => records.hasEnded('a-S'),
    true,
  ),
  'value failed': kind(
    [['set', 'failed:a-S', '1', LIFETIME]],
    ({ records }) => records.claimFailure('a-S'),
    false,
  ),
  'value webhook': {
    ...kind(
      [...NONCE, ['set', 'webhook:n1', '1', LIFETIME]],
      ({ records }) => records.tellOfWebhook('n1'),
      undefined,
    ),
    besides: NONCE,
  },
  'value wire': kind(
    [['set', 'wire:a-S:ben', '1700000000000.25 2 process-1', LIFETIME]],
    ({ records }) => records.wireClaim('a-S', 'ben'),
    { at: 1_700_000_000_000.25, serial: 2, process: 'process-1' },
  ),
  'value wires': kind(
    [['increment', 'wires:a-S:ben', LIFETIME]],
    async ({ records }) => (await records.makeClaim('a-S', 'ben', 'process-2')).serial,
    2,
  ),
  'value creating': kind(
    [['set', 'creating:n1', '1', LIFETIME]],
    ({ clock, store }) => refusalOf(new OrderLocks(store, clock).during(['n1'], async () => {})),
    'in-progress',
  ),
  'value tried': kind(
    [['set', 'tried:n1', '1', LIFETIME]],
    ({ store }) => {
      const lostCreates = { find: async () => 'found' };
      const webhookTokens = { url: async () => 'https://studio.example' };
      const service = new CreateOrFind({ store, lostCreates, webhookTokens } as never);
      const asker = { charge() {}, api: { createSession: async () => 'made' } };
      const order = { arrival: {}, nonces: ['n1'], mayBeRepeated: true };
      return service.createOrFind({ asker } as never, order as never);
    },
    'found',
  ),
  'value on-duty': kind(
    [['set', 'on-duty', '2f5c7a52-5c8e-4c3b-9a3e-0d6f1f8f5a11', LIFETIME]],
    ({ clock, store }) => new Duty(store, clock).isMine(),
    false,
  ),
  'value guests': kind(
    [['increment', `guests:${CLIENT}`, LIFETIME]],
    (reading) =>
      refusalOf(limiter(reading, { guestsPerIp: 1 }).countGuest(CLIENT, AbortSignal.any([]))),
    'guestsPerIp',
  ),
  'value creates': kind(
    [['increment', 'creates:anna', LIFETIME]],
    (reading) => refusalOf(limiter(reading, { createsPerPlayer: 1 }).countCreate('anna', CLIENT)),
    'createsPerPlayer',
  ),
  'value creates-at': kind(
    [['increment', `creates-at:${CLIENT}`, LIFETIME]],
    (reading) => refusalOf(limiter(reading, { createsPerIp: 1 }).countCreate('anna', CLIENT)),
    'createsPerIp',
  ),
  'value guesses': kind(
    [['increment', `guesses:${CLIENT}`, LIFETIME]],
    ({ clock, store }) => {
      const limits = { joinMissesPerIp: 1, joinMissesInTotal: 10 };
      const guesses = new WrongJoinCodes({ limits, store, clock });
      return refusalOf(guesses.look(CLIENT, AbortSignal.any([]), async () => 'a-S'));
    },
    'joinMissesPerIp',
  ),
  'value join-misses': kind(
    [['increment', 'join-misses', LIFETIME]],
    ({ clock, store }) => {
      const limits = { joinMissesPerIp: 10, joinMissesInTotal: 1 };
      return new WrongJoinCodes({ limits, store, clock }).isSlow();
    },
    true,
  ),
  'value requests': kind(
    counted(`requests:${MINUTE}:player anna`),
    (reading) => hasRoom('requests', reading),
    false,
  ),
  'value calls': kind(
    counted(`calls:${MINUTE}:player anna`),
    (reading) => hasRoom('calls', reading),
    false,
  ),
  'set seats': kind(
    [
      ['addToSet', 'seats:a-S', 'anna', 0],
      ['addToSet', 'seats:a-S', 'ben', 1_700_000_000_000],
      ...['ben', 'anna'].map((playerId) => {
        const text = JSON.stringify({ version: 1, ...seat, playerId });
        return ['set', `seat:a-S:${playerId}`, text, LIFETIME] as const;
      }),
    ],
    async ({ records }) => (await records.seats('a-S')).map(({ playerId }) => playerId),
    ['anna', 'ben'],
  ),
  'set sessions-of': kind(
    [['addToSet', 'sessions-of:ben', 'a-S', 1_700_000_000_000]],
    ({ records }) => records.sessionsOf('ben'),
    ['a-S'],
  ),
  'set departures': kind(
    [['addToSet', 'departures:a-S', 'ben', Number.MAX_SAFE_INTEGER]],
    ({ records }) => records.wasKicked('a-S', 'ben'),
    true,
  ),
  'set shared': kind(
    [['addToSet', 'shared:a-S', '3500589645', 0]],
    ({ records }) => records.isShared('a-S', 3_500_589_645),
    true,
  ),
  'set reserved': kind(
    [['schedule', 'reserved:sessions-of:anna', 'a nonce', LIFETIME]],
    (reading) =>
      refusalOf(
        limiter(reading, { sessionsPerPlayer: 1 }).addSession(
          'anna',
          'sessions-of:anna',
          'another nonce',
          async () => {},
        ),
      ),
    'sessionsPerPlayer',
  ),
  'set leases': kind(
    [['schedule', 'leases', 'a%20S anna', LIFETIME]],
    async ({ clock, store }) => [...(await new Leases(store, clock, LIFETIME).sessionIds())],
    ['a S'],
  ),
  'set chores delete': kind(
    [['schedule', 'chores', '{"what":"delete","sessionId":"a-S"}', LIFETIME]],
    (reading) => choresOf(reading).planned(),
    [{ what: 'delete', sessionId: 'a-S' }],
  ),
  'set chores revoke': kind(
    [['schedule', 'chores', '{"what":"revoke","sessionId":"a-S","token":3500589645}', LIFETIME]],
    (reading) => choresOf(reading).planned(),
    [{ what: 'revoke', sessionId: 'a-S', token: 3_500_589_645 }],
  ),
  'news roster': news('roster'),
  'news refresh': news('refresh'),
  'news ended': news('ended'),
  'news lease': news('lease ben', (heard) => playerWhoMayLeave(heard as `lease ${string}`)),
  'news wire': news('wire 1700000000000.25 2 process-1 ben', (heard) =>
    newestWire(heard as `wire ${string}`),
  ),
  'limits held': limits('{"what":"held","by":"process-1","isAll":false,"counts":[["anna",2]]}'),
  'limits spent': limits('{"what":"spent","by":"process-1","counts":[["anna",2]]}'),
  'sweeps want': sweep('{"what":"want"}'),
  'sweeps adopt': sweep('{"what":"adopt"}'),
  'sweeps adopted': sweep('{"what":"adopted"}'),
  'sweeps search': sweep('{"what":"search","nonces":["n1"]}'),
  'sweeps begin': sweep('{"what":"begin","nonces":["n1"]}'),
  'sweeps found': sweep(
    '{"what":"found","sessionId":"a-S","webhookUrl":"https://studio.example/v1/webhooks/token"}',
  ),
  'sweeps page': sweep('{"what":"page","sessions":[["a-S",1023,"\\"1f-2a-3b\\""]]}'),
  'sweeps end': sweep('{"what":"end","pages":1,"isWhole":true,"next":10000}'),
};

/** To which kind belongs what an operation of the store writes or tells; `undefined` where it writes nothing. */
export function kindOf(operation: string, [name, text]: readonly unknown[]): string | undefined {
  const [first = ''] = String(name).split(':');
  switch (operation) {
    case 'set':
    case 'setIfAbsent':
    case 'increment':
      return `value ${first}`;
    case 'addToSet':
      return `set ${first}${first === 'chores' ? ` ${JSON.parse(String(text)).what}` : ''}`;
    case 'publish':
      return first === 'session'
        ? `news ${String(text).split(' ')[0]}`
        : `${first} ${JSON.parse(String(text)).what}`;
    default:
      return undefined;
  }
}
