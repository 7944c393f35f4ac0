import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.js';
import { runCommand } from '../../support/command.js';
import { madeByProxy } from '../../support/made-by-proxy.js';
import { answerJson, scriptServer } from '../../support/scripted-server.js';

const API_TOKEN = 'studio-api-token-5f1c';
const OWN_SECRET = 'the secret of our own instances 1234';
const OTHER_SECRET = 'the secret of somebody else 12345678';

let simulator: Simulator;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  simulator = await createSimulator({ apiToken: API_TOKEN, linkDelay: 0 });
  closing.push(() => simulator.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A session that a proxy with this secret has made for a host, some hours ago by its clock. */
const madeBy = (secret: string, hoursAgo = 0) =>
  madeByProxy({ apiToken: API_TOKEN, baseUrl: simulator.url, secret, hoursAgo });

const direct = () => new RelayApi({ apiToken: API_TOKEN, baseUrl: simulator.url });

const TOKEN_ONLY = { EDGEGAP_API_TOKEN: API_TOKEN };
/** Settings of calls that are refused before anybody is asked. */
const UNASKED = { ...TOKEN_ONLY, RELAIS_SECRETS: OWN_SECRET };

const env = (more: Record<string, string> = {}) => ({
  EDGEGAP_API_TOKEN: API_TOKEN,
  EDGEGAP_API_URL: simulator.url,
  RELAIS_SECRETS: OWN_SECRET,
  ...more,
});

const sessions = (args: string, { input = '', settings = env() as Record<string, string> } = {}) =>
  runCommand(['sessions', ...args.split(' ')], settings, { input }).ended;

const open = () => simulator.sessions().map((session) => session.session_id);

describe('relais sessions list', () => {
  it('shows whose each session is, how old, and with how many players, the oldest first', async () => {
    const young = await madeBy(OWN_SECRET, 0);
    const old = await madeBy(OWN_SECRET, 26.5);
    const foreign = await madeBy(OTHER_SECRET, 3);
    const { session_id: bare } = await direct().createSession({ users: [{ ip: '1.1.1.1' }] });
    const { code, stdout, stderr } = await sessions('list');
    expect([code, stderr]).toEqual([0, '']);
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['ID', 'AGE', 'STATUS', 'PLAYERS', 'WHOSE']);
    expect(rows[1]).toEqual([old.id, '1d2h', expect.any(String), '1', 'this proxy']);
    expect(rows[2]).toEqual([foreign.id, '3h', expect.any(String), '1', 'another proxy']);
    expect(rows[3]?.[0]).toBe(young.id);
    expect(rows[4]?.[0]).toBe(bare);
    expect(rows[4]?.[1]).toBe('–');
    expect(rows[4]?.[4]).toBe('no proxy');
    expect(stdout).toContain('\n4 of 4 open sessions.\n');
  });

  it('shows those that are older, or this proxy’s own, and all as JSON', async () => {
    const young = await madeBy(OWN_SECRET);
    const old = await madeBy(OWN_SECRET, 3);
    const foreign = await madeBy(OTHER_SECRET, 5);
    const ids = async (args: string) =>
      JSON.parse((await sessions(`list --json ${args}`)).stdout)
        .map((row: { session_id: string }) => row.session_id)
        .sort();
    expect(await ids('--mine')).toEqual([young.id, old.id].sort());
    expect(await ids('--older-than 2h')).toEqual([old.id, foreign.id].sort());
    expect(await ids('--older-than 100m --mine')).toEqual([old.id]);
    const { stdout } = await sessions('list --json --older-than 4h');
    expect(JSON.parse(stdout)).toEqual([
      {
        session_id: foreign.id,
        status: expect.any(String),
        ready: true,
        linked: true,
        players: 1,
        owner: 'another',
        made: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        age: expect.any(Number),
      },
    ]);
  });

  it('goes through all pages', async () => {
    for (let count = 0; count < 205; count += 1) {
      await direct().createSession({ users: [{ ip: '1.1.1.1' }] });
    }
    const { stdout } = await sessions('list');
    expect(stdout).toContain('\n205 of 205 open sessions.\n');
  });

  it('does as the service says where it makes too many calls, and says so', async () => {
    await madeBy(OWN_SECRET);
    simulator.faults.add({
      kind: 'rate-limited',
      operation: 'relay-session-list',
      times: 6,
      retryAfter: 0,
    });
    const { code, stdout, stderr } = await sessions('list');
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 of 1 open sessions.')]);
    expect(stderr.match(/asks for a pause of 0 s \(429\)/g)).toHaveLength(6);
  });

  it('shows no control characters of the service’s', async () => {
    const entry = { session_id: 'a\u001b[2Jb', status: 'x\r\u202ey', ready: true, linked: true };
    await using server = await scriptServer((_request, response) =>
      answerJson(response, 200, {
        sessions: [entry],
        total_count: 1,
        pagination: {
          number: 1,
          next_page_number: null,
          previous_page_number: null,
          paginator: { num_pages: 1 },
          has_next: false,
          has_previous: false,
        },
      }),
    );
    const { stdout } = await sessions('list', { settings: env({ EDGEGAP_API_URL: server.url }) });
    expect(stdout).toContain('a\ufffd[2Jb');
    expect(stdout).toContain('x\ufffd\ufffdy');
  });
});

describe('relais sessions show', () => {
  it('tells what is known of a session, without tokens, join code and addresses', async () => {
    const { id, joinCode } = await madeBy(OWN_SECRET, 1);
    const session = await direct().getSession(id);
    const [user] = session.session_users ?? [];
    for (const args of [`show ${id}`, `show ${id} --json`]) {
      const { code, stdout } = await sessions(args);
      expect(code).toBe(0);
      expect(stdout).toContain(id);
      expect(stdout).toContain(session.relay?.host);
      expect(stdout).toContain('guest-');
      for (const secret of [
        API_TOKEN,
        joinCode,
        session.webhook_url?.split('/').at(-1),
        session.authorization_token,
        user?.authorization_token,
        user?.ip_address,
      ]) {
        expect(String(secret).length).toBeGreaterThan(5);
        expect(stdout).not.toContain(String(secret));
      }
    }
  });

  it('ends with exit code 1 for a session that is not there', async () => {
    const { code, stdout, stderr } = await sessions('show nothing');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('relais sessions end', () => {
  it('asks, and ends nothing without a yes', async () => {
    const { id } = await madeBy(OWN_SECRET);
    for (const input of ['', '\n', 'n\n', 'yessir\n']) {
      const { code, stdout } = await sessions(`end ${id}`, { input });
      expect([code, stdout]).toEqual([1, expect.stringContaining('Nothing was ended.')]);
      expect(stdout).toContain('End this session? Whoever plays there loses the relay. [y/N]');
    }
    expect(open()).toEqual([id]);
    const { code, stdout } = await sessions(`end ${id}`, { input: 'y\n' });
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 of 1 ended.')]);
    expect(open()).toEqual([]);
  });

  it('ends this proxy’s own alone, unless it is told otherwise', async () => {
    const own = await madeBy(OWN_SECRET, 3);
    const foreign = await madeBy(OTHER_SECRET, 3);
    const refused = await sessions(`end ${foreign.id} ${own.id} --yes`);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `${foreign.id} is not this proxy’s, and stays: see --others.\n`,
    ]);
    expect(open()).toEqual([foreign.id]);
    expect((await sessions('end --all --yes')).stdout).toBe('There is nothing to end.\n');
    expect((await sessions('end --older-than 1h --yes')).code).toBe(0);
    expect(open()).toEqual([foreign.id]);
    expect((await sessions('end --older-than 1h --others --yes')).code).toBe(0);
    expect(open()).toEqual([]);
  });

  it('ends those that are older, and leaves those alone whose age is not known', async () => {
    await madeBy(OWN_SECRET, 3);
    const young = await madeBy(OWN_SECRET);
    const { session_id: bare } = await direct().createSession({ users: [{ ip: '1.1.1.1' }] });
    expect((await sessions('end --older-than 2h --others --yes')).code).toBe(0);
    expect(open().sort()).toEqual([young.id, bare].sort());
  });

  it('goes on where one cannot be ended, and says so with its exit code', async () => {
    const ids = [(await madeBy(OWN_SECRET)).id, (await madeBy(OWN_SECRET)).id];
    // Four tries of one call.
    simulator.faults.add({ kind: 'server-error', operation: 'relay-session-delete', times: 4 });
    const { code, stdout, stderr } = await sessions(`end ${ids.join(' ')} --yes`);
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 of 2 ended.')]);
    expect(stderr).toContain(`${ids[0]} was not ended: `);
    expect(open()).toEqual([ids[0]]);
    expect((await sessions(`end ${ids.join(' ')} --yes`)).stderr).toBe(`${ids[1]} is not open.\n`);
  });
});

describe('relais sessions', () => {
  it.each([
    ['end', UNASKED, 'which sessions?'],
    ['end a --all', UNASKED, 'either ids, or --older-than or --all'],
    ['end --older-than soon', UNASKED, '--older-than must be a time like'],
    ['list --older-than 5', UNASKED, '--older-than must be a time like'],
    ['show', UNASKED, "missing required argument 'id'"],
    ['list --mine', TOKEN_ONLY, 'RELAIS_SECRETS is missing'],
    ['end --all', TOKEN_ONLY, 'RELAIS_SECRETS is missing'],
    ['list', {}, 'EDGEGAP_API_TOKEN'],
    ['list', { ...TOKEN_ONLY, RELAIS_SECRET: 'x' }, 'did you mean RELAIS_SECRETS'],
    ['ends', UNASKED, 'Did you mean end?'],
  ] as const)('refuses in one sentence, with exit code 2: %s', async (args, settings, words) => {
    const { code, stdout, stderr } = await sessions(args, { settings: { ...settings } });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says so where the API token is refused, and never shows it', async () => {
    const token = 'a-wrong-token-of-the-studio';
    const settings = env({ EDGEGAP_API_TOKEN: token });
    const { code, stdout, stderr } = await sessions('list', { settings });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(token);
  });
});
