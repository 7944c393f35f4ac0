import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { type Bend, type ListPage, startWaitingHosts } from '../../support/waiting-hosts.js';

const SESSIONS = 12;
/** So that there are several pages, and fewer than sessions: then they are watched together. */
const PAGE = 4;
/** The time of two sweeps, and of the calls that they cause, in milliseconds. */
const TWO_SWEEPS = 20_000 + 4_000;

/** Hosts whose sessions are open and watched together, while the list is bent as the test says. */
async function startTable(bend: Omit<Bend, 'pageSize'> = {}) {
  const table = await startWaitingHosts({ ...bend, pageSize: PAGE });
  const hosts = await table.come(SESSIONS);
  await table.time.until(() => {
    expect(hosts.every(({ news }) => news.at(-1)?.body.linked)).toBe(true);
  });
  // Until the next sweep is one that watches.
  await table.pass(15_000);
  return { table, hosts };
}

type Table = Awaited<ReturnType<typeof startTable>>;

/** That nobody was told that their session is over. */
function expectAllAlive({ hosts }: Table) {
  expect(hosts.flatMap(({ news }) => news.map(({ status }) => status))).not.toContain(404);
}

/** Ends one session and moves another, and sees that both hosts hear of it in time. */
async function expectNoChangeIsMissed({ table, hosts }: Table) {
  const [moved, ended] = [hosts[3], hosts[8]];
  if (!moved || !ended) throw new Error('There must be so many.');
  const before = JSON.stringify(moved.news.at(-1)?.body.relay);
  await table.simulator.relink(moved.session.session_id);
  table.simulator.endSession(ended.session.session_id);
  await table.pass(TWO_SWEEPS);
  expect(JSON.stringify(moved.news.at(-1)?.body.relay)).not.toBe(before);
  expect(ended.news.at(-1)?.status).toBe(404);
  const others = hosts.filter((host) => host !== ended);
  expect(others.flatMap(({ news }) => news.map(({ status }) => status))).not.toContain(404);
}

const lists = ({ table }: Table) =>
  table.calls.filter(({ path }) => path.endsWith('/sessions')).length;
const gets = ({ table }: Table) =>
  table.calls.filter(({ path }) => /sessions\/[^/]+$/.test(path)).length;

describe('open sessions that are watched together', () => {
  it('are asked for one by one only where the list shows a change', async () => {
    const both = await startTable();
    await using table = both.table;
    const before = { lists: lists(both), gets: gets(both) };
    await table.pass(30_000);
    expect(lists(both) - before.lists).toBeGreaterThanOrEqual(3 * 2);
    expect(gets(both)).toBe(before.gets);
    const [first] = both.hosts;
    await table.simulator.relink(first?.session.session_id ?? '');
    await table.pass(TWO_SWEEPS);
    // It is pending again for a moment, and so asked for more than once.
    const asked = table.calls.slice(-gets(both)).filter(({ path }) => !path.endsWith('/sessions'));
    expect(asked.length).toBeGreaterThan(0);
    expect(first?.news.at(-1)?.body.linked).toBe(true);
  });

  it.each<[string, (page: ListPage) => unknown]>([
    ['without users or relay', (page) => ({ ...page, sessions: page.sessions.map(bare) })],
    ['that are malformed', (page) => ({ ...page, sessions: page.sessions.map(odd) })],
    ['that are empty', (page) => ({ ...page, sessions: [] })],
    ['that are empty, and count none', (page) => ({ ...page, sessions: [], total_count: 0 })],
    [
      'that contradict what a get says',
      (page) => ({ ...page, sessions: page.sessions.map(other) }),
    ],
  ])('are missed in no list with entries %s', async (_name, list) => {
    let isLying = false;
    const both = await startTable({ list: (page) => (isLying ? list(page) : page) });
    await using table = both.table;
    isLying = true;
    await table.pass(60_000);
    expectAllAlive(both);
    await expectNoChangeIsMissed(both);
  });

  it('outlive a minute in which the list does not show them', async () => {
    let missing = '';
    const both = await startTable({
      list: (page) => ({
        ...page,
        sessions: page.sessions.filter(({ session_id }) => session_id !== missing),
      }),
    });
    await using table = both.table;
    missing = both.hosts[3]?.session.session_id ?? '';
    await table.pass(60_000);
    expectAllAlive(both);
    await expectNoChangeIsMissed(both);
  });

  it('are found changed by the sweep after one that was stale', async () => {
    const stale = new Map<unknown, ListPage>();
    let isStale = false;
    const both = await startTable({
      list: (page) => {
        const { number } = page['pagination'] as { number: number };
        if (!isStale) stale.set(number, page);
        return isStale ? (stale.get(number) ?? page) : page;
      },
    });
    await using table = both.table;
    isStale = true;
    const changing = expectNoChangeIsMissed(both);
    // For the time of one sweep.
    await table.pass(10_000);
    isStale = false;
    await changing;
  });

  it('are all seen, though others come and go, and pages shift while they are read', async () => {
    const others: string[] = [];
    let api: RelayApi | undefined;
    const both = await startTable({
      list: (page) => {
        table.simulator.endSession(others.shift() ?? '');
        void begin();
        return page;
      },
    });
    await using table = both.table;
    const begin = async () => {
      const session = await api?.createSession({ users: [{ ip: '198.51.100.1' }] });
      if (session) others.push(session.session_id);
    };
    const { apiToken } = table.edgegap;
    api = new RelayApi({ apiToken, baseUrl: table.simulator.url });
    for (let count = 0; count < PAGE; count += 1) await begin();
    await table.pass(60_000);
    expectAllAlive(both);
    await expectNoChangeIsMissed(both);
  });

  it('cost a quarter of the budget at most, though no list has vouched for them yet', async () => {
    const list = (page: ListPage) => ({ ...page, sessions: [] });
    await using table = await startWaitingHosts({ list });
    const hosts = await table.come(100);
    await table.time.until(() => {
      expect(hosts.every(({ news }) => news.at(-1)?.body.linked)).toBe(true);
    });
    await table.pass(20_000);
    const before = table.calls.length;
    // All hosts come again, twice.
    await table.pass(60_000);
    expect(table.calls.length - before).toBeLessThanOrEqual(60 * 5 + 5);
    expect(hosts.flatMap(({ news }) => news.map(({ status }) => status))).not.toContain(404);
  });
});

type Entry = Record<string, unknown>;
const bare = ({ session_id, status, ready, linked }: Entry) => ({
  session_id,
  status,
  ready,
  linked,
});
const odd = (entry: Entry) => ({
  ...entry,
  ready: 'yes',
  relay: 7,
  session_users: [null],
  error: {},
});
const other = (entry: Entry) => ({ ...entry, status: 'Somehow', authorization_token: 7 });
