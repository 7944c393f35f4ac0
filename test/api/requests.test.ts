import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { RelayError } from '../../src/common/relay-error.js';
import { FakeClock } from '../support/fake-clock.js';

const ID = '7349356945f1-S';

/** An API that cannot be reached, and what was sent to it all the same. */
function deafApi() {
  const sent: { path: string; headers: Headers; body: string }[] = [];
  const api = new RelayApi({
    apiToken: 'secret',
    baseUrl: 'http://127.0.0.1:1',
    clock: new FakeClock({ hurry: { except: 10_000 } }),
    fetch: async (input) => {
      const request = input as Request;
      const { pathname } = new URL(request.url);
      sent.push({ path: pathname, headers: request.headers, body: await request.text() });
      throw new Error('Nothing may be sent.');
    },
  });
  return { api, sent };
}

const user = { ip: '1.1.1.1' };

describe('a request that the schema forbids', () => {
  it.each([
    ['users', { users: [] }],
    ['users', {}],
    ['users', { users: 'all' }],
    ['users.0.ip', { users: [{}] }],
    ['users.0.ip', { users: [{ ip: 'localhost' }] }],
    ['users.0.ip', { users: [{ ip: '1.1.1' }] }],
    ['users.0.ip', { users: [{ ip: '1.1.1.256' }] }],
    ['users.0.ip', { users: [{ ip: '1.1.1.1:80' }] }],
    ['users.1.ip', { users: [user, { ip: '2001:db8::g' }] }],
    ['users.0', { users: [null] }],
    ['filters.0.values', { users: [user], filters: [{ field: 'location', filter_type: 'any' }] }],
    ['webhook_url', { users: [user], webhook_url: 'ftp://studio.example/hook' }],
    ['webhook_url', { users: [user], webhook_url: '/hook' }],
    ['webhook_url', { users: [user], webhook_url: 'http://' }],
    ['webhook_url', { users: [user], webhook_url: '' }],
  ])('never leaves: create names "%s"', async (field, request) => {
    const { api, sent } = deafApi();
    const error = await api.createSession(request as never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RelayError);
    expect(error).toMatchObject({ code: 'invalid-request', retryable: false });
    expect((error as Error).message).toContain(`"${field}" `);
    expect(sent).toEqual([]);
  });

  it.each([
    ':',
    ':::',
    '1::2::3',
    '::1]',
    '::1]:80',
    '1:2:3:4:5:6:7',
    '::1.2.3.256',
    '[::1]',
    'fe80::1%0',
  ])('never leaves: %s is no IP address', async (ip) => {
    const { api, sent } = deafApi();
    await expect(api.createSession({ users: [{ ip }] })).rejects.toMatchObject({
      code: 'invalid-request',
      message: '"users.0.ip" must be an IPv4 or IPv6 address.',
    });
    expect(sent).toEqual([]);
  });

  it.each([
    ['session_id', { session_id: '', user_ip: '1.1.1.1' }],
    ['session_id', { user_ip: '1.1.1.1' }],
    ['session_id', { session_id: 7, user_ip: '1.1.1.1' }],
    ['user_ip', { session_id: ID, user_ip: 'me' }],
    ['user_ip', { session_id: ID }],
  ])('never leaves: authorize-user names "%s"', async (field, request) => {
    const { api, sent } = deafApi();
    await expect(api.authorizeUser(request as never)).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(`"${field}" `),
    });
    expect(sent).toEqual([]);
  });

  it.each([
    -1,
    4_294_967_296,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '3500589645',
    null,
    undefined,
  ])('never leaves: revoke-user names the token %s, and does not repeat it', async (token) => {
    const { api, sent } = deafApi();
    const request = { session_id: ID, authorization_token: token } as never;
    const error = await api.revokeUser(request).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid-request' });
    expect((error as Error).message).toMatch(/^"authorization_token" (is missing|must be)/);
    expect((error as Error).message).not.toContain('3500589645');
    expect(sent).toEqual([]);
  });

  it.each(['', '.', '..', '\ud800', 'a\udc00b'])(
    'never leaves: get and delete refuse the session id "%s"',
    async (id) => {
      const { api, sent } = deafApi();
      const refusal = { code: 'invalid-request', message: expect.stringContaining('"session_id"') };
      await expect(api.getSession(id)).rejects.toMatchObject(refusal);
      await expect(api.deleteSession(id)).rejects.toMatchObject(refusal);
      expect(sent).toEqual([]);
    },
  );

  it.each(['\ud800', 'a\udc00b', '\ud83d\ud83d\ude00'])(
    'never leaves: half of a character, wherever it stands',
    async (half) => {
      const { api, sent } = deafApi();
      const refusal = { code: 'invalid-request', message: expect.stringContaining('well-formed') };
      const joiner = { session_id: half, user_ip: '1.1.1.1' };
      await expect(api.authorizeUser(joiner)).rejects.toMatchObject(refusal);
      const filters = [{ field: 'location', values: [[half]], filter_type: 'any' }];
      await expect(api.createSession({ users: [user], filters })).rejects.toMatchObject(refusal);
      const noted = { users: [user], note: { [half]: 1 } };
      await expect(api.createSession(noted)).rejects.toMatchObject(refusal);
      expect(sent).toEqual([]);
    },
  );

  const circle: unknown[] = [];
  circle.push(circle);
  it.each([
    ['a BigInt', [1n]],
    ['a circle', circle],
  ])('never leaves: what JSON cannot say is named, %s', async (_name, values) => {
    const { api, sent } = deafApi();
    const filters = [{ field: 'location', values, filter_type: 'any' }];
    const refusal = { code: 'invalid-request' };
    await expect(api.createSession({ users: [user], filters })).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('"filters" '),
    });
    const joiner = { session_id: ID, user_ip: '1.1.1.1', note: values };
    await expect(api.authorizeUser(joiner)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('"note" '),
    });
    expect(sent).toEqual([]);
  });

  it.each([
    ['page', { page: 0 }],
    ['page', { page: 1.5 }],
    ['limit', { limit: -1 }],
    ['limit', { limit: Number.NaN }],
  ])('never leaves: list names "%s"', async (field, options) => {
    const { api, sent } = deafApi();
    await expect(api.listSessions(options)).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(`"${field}"`),
    });
    await expect(api.listAllSessions(options).next()).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(sent).toEqual([]);
  });
});

describe('a request that the schema allows', () => {
  it.each([
    '1.1.1.1',
    '2001:db8::1',
    '::',
    '::1',
    '::ffff:1.2.3.4',
    '0:0:0:0:0:ffff:1.2.3.4',
    '2001:db8:0:0:0:0:0:1',
    '64:ff9b::1.2.3.4',
  ])('leaves: the IP address %s', async (ip) => {
    const { api, sent } = deafApi();
    await expect(api.createSession({ users: [{ ip }] })).rejects.toMatchObject({
      code: 'network',
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body).toBe(JSON.stringify({ users: [{ ip }] }));
  });

  it.each([0, 2_147_483_648, 4_294_967_295])('leaves: the token %d', async (token) => {
    const { api, sent } = deafApi();
    const request = { session_id: ID, authorization_token: token };
    await expect(api.revokeUser(request)).rejects.toMatchObject({ code: 'network' });
    expect(sent[0]?.body).toBe(JSON.stringify(request));
  });

  it('keeps a session id with strange characters inside its path segment', async () => {
    const { api, sent } = deafApi();
    await expect(api.authorizeUser({ session_id: ID, user_ip: '1.1.1.1' })).rejects.toThrow();
    await expect(api.deleteSession('../a?b#c')).rejects.toThrow();
    expect(sent.map(({ path }) => path)).toEqual([
      '/v1/relays/sessions:authorize-user',
      ...Array(4).fill('/v1/relays/sessions/..%2Fa%3Fb%23c'),
    ]);
  });

  it('carries the literal word token, and JSON', async () => {
    const { api, sent } = deafApi();
    await expect(api.createSession({ users: [user] })).rejects.toThrow();
    expect(sent[0]?.headers.get('authorization')).toBe('token secret');
    expect(sent[0]?.headers.get('content-type')).toBe('application/json');
  });
});

describe('the constructor', () => {
  it.each([
    ['apiToken', { apiToken: '' }],
    ['apiToken', { apiToken: 'two words' }],
    ['apiToken', { apiToken: 'line\nbreak' }],
    ['apiToken', { apiToken: 'Umlaut-ü' }],
    ['apiToken', { apiToken: undefined }],
    ['apiToken', {}],
    ['apiToken', { apiToken: 7 }],
    ['timeout', { apiToken: 'a', timeout: Number.POSITIVE_INFINITY }],
    ['timeout', { apiToken: 'a', timeout: Number.NaN }],
    ['timeout', { apiToken: 'a', timeout: 0 }],
    ['timeout', { apiToken: 'a', timeout: 2 ** 31 }],
    ['timeout', { apiToken: 'a', timeout: '5' }],
    ['fetch', { apiToken: 'a', fetch: 'curl' }],
    ['clock', { apiToken: 'a', clock: 7 }],
    ['baseURL', { apiToken: 'a', baseURL: 'https://a.example' }],
  ])('refuses an option that makes no sense: "%s" of %j', (name, options) => {
    expect(() => new RelayApi(options as never)).toThrowError(
      expect.objectContaining({
        code: 'invalid-option',
        message: expect.stringMatching(new RegExp(`^"${name}" (is|must be) [^\n]+\\.$`)),
      }),
    );
  });

  it.each(['', 'edgegap', 'ftp://a.example', 'https://user:pass@a.example'])(
    'refuses the base URL "%s"',
    (baseUrl) => {
      expect(() => new RelayApi({ apiToken: 'a', baseUrl })).toThrowError(
        expect.objectContaining({ code: 'invalid-url' }),
      );
    },
  );
});
