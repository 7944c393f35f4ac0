import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import { RelayError, type RelayErrorCode } from '../../src/common/relay-error.js';
import { endpointOf } from '../../src/connection/endpoint.js';
import {
  type ConnectionState,
  type Input,
  type Snapshot,
  step,
} from '../../src/connection/state.js';
import { relayAt } from '../support/fake-proxy.js';

const document = (changes: Partial<PlayerSession> = {}): PlayerSession =>
  ({
    session_id: '7349356945f1-S',
    authorization_token: 3_500_589_645,
    session_user: { authorization_token: 21_986_334 },
    status: 'Initializing',
    ready: false,
    linked: false,
    role: 'server',
    ...changes,
  }) as PlayerSession;

const created = document();
const ready = document({ ready: true });
const linked = document({ linked: true, relay: relayAt(32_000) });
const elsewhere = document({ linked: true, relay: relayAt(42_000) });
const both = document({ ready: true, linked: true, relay: relayAt(32_000) });
const moved = document({ ready: true, linked: true, relay: relayAt(42_000) });
const broken = document({ error: 'No relay near the players.' });
const error = (code: RelayErrorCode) => new RelayError(code, code);

const snapshots: Record<ConnectionState, Snapshot> = {
  idle: { state: 'idle' },
  requesting: { state: 'requesting' },
  waiting: { state: 'waiting', session: created },
  open: { state: 'open', session: both, endpoint: endpointOf(both) as never },
  closed: { state: 'closed' },
  failed: { state: 'failed', error: error('forbidden') },
};

const inputs: Record<string, Input> = {
  start: 'start',
  created,
  ready,
  linked,
  elsewhere,
  both,
  moved,
  broken,
  failing: { error: error('network'), attempt: 1, delay: 250 },
  fatal: error('forbidden'),
  timeout: error('link-timeout'),
  gone: error('session-deleted'),
  revoked: error('revoked'),
  leave: error('aborted'),
};

const failed = 'failed state error close:failed';
const whileRequested = {
  start: undefined,
  both: 'open state session ready linked:32000 open',
  moved: 'open state session ready linked:42000 open',
  broken: failed,
  fatal: failed,
  timeout: failed,
  gone: 'closed state close:deleted',
  revoked: 'closed state close:revoked',
  leave: 'closed state close:left',
};

/** Every cell: the next state and the events in order; nothing where nothing changes. */
const TABLE: Record<ConnectionState, Record<string, string | undefined>> = {
  idle: { start: 'requesting state' },
  requesting: {
    ...whileRequested,
    failing: 'requesting retrying',
    created: 'waiting state session',
    ready: 'waiting state session ready',
    linked: 'waiting state session linked:32000',
    elsewhere: 'waiting state session linked:42000',
  },
  waiting: {
    ...whileRequested,
    failing: 'waiting retrying',
    created: 'waiting',
    ready: 'waiting session ready',
    linked: 'waiting session linked:32000',
    elsewhere: 'waiting session linked:42000',
  },
  open: {
    ...whileRequested,
    failing: 'open retrying',
    created: 'open session',
    ready: 'open session',
    linked: 'open session',
    elsewhere: 'open session linked:42000',
    both: 'open',
    moved: 'open session linked:42000',
  },
  closed: { start: 'requesting state' },
  failed: { start: 'requesting state' },
};

const cells = Object.keys(TABLE).flatMap((state) =>
  Object.keys(inputs).map((input) => [state as ConnectionState, input] as const),
);

describe('the state table', () => {
  it.each(cells)('%s, %s', (state, input) => {
    const before = snapshots[state];
    const [next, emissions] = step(before, inputs[input] as Input);
    const names = emissions.map(([name, payload]) => {
      if (name === 'linked') return `linked:${payload.port}`;
      return name === 'close' ? `close:${payload}` : name;
    });
    const expected = TABLE[state][input];
    if (expected === undefined) {
      expect(next).toBe(before);
      expect(names).toEqual([]);
    } else {
      expect([next.state, ...names].join(' ')).toBe(expected);
    }
  });

  it('opens when the second flag rises, whichever it is', () => {
    for (const [one, name] of [
      [ready, 'linked'],
      [linked, 'ready'],
    ] as const) {
      const [next] = step(snapshots.waiting, one);
      const [, emissions] = step(next, both);
      expect(emissions.map(([name]) => name)).toEqual(['state', 'session', name, 'open']);
    }
  });

  it('does not open with a relay that is no longer linked', () => {
    const [next] = step(snapshots.waiting, linked);
    const [lost, emissions] = step(next, ready);
    expect(lost).toEqual({ state: 'waiting', session: ready });
    expect(emissions.map(([name]) => name)).toEqual(['session', 'ready']);
    const names = step(lost, both)[1].map(([name]) => name);
    expect(names).toEqual(['state', 'session', 'linked', 'open']);
  });

  it('keeps the endpoint while an open session moves', () => {
    const [next] = step(snapshots.open, ready);
    expect(next).toMatchObject({ state: 'open', endpoint: { port: 32_000 } });
    expect(step(next, both)[1].map(([name]) => name)).toEqual(['session']);
  });

  it('keeps the service’s message of a session that failed', () => {
    expect(step(snapshots.waiting, broken)[0]).toMatchObject({
      error: { code: 'session-failed', message: 'No relay near the players.' },
    });
  });

  it('tells the previous state with the new one', () => {
    expect(step(snapshots.waiting, both)[1][0]).toEqual(['state', 'open', 'waiting']);
  });
});

/** What stands for each row of the written tables; nothing for what never gets as far as the state. */
const ROWS: Record<string, readonly (keyof typeof inputs)[]> = {
  '*create*, *join*, *resume*': ['start'],
  document: ['created', 'ready', 'linked', 'elsewhere'],
  '… ready and linked': ['both', 'moved'],
  '… with an `error`': ['broken'],
  'no change (304)': [],
  'passing failure': ['failing'],
  '401': [],
  'fatal error': ['fatal'],
  // Once open, its timer is gone: page-life and patience look after that.
  '`linkTimeout`': ['timeout'],
  '404 with a ticket': ['gone'],
  '403 `revoked`': ['revoked'],
  '*leave*, abort': ['leave'],
  '`offline`, `online`': [],
  'page put away': [],
  'page back': [],
};

describe.each(['docs/connection.md', 'src/connection/state.ts'])('%s says', (path) => {
  const text = readFileSync(path, 'utf8').replaceAll(/^ \* /gm, '');
  const [head = [], , ...rows] = (/^\| arrives .*\n(\|.*\n)*/m.exec(text)?.[0] ?? '')
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

  it.each(rows)('%s', (name, ...row) => {
    const stands = ROWS[name ?? ''];
    expect(stands).toBeDefined();
    for (const column of [0, 1, 2]) {
      if (name === '`linkTimeout`' && head[column + 1] === 'open') continue;
      const cell = row[column]?.startsWith('the same') ? row[column - 1] : row[column];
      const [said = '', state] = /^(?:– \(.*|`(\w+)`)?/.exec(cell ?? '') ?? [];
      const told = new Set<string>();
      for (const before of (head[column + 1] ?? '').split(', ') as ConnectionState[]) {
        for (const input of stands ?? []) {
          const [next, emissions] = step(snapshots[before], inputs[input] as Input);
          expect([before, input, next.state]).toEqual([before, input, state ?? before]);
          for (const [event, payload] of emissions) {
            told.add(event === 'close' ? `close(${payload})` : event);
          }
        }
      }
      const events = cell
        ?.slice(said.length)
        .match(/\b(state|session|ready|linked|open|retrying|error|close\(\w+\))(?=[,; ]|$)/g);
      expect([cell, [...told]]).toEqual([cell, [...new Set(events)]]);
    }
  });
});

it('the diagram has every way from one state to another, and no other', () => {
  const diagram = readFileSync('docs/connection.md', 'utf8').matchAll(/^ {2}(\w+) --> (\w+):/gm);
  const drawn = [...diagram].map(([, from, to]) => `${from} ${to}`);
  const ways = cells.map(([state, input]) => {
    const [next] = step(snapshots[state], inputs[input] as Input);
    return `${state} ${next.state}`;
  });
  const isWay = (way: string) => new Set(way.split(' ')).size === 2;
  expect(new Set(drawn.filter(isWay))).toEqual(new Set(ways.filter(isWay)));
});
