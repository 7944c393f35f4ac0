import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJwtAuthenticator } from '../../../src/proxy/identity/jwt-authenticator.js';
import type { JwtOptions } from '../../../src/proxy/identity/jwt-options.js';
import { FakeClock } from '../../support/fake-clock.js';
import { answerJson, type ScriptedServer, scriptServer } from '../../support/scripted-server.js';

const MINUTE = 60_000;

/** A key pair as a login service has one: the public half for its JWKS, and how it signs. */
async function newKey(alg: string, kid?: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk: JWK = { ...(await exportJWK(publicKey)), use: 'sig', ...(kid && { kid }) };
  const sign = (clock: FakeClock, claims: object = {}) =>
    new SignJWT({ sub: 'ada', iss: 'studio', aud: 'game', exp: clock.now() / 1000 + 60, ...claims })
      .setProtectedHeader({ alg, ...(kid && { kid }) })
      .sign(privateKey);
  return { jwk, sign };
}

describe('the keys of a login service', () => {
  let clock: FakeClock;
  let server: ScriptedServer;
  /** What the service answers with; nothing: it fails. */
  let keys: JWK[] | undefined;
  let answer: unknown;
  let login: (token: string) => Promise<string | undefined>;
  /** What the log was told. */
  let told: unknown[];

  const start = (options: Partial<JwtOptions> = {}) => {
    const authenticator = createJwtAuthenticator(
      { jwksUrl: `${server.url}/keys`, issuer: 'studio', audience: 'game', ...options },
      { clock, tell: (...line) => told.push(line) },
    );
    login = async (token) => {
      const result = await authenticator.login(token);
      return 'playerId' in result ? result.playerId : undefined;
    };
  };
  beforeEach(async () => {
    clock = new FakeClock();
    keys = [];
    told = [];
    answer = { message: 'Not now.' };
    server = await scriptServer((_request, response) => {
      if (keys) answerJson(response, 200, { keys });
      else answerJson(response, answer === undefined ? 500 : 200, answer);
    });
    start();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  it.each(['ES256', 'RS256', 'EdDSA'])(
    'are each tried where several fit and the token names none: %s',
    async (alg) => {
      const [first, second, third, stranger] = [
        await newKey(alg),
        await newKey(alg),
        await newKey(alg),
        await newKey(alg),
      ];
      // One that cannot be read is in nobody's way.
      keys = [first.jwk, { ...first.jwk, x: '!', n: '!' }, second.jwk, third.jwk];
      for (const key of [first, second, third]) {
        expect(await login(await key.sign(clock))).toBe('ada');
        expect(await login(await key.sign(clock, { iss: 'rival' }))).toBeUndefined();
        expect(await login(await key.sign(clock, { exp: 1 }))).toBeUndefined();
      }
      expect(await login(await stranger.sign(clock))).toBeUndefined();
    },
    // Keys of RSA take their time.
    30_000,
  );

  it.each([
    ['is answered with 500', undefined],
    ['is no JWKS', { message: 'Not now.' }],
  ])('serve on for an hour where the JWKS %s, and no longer', async (_what, broken) => {
    const key = await newKey('ES256', 'one');
    keys = [key.jwk];
    expect(await login(await key.sign(clock))).toBe('ada');
    keys = undefined;
    answer = broken;
    // However the wall clock is set meanwhile.
    clock.set(-24 * 60 * MINUTE);
    for (let minute = 1; minute < 60; minute += 1) {
      clock.advance(MINUTE);
      expect(await login(await key.sign(clock))).toBe('ada');
    }
    clock.advance(MINUTE);
    await expect(login(await key.sign(clock))).rejects.toMatchObject({ status: 503 });
    keys = [key.jwk];
    expect(await login(await key.sign(clock))).toBe('ada');
  });

  it('are fetched anew after ten minutes, and a withdrawn one is not good any more', async () => {
    const [old, young] = [await newKey('ES256', 'old'), await newKey('ES256', 'young')];
    keys = [old.jwk];
    expect(await login(await old.sign(clock))).toBe('ada');
    keys = [young.jwk];
    clock.set(-24 * 60 * MINUTE);
    clock.advance(10 * MINUTE);
    expect(await login(await old.sign(clock))).toBeUndefined();
    expect(await login(await young.sign(clock))).toBe('ada');
    expect(server.requests).toHaveLength(2);
  });

  it('are not fetched at each login while the JWKS cannot be', async () => {
    const key = await newKey('ES256', 'one');
    keys = [key.jwk];
    await login(await key.sign(clock));
    keys = undefined;
    answer = undefined;
    clock.advance(10 * MINUTE);
    for (let time = 0; time < 5; time += 1) await login(await key.sign(clock));
    expect(server.requests).toHaveLength(2);
    clock.advance(30_000);
    await login(await key.sign(clock));
    expect(server.requests).toHaveLength(3);
  });

  it('are fetched anew for a token with a new one, at once for all who come', async () => {
    const [old, young] = [await newKey('ES256', 'old'), await newKey('ES256', 'young')];
    keys = [old.jwk];
    await login(await old.sign(clock));
    keys = [old.jwk, young.jwk];
    clock.advance(30_000);
    const token = await young.sign(clock);
    expect(await Promise.all([login(token), login(token), login(token)])).toEqual(
      Array(3).fill('ada'),
    );
    expect(server.requests).toHaveLength(2);
  });

  it('leave open whether a token with a new one is good, where the JWKS cannot be fetched', async () => {
    const [old, young] = [await newKey('ES256', 'old'), await newKey('ES256', 'young')];
    keys = [old.jwk];
    await login(await old.sign(clock));
    keys = undefined;
    answer = undefined;
    clock.advance(30_000);
    const token = await young.sign(clock);
    await expect(login(token)).rejects.toMatchObject({ status: 503 });
    await expect(login(token)).rejects.toMatchObject({ status: 503 });
    expect(await login(await old.sign(clock))).toBe('ada');
  });

  it('are told of once when they cannot be fetched, and once when they can be again', async () => {
    const key = await newKey('ES256', 'one');
    keys = undefined;
    answer = undefined;
    for (let time = 0; time < 3; time += 1) await login(await key.sign(clock)).catch(() => {});
    expect(told).toEqual([['failure', expect.stringContaining('cannot be fetched')]]);
    keys = [key.jwk];
    expect(await login(await key.sign(clock))).toBe('ada');
    expect(told.slice(1)).toEqual([['warning', expect.stringContaining('are there again')]]);
  });

  it('sign for any of several issuers and audiences', async () => {
    const key = await newKey('ES256', 'one');
    keys = [key.jwk];
    start({ issuer: ['studio', 'publisher'], audience: ['game', 'beta'] as const });
    for (const claims of [{ iss: 'publisher' }, { aud: 'beta' }, { aud: ['else', 'game'] }]) {
      expect(await login(await key.sign(clock, claims))).toBe('ada');
    }
    for (const claims of [{ iss: 'rival' }, { aud: 'rival' }, { aud: [] }, { iss: ['studio'] }]) {
      expect(await login(await key.sign(clock, claims))).toBeUndefined();
    }
  });
});
