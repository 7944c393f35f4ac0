import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { Signer } from '../../../src/proxy/identity/signer.js';
import type { Authenticate, RelayProxyOptions } from '../../../src/proxy/index.js';
import { createRelayProxy } from '../../../src/proxy/index.js';
import { sendEndlessly } from '../../support/endless.js';
import { GameClient } from '../../support/game-client.js';
import { scriptServer } from '../../support/scripted-server.js';
import { startStack } from '../../support/stack.js';

const SECRET = 'a shared secret of the studio, 32+ long';
const key = new TextEncoder().encode(SECRET);

const sign = (claims: object, alg = 'HS256', by: Uint8Array | CryptoKey = key) =>
  new SignJWT({ sub: 'ada', exp: Date.now() / 1000 + 60, iss: 'studio', aud: 'game', ...claims })
    .setProtectedHeader({ alg })
    .sign(by);

async function statusWith(token: string, options: Partial<RelayProxyOptions>): Promise<number> {
  await using stack = await startStack({}, { guests: false, ...options });
  const client = new GameClient(stack.proxyUrl);
  client.token = token;
  const answer = await client.create();
  if (answer.status === 200) expect(answer.body.player_id).toBe('ada');
  else expect(stack.simulator.stats().calls['relay-session-create']).toEqual({});
  return answer.status;
}

describe('login tokens with a shared secret', () => {
  const jwt = { secret: SECRET, issuer: 'studio', audience: 'game' };

  it('let in who has a good one', async () => {
    expect(await statusWith(await sign({}), { jwt })).toBe(200);
    expect(await statusWith(await sign({ exp: Date.now() / 1000 - 3 }), { jwt })).toBe(200);
    const claim = { ...jwt, playerClaim: 'name' };
    expect(await statusWith(await sign({ sub: 'x', name: 'ada' }), { jwt: claim })).toBe(200);
  });

  it.each([
    ['expired', () => sign({ exp: Date.now() / 1000 - 60 })],
    ['of another issuer', () => sign({ iss: 'else' })],
    ['for another audience', () => sign({ aud: 'else' })],
    ['of another algorithm', () => sign({}, 'HS512')],
    ['of another secret', () => sign({}, 'HS256', new TextEncoder().encode('x'.repeat(40)))],
    ['for nobody', () => sign({ sub: undefined })],
    ['for a name that keys cannot hold', () => sign({ sub: 'a b' })],
    ['for a guest', () => sign({ sub: 'guest-1' })],
    ['without an end', () => sign({ exp: undefined })],
    [
      'unsigned',
      async () =>
        `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{"sub":"ada"}').replaceAll('=', '')}.`,
    ],
  ])('keep out who has one that is %s', async (_what, make) => {
    expect(await statusWith(await make(), { jwt })).toBe(401);
  });
});

describe('a login that names its player by an id that cannot be used', () => {
  /** A token whose claim reads exactly so: `JSON.stringify` could not say most of it. */
  async function tokenWith(claim: string, value: string): Promise<string> {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const part = (text: string) => Buffer.from(text).toString('base64url');
    const signed = `${part('{"alg":"HS256"}')}.${part(`{"exp":${exp},"${claim}":${value}}`)}`;
    const hmac = createHmac('sha256', SECRET).update(signed).digest('base64url');
    return `${signed}.${hmac}`;
  }

  /** What the proxy answers, and what its log says of it. */
  async function refusal(token: string, options: Partial<RelayProxyOptions>) {
    const failures: (string | undefined)[] = [];
    await using stack = await startStack(
      {},
      {
        guests: false,
        ...options,
        log: (entry) => entry.event === 'request' && failures.push(entry.failure),
      },
    );
    const client = new GameClient(stack.proxyUrl);
    client.token = token;
    const { status, body } = await client.create();
    return { status, body, failure: failures[0] };
  }

  it.each([
    // Both are read as 9007199254740992.
    ['9007199254740992', 'make it a string'],
    ['9007199254740993', 'make it a string'],
    ['-9007199254740993', 'make it a string'],
    ['1e300', 'make it a string'],
    ['1e999', 'make it a string'],
    ['7.5', 'make it a string'],
    ['true', 'must be a string'],
    ['["ada"]', 'must be a string'],
    ['{"id":"ada"}', 'must be a string'],
    ['null', 'is missing'],
    ['""', '128 visible ASCII'],
    ['"a b"', '128 visible ASCII'],
    ['"~ada"', '128 visible ASCII'],
    ['"guest-7"', 'guest-'],
  ])('gets 401, and the log says why: %s', async (value, why) => {
    for (const playerClaim of ['sub', 'account']) {
      const jwt = { secret: SECRET, playerClaim };
      const { status, body, failure } = await refusal(await tokenWith(playerClaim, value), { jwt });
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 'unauthorized' });
      expect(JSON.stringify(body)).not.toContain(playerClaim);
      expect(failure).toContain(`"${playerClaim}" of a login token`);
      expect(failure).toContain(why);
    }
  });

  it.each([
    ['9007199254740991', '9007199254740991'],
    ['7', '7'],
    ['"9007199254740993"', '9007199254740993'],
  ])('is none that is a string or a whole number that JSON can say: %s', async (value, id) => {
    const token = await tokenWith('sub', value);
    const { status, body } = await refusal(token, { jwt: { secret: SECRET } });
    expect({ status, body }).toMatchObject({ status: 200, body: { player_id: id } });
  });

  it.each([7, 2 ** 53, true, undefined, null, {}, '', 'guest-7'])(
    'gets 401 from a studio’s own login, too: %j',
    async (id) => {
      const authenticate = (() => ({ id })) as unknown as Authenticate;
      const { status, failure } = await refusal('cookie', { authenticate });
      expect(status).toBe(401);
      expect(failure).toContain('"authenticate"');
    },
  );

  it('is not made of what is just no login', async () => {
    const authenticate = () => null;
    const { status, failure } = await refusal('x', { jwt: { secret: SECRET }, authenticate });
    expect(status).toBe(401);
    expect(failure).toBeUndefined();
  });
});

it('login tokens with a JWKS let in who has one of its keys, and none of another', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const other = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [{ ...jwk, alg: 'ES256', use: 'sig' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  try {
    const jwt = { jwksUrl, issuer: 'studio', audience: 'game' };
    expect(await statusWith(await sign({}, 'ES256', privateKey), { jwt })).toBe(200);
    expect(await statusWith(await sign({}, 'ES256', other.privateKey), { jwt })).toBe(401);
    // Another tenant's token, by the same keys.
    expect(await statusWith(await sign({ iss: 'rival' }, 'ES256', privateKey), { jwt })).toBe(401);
    expect(await statusWith(await sign({ aud: 'rival' }, 'ES256', privateKey), { jwt })).toBe(401);
    // The public key is public: it must not pass for a shared secret.
    const asSecret = new TextEncoder().encode(JSON.stringify(jwk));
    expect(await statusWith(await sign({}, 'HS256', asSecret), { jwt })).toBe(401);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it('login tokens are not to blame for a JWKS that never ends, and it is cut off', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  let sent: Promise<number> | undefined;
  await using server = await scriptServer((_request, response) => {
    sent = sendEndlessly(response, Buffer.alloc(64 * 1024, ' '));
  });
  const jwt = { jwksUrl: `${server.url}/keys`, issuer: 'studio', audience: 'game' };
  expect(await statusWith(await sign({}, 'ES256', privateKey), { jwt })).toBe(503);
  expect(await sent).toBeLessThan(32 * 1024 * 1024);
});

it('login tokens are not to blame when the JWKS cannot be fetched', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const jwt = { jwksUrl: 'http://127.0.0.1:1/keys', issuer: 'studio', audience: 'game' };
  expect(await statusWith(await sign({}, 'ES256', privateKey), { jwt })).toBe(503);
  expect(await statusWith('no token', { jwt })).toBe(401);
});

it('a studio’s own login decides who is who', async () => {
  const authenticate = (request: Request) =>
    request.headers.get('authorization') === 'Bearer cookie' ? { id: 'ada' } : null;
  expect(await statusWith('cookie', { authenticate })).toBe(200);
  expect(await statusWith('else', { authenticate })).toBe(401);
});

it('guests are let in only where they are welcome, and only so many', async () => {
  await using closed = await startStack({}, { guests: false, authenticate: () => null });
  const refused = await new GameClient(closed.proxyUrl).send('POST', '/v1/guests');
  expect(refused).toMatchObject({ status: 404, body: { code: 'not-found' } });
  await using open = await startStack({}, { limits: { guestsPerIp: 2 } });
  const [first, second] = [
    await GameClient.guest(open.proxyUrl),
    await GameClient.guest(open.proxyUrl),
  ];
  expect(first.playerId).not.toBe(second.playerId);
  const third = await new GameClient(open.proxyUrl).send('POST', '/v1/guests');
  expect(third).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
  expect(third.headers.get('retry-after')).toBe('3600');
});

it('a token of the proxy’s own passes for nothing but what it was signed for', async () => {
  const signer = new Signer(['a secret of thirty-two characters'], systemClock);
  const types = ['relais-ticket', 'relais-guest', 'relais-webhook'] as const;
  for (const type of types) {
    const token = await signer.sign(type, { sub: 'anna' }, 60);
    for (const other of types) {
      expect((await signer.verify(other, token))?.claims.sub).toBe(
        other === type ? 'anna' : undefined,
      );
    }
  }
});

it('secrets can be rotated: all are accepted, the first signs', async () => {
  const [older, newer] = ['o'.repeat(32), 'n'.repeat(32)] as const;
  await using before = await startStack({}, { secrets: [older] });
  const guest = await GameClient.guest(before.proxyUrl);
  await using both = await startStack({}, { secrets: [newer, older] });
  await using after = await startStack({}, { secrets: [newer] });
  const status = async (url: string, token: string) =>
    (await new GameClient(url).send('POST', '/v1/relays/sessions', { token })).status;
  expect(await status(both.proxyUrl, guest.token)).toBe(200);
  expect(await status(after.proxyUrl, guest.token)).toBe(401);
  const fresh = await GameClient.guest(both.proxyUrl);
  expect(await status(after.proxyUrl, fresh.token)).toBe(200);
});

describe('options that make no sense', () => {
  const edgegap = { apiToken: 'x' };
  it.each([
    [{ edgegap }, 'RELAIS_GUESTS=on'],
    [{ edgegap, guests: true, secrets: ['short'] }, '32'],
    [{ edgegap, guests: true, jwt: {} }, 'jwksUrl'],
    [{ edgegap, jwt: { secret: SECRET, algorithms: ['none'] } }, 'none'],
    [
      {
        edgegap,
        jwt: {
          jwksUrl: 'https://studio.example',
          issuer: 'a',
          audience: 'b',
          algorithms: ['HS256'],
        },
      },
      'HS256',
    ],
    [{ edgegap, jwt: { jwksUrl: 'https://studio.example', audience: 'b' } }, 'RELAIS_JWT_ISSUER'],
    [{ edgegap, jwt: { jwksUrl: 'https://studio.example', issuer: 'a' } }, 'RELAIS_JWT_AUDIENCE'],
    [{ edgegap, jwt: { secret: 'short' } }, 'jwt.secret'],
    [{ edgegap, jwt: { secret: SECRET, issuer: [] } }, 'jwt.issuer'],
    [{ edgegap, jwt: { secret: SECRET, audience: ['game', ''] } }, 'jwt.audience'],
    [{ edgegap, jwt: { secret: SECRET, audience: 7 } }, 'jwt.audience'],
    [{ edgegap, jwt: { secret: SECRET, isuer: 'studio' } }, 'jwt.isuer'],
    [{ edgegap, guests: true, lease: 10, longestWait: 25 }, 'longestWait'],
    [{ edgegap, guests: true, limits: { usersPerSession: 0 } }, 'usersPerSession'],
    [{ edgegap, guests: true, trustedProxys: [] }, 'trustedProxys'],
    [{ edgegap, guests: true, allowedOrigins: ['*'] }, 'allowedOrigins'],
    [{ edgegap: { apiToken: '' }, guests: true }, 'apiToken'],
  ])('are refused: %j', (options, name) => {
    const make = () => createRelayProxy(options as unknown as RelayProxyOptions);
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(make).toThrow(name);
  });
});
