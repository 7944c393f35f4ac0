import type * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { RelaySession, UserAuthorization } from '../../src/api/schemas.js';
import { SessionList } from '../../src/api/session-list.js';
import { OPERATION_IDS, OPERATIONS, type OperationId } from '../../src/simulator/operations.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import openApi from '../support/edgegap-relays.openapi.json' with { type: 'json' };
import { FakeClock } from '../support/fake-clock.js';
import { documentedFields, Judge } from '../support/openapi-judge.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';

const judge = new Judge();
const clock = new FakeClock();
const UNKNOWN = '000000000000-S';
let simulator: Simulator;
let api: RelayApi;

beforeAll(async () => {
  simulator = await createSimulator({ clock, seed: 7 });
  api = apiWith('secret');
});
afterAll(() => simulator.close());

function apiWith(apiToken: string): RelayApi {
  const hurried = new FakeClock({ hurry: { except: 10_000 } });
  return new RelayApi({ apiToken, baseUrl: simulator.url, fetch: judge.fetch, clock: hurried });
}

/** Sends what RelayApi would not. */
function send(
  id: OperationId,
  headers: Record<string, string>,
  body?: string,
  sessionId = UNKNOWN,
) {
  const { method, path } = OPERATIONS[id];
  const url = simulator.url + path.replace(':session_id', sessionId);
  const isSent = method === 'POST';
  return judge.fetch(url, { method, headers, ...(isSent && { body: body ?? sampleBody(id) }) });
}

function sampleBody(id: OperationId): string {
  return JSON.stringify(
    {
      'relay-session-create': { users: [{ ip: '1.1.1.1' }] },
      'relay-user-authorize': { session_id: UNKNOWN, user_ip: '1.1.1.1' },
      'relay-user-revoke': { session_id: UNKNOWN, authorization_token: 1 },
    }[id as string],
  );
}

const create = (count = 1): Promise<RelaySession> =>
  api.createSession({
    users: Array.from({ length: count }, (_, index) => ({ ip: `1.1.1.${index}` })),
    filters: [{ field: 'location', values: ['US'], filter_type: 'any' }],
    webhook_url: 'http://127.0.0.1:9/hook',
  });

describe('the project’s operations', () => {
  it('are those of the document', () => {
    const documented = Object.values(openApi.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect([...OPERATION_IDS].sort()).toEqual(documented.sort());
  });
});

describe('what RelayApi sends and the simulator answers is as documented', () => {
  it('through a session’s whole life', async () => {
    const { session_id } = await create(2);
    await api.getSession(session_id);
    clock.advance(1_500);
    const linked = await api.getSession(session_id);
    expect(linked.linked).toBe(true);
    await api.authorizeUser({ session_id, user_ip: '2001:db8::1' });
    await simulator.relink(session_id);
    const { session_users } = await api.getSession(session_id);
    expect(session_users).toHaveLength(3);
    for (const { authorization_token = 0 } of session_users ?? []) {
      await api.revokeUser({ session_id, authorization_token });
    }
    const failed = await create();
    simulator.failSession(failed.session_id, 'No relay near the players.');
    const { error } = await api.getSession(failed.session_id);
    expect(error).toBe('No relay near the players.');
    const refusal = { code: 'conflict', status: 409 };
    const joiner = { session_id: failed.session_id, user_ip: '1.1.1.1' };
    await expect(api.authorizeUser(joiner)).rejects.toMatchObject(refusal);
    await api.deleteSession(session_id);
    await api.deleteSession(failed.session_id);
  });

  it('whether absent values are null or missing', async () => {
    for (const absent of ['null', 'missing'] as const) {
      const other = await createSimulator({ absent, clock });
      const otherApi = new RelayApi({
        apiToken: 'secret',
        baseUrl: other.url,
        fetch: judge.fetch,
        clock,
      });
      const { session_id } = await otherApi.createSession({ users: [{ ip: '1.1.1.1' }] });
      const raw = await judge.fetch(`${other.url}/v1/relays/sessions/${session_id}`, {
        headers: { authorization: 'token secret' },
      });
      const document = (await raw.json()) as object;
      const names = ['error', 'relay', 'webhook_url'];
      expect(names.map((name) => name in document)).toEqual(names.map(() => absent === 'null'));
      await otherApi.authorizeUser({ session_id, user_ip: '1.1.1.1' });
      await otherApi.listSessions();
      await other.close();
    }
  });

  it('in lists of one page and of many', async () => {
    await api.listSessions();
    for (let count = 0; count < 5; count += 1) await create();
    const sessions = [];
    for await (const session of api.listAllSessions({ limit: 2 })) sessions.push(session);
    clock.advance(1_500);
    await api.listSessions({ page: 2, limit: 2 });
    const failed = await create();
    simulator.failSession(failed.session_id, 'No relay.');
    await api.listSessions({ limit: 100 });
    expect(sessions).toHaveLength(5);
  });

  it.each(OPERATION_IDS)('in every refusal of %s', async (id) => {
    const authorization = 'token secret';
    const answers = [await send(id, {}), await send(id, { authorization: 'token wrong' })];
    expect(answers.map(({ status }) => status)).toEqual([401, 403]);
    if (OPERATIONS[id].method === 'POST') {
      for (const body of ['', '{', '[]', 'null', '{"users":[]}', '{"session_id":""}']) {
        const { status } = await send(id, { authorization }, body);
        expect(status).toBe(400);
      }
    }
    const { status } = await send(id, { authorization });
    const expected = {
      'relay-session-create': 200,
      'relay-session-list': 200,
      'relay-user-authorize': 400,
    };
    expect(status).toBe((expected as Partial<Record<OperationId, number>>)[id] ?? 404);
    for (const kind of ['rate-limited', 'server-error', 'unavailable'] as const) {
      simulator.faults.add({ kind, operation: id, times: 1 });
      const failed = await send(id, { authorization });
      const wanted = { 'rate-limited': 429, 'server-error': 500, unavailable: 503 }[kind];
      expect(failed.status).toBe(wanted);
      expect(failed.headers.has('retry-after')).toBe(kind === 'rate-limited');
    }
  });

  it('and RelayApi takes what only the service itself may send', async () => {
    const document = { session_id: UNKNOWN, status: 'Error', ready: false, linked: false };
    await using service = await scriptServer((_request, response) =>
      answerJson(response, 200, { ...document, error: 'No relay.' }),
    );
    const { fetch } = judge;
    const other = new RelayApi({ apiToken: 'secret', baseUrl: service.url, fetch });
    const joiner = { session_id: UNKNOWN, user_ip: '1.1.1.1' };
    expect((await other.authorizeUser(joiner)).error).toBe('No relay.');
  });

  it('without a single violation', () => {
    expect(judge.violations).toEqual([]);
  });

  it('and nothing of the document is left out: no operation, no status, no field', () => {
    expect(judge.unseen()).toEqual([]);
  });
});

/** The paths of all fields of a schema of ours; `*` stands for any item of a list. */
function fieldsOf(schema: v.GenericSchema, path = ''): string[] {
  const { entries, wrapped, item } = schema as {
    readonly entries?: Record<string, v.GenericSchema>;
    readonly wrapped?: v.GenericSchema;
    readonly item?: v.GenericSchema;
  };
  if (wrapped) return fieldsOf(wrapped, path);
  if (item) return fieldsOf(item, `${path}*.`);
  return Object.entries(entries ?? {}).flatMap(([name, child]) => [
    path + name,
    ...fieldsOf(child, `${path}${name}.`),
  ]);
}

const parentOf = (path: string) => path.split('.').slice(0, -1).join('.');

describe('the schemas', () => {
  it.each([
    ['relay-session-create', RelaySession],
    ['relay-session-get', RelaySession],
    ['relay-session-list', SessionList],
    ['relay-user-authorize', UserAuthorization],
  ] as const)('have all the fields of the document, and no others: %s', (id, schema) => {
    expect(documentedFields(id)).toContain(id === 'relay-session-list' ? 'total_count' : 'linked');
    const documented = documentedFields(id);
    // *authorize-user* leaves open what is in its objects.
    const described = new Set(documented.map(parentOf));
    const ours = fieldsOf(schema).filter((path) => described.has(parentOf(path)));
    expect(ours.sort()).toEqual(documented);
  });
});

describe('the judge', () => {
  it('finds what breaks the document', async () => {
    const strict = new Judge();
    const bad = await createSimulator();
    const api = new RelayApi({ apiToken: 'secret', baseUrl: bad.url, fetch: strict.fetch });
    await api.createSession({ users: [{ ip: '1.1.1.1' }], token: 7 } as never);
    await strict.fetch(`${bad.url}/v1/elsewhere`);
    await bad.close();
    expect(strict.violations).toEqual([
      'relay-session-create request: data must NOT have additional properties',
      expect.stringContaining('is no operation'),
    ]);
    expect(strict.unseen()).toContain('relay-session-create 503');
    expect(strict.unseen()).toContain('relay-session-create request filters');
    expect(strict.unseen()).not.toContain('relay-session-create request users');
  });
});
