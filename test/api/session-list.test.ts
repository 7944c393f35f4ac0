import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';

let simulator: Simulator;
let api: RelayApi;
const created: string[] = [];

beforeEach(async () => {
  simulator = await createSimulator();
  api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
  created.length = 0;
  for (let count = 0; count < 23; count += 1) {
    created.push((await api.createSession({ users: [{ ip: '1.1.1.1' }] })).session_id);
  }
});
afterEach(() => simulator.close());

const idsOf = async (sessions: AsyncIterable<{ session_id: string }>) => {
  const ids: string[] = [];
  for await (const { session_id } of sessions) ids.push(session_id);
  return ids;
};

const HEALTHY = { session_id: 'a', status: 'READY', ready: true, linked: true };

/** One page, as the service sends it. */
const pageOf = (
  sessions: unknown[],
  { number = 1, next }: { number?: number; next?: number } = {},
) => ({
  sessions,
  total_count: sessions.length,
  pagination: {
    number,
    next_page_number: next ?? null,
    previous_page_number: null,
    paginator: { num_pages: 9 },
    has_next: next !== undefined,
    has_previous: false,
  },
});

describe('a malformed session in the list', () => {
  const odd = { session_id: 'b', status: null, webhook_url: 7 };
  const pages = [
    pageOf([HEALTHY, odd, null, 'c', {}], { next: 2 }),
    pageOf([{ ...HEALTHY, session_id: 'd' }]),
  ];

  it('is told to who asks for sessions, and comes as it is to who asks for entries', async () => {
    await using server = await scriptServer(({ url = '' }, response) =>
      answerJson(response, 200, pages[url.includes('page=2') ? 1 : 0]),
    );
    const listing = new RelayApi({ apiToken: 'a', baseUrl: server.url });
    const refusal = { code: 'invalid-response' };
    await expect(listing.listSessions()).rejects.toMatchObject(refusal);
    await expect(idsOf(listing.listAllSessions())).rejects.toMatchObject(refusal);
    const entries: unknown[] = [];
    for await (const entry of listing.listAllEntries()) entries.push(entry);
    expect(entries).toEqual([HEALTHY, odd, { ...HEALTHY, session_id: 'd' }]);
  });

  it('does not make a page of what is none', async () => {
    await using server = await scriptServer((_request, response) =>
      answerJson(response, 200, { sessions: 7 }),
    );
    const listing = new RelayApi({ apiToken: 'a', baseUrl: server.url });
    await expect(idsOf(listing.listAllEntries())).rejects.toMatchObject({
      code: 'invalid-response',
    });
  });
});

describe('listSessions', () => {
  it('gets one page, and says which are beside it', async () => {
    const { sessions, total_count, pagination } = await api.listSessions({ page: 2, limit: 5 });
    expect(sessions.map(({ session_id }) => session_id)).toEqual(created.slice(5, 10));
    expect(total_count).toBe(23);
    expect(pagination).toEqual({
      number: 2,
      next_page_number: 3,
      previous_page_number: 1,
      paginator: { num_pages: 5 },
      has_next: true,
      has_previous: true,
    });
  });

  it('gets the first page by itself', async () => {
    const { sessions, pagination } = await api.listSessions();
    expect(sessions[0]?.session_id).toBe(created[0]);
    expect(pagination).toMatchObject({ number: 1, has_previous: false });
  });

  it('gets an empty page beyond the last one', async () => {
    const { sessions, pagination } = await api.listSessions({ page: 99, limit: 5 });
    expect(sessions).toEqual([]);
    expect(pagination).toMatchObject({ number: 99, has_next: false, previous_page_number: 5 });
  });
});

describe('on an older platform', () => {
  const missing = [
    [URL, 'canParse'],
    [URLSearchParams.prototype, 'size'],
  ] as const;
  const kept = missing.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name) ?? {});
  beforeEach(() => {
    for (const [owner, name] of missing) Reflect.deleteProperty(owner, name);
  });
  afterEach(() => {
    for (const [index, [owner, name]] of missing.entries()) {
      Object.defineProperty(owner, name, kept[index] ?? {});
    }
  });

  it('listSessions sends its page and limit', async () => {
    expect(new URLSearchParams('a').size).toBe(undefined);
    const { sessions } = await api.listSessions({ page: 2, limit: 5 });
    expect(sessions.map(({ session_id }) => session_id)).toEqual(created.slice(5, 10));
  });

  it('createSession takes IPv6 addresses and a webhook, and refuses what is neither', async () => {
    expect(URL.canParse).toBe(undefined);
    const request = {
      users: [{ ip: '2001:4860::8888' }],
      webhook_url: 'https://studio.example/hook',
    };
    expect((await api.createSession(request)).session_id).toBeTruthy();
    for (const wrong of [{ users: [{ ip: '1::2::3' }] }, { ...request, webhook_url: 'http://' }]) {
      const refused = api.createSession(wrong);
      await expect(refused).rejects.toMatchObject({ code: 'invalid-request' });
    }
  });
});

describe('listAllSessions', () => {
  it.each([1, 5, 23, 24, 1_000])('yields every session once, with pages of %d', async (limit) => {
    expect(await idsOf(api.listAllSessions({ limit }))).toEqual(created);
  });

  it('begins where it is told to', async () => {
    expect(await idsOf(api.listAllSessions({ page: 3, limit: 10 }))).toEqual(created.slice(20));
  });

  it('asks for a page only when it is needed', async () => {
    for await (const _session of api.listAllSessions({ limit: 5 })) break;
    expect(simulator.stats().calls['relay-session-list']).toEqual({ 200: 1 });
  });

  it('yields no session twice when the pages shift', async () => {
    const ids: string[] = [];
    for await (const { session_id } of api.listAllSessions({ limit: 5 })) {
      ids.push(session_id);
      if (ids.length === 5) simulator.endSession(created[22] as string);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(created.slice(0, 22));
  });

  it.each([1, 4, 5, 10, 100])(
    'loses none when each is deleted as it comes, with pages of %d',
    async (limit) => {
      const ids: string[] = [];
      for await (const { session_id } of api.listAllSessions({ limit })) {
        ids.push(session_id);
        await api.deleteSession(session_id);
      }
      expect(ids.toSorted()).toEqual(created.toSorted());
      expect(simulator.sessions()).toEqual([]);
    },
  );

  it.each(['the oldest first', 'the newest first'])(
    'misses none that is there all the time, while others begin and end at each page: %s',
    async (order) => {
      // What is on the account: those that stay, and between them those that come and go.
      let open = created.flatMap((id, index) => [id, `passing-${index}`]);
      let begun = 0;
      await using server = await scriptServer(({ url = '' }, response) => {
        const page = Number(/page=(\d+)/.exec(url)?.[1] ?? 1);
        const all = order === 'the oldest first' ? open : open.toReversed();
        const sessions = all
          .slice(5 * page - 5, 5 * page)
          .map((session_id) => ({ ...HEALTHY, session_id }));
        const next = all.length > 5 * page ? page + 1 : undefined;
        answerJson(response, 200, pageOf(sessions, { number: page, ...(next && { next }) }));
        const ended = open.find((id) => id.startsWith('passing'));
        open = [...open.filter((id) => id !== ended), `passing-too-${begun}`];
        begun += 1;
      });
      const busy = new RelayApi({ apiToken: 'a', baseUrl: server.url });
      const ids = await idsOf(busy.listAllSessions({ limit: 5 }));
      expect(ids).toEqual(expect.arrayContaining(created));
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it('ends, though a new session begins at each page', async () => {
    await using server = await scriptServer(({ url = '' }, response, count) => {
      const number = Number(/page=(\d+)/.exec(url)?.[1] ?? 1);
      const session = { ...HEALTHY, session_id: `new-${count}` };
      answerJson(
        response,
        200,
        pageOf([session], { number, ...(number < 3 && { next: number + 1 }) }),
      );
    });
    const busy = new RelayApi({ apiToken: 'a', baseUrl: server.url });
    expect(await idsOf(busy.listAllSessions())).toHaveLength(6);
    expect(server.requests).toHaveLength(6);
  });

  it('ends, though pages are made faster than they are read', async () => {
    await using server = await scriptServer(({ url = '' }, response, count) => {
      const number = Number(/page=(\d+)/.exec(url)?.[1] ?? 1);
      const session = { ...HEALTHY, session_id: `new-${count}` };
      answerJson(response, 200, pageOf([session], { number, next: number + 1 }));
    });
    const busy = new RelayApi({ apiToken: 'a', baseUrl: server.url });
    const ids = await idsOf(busy.listAllSessions());
    // Nine pages are announced: it reads some more, and no more than that.
    expect(ids.length).toBeGreaterThan(2 * 9);
    expect(ids.length).toBeLessThan(10 * 9);
  });

  it('asks once where all is on one page', async () => {
    expect(await idsOf(api.listAllSessions({ limit: 23 }))).toHaveLength(23);
    expect(simulator.stats().calls['relay-session-list']).toEqual({ 200: 1 });
  });

  it('ends when the service leads in circles', async () => {
    await using server = await scriptServer((_request, response, count) =>
      answerJson(response, 200, pageOf([HEALTHY], { number: count, next: 2 })),
    );
    const circling = new RelayApi({ apiToken: 'a', baseUrl: server.url });
    expect(await idsOf(circling.listAllSessions())).toEqual(['a']);
    expect(server.requests).toHaveLength(4);
  });

  it('stops when the signal is aborted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reading = (async () => {
      for await (const _session of api.listAllSessions({ limit: 1, signal })) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });
});
