import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { RelayError } from '../../src/common/relay-error.js';
import { FakeClock } from '../support/fake-clock.js';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const absent = fc.constantFrom(null, undefined);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof(arbitrary, absent);
const coordinate = fc.double({ noNaN: true, noDefaultInfinity: true });

const port = fc.record({
  port: maybe(fc.integer()),
  protocol: maybe(fc.string()),
  link: maybe(fc.string()),
});
const relay = fc.record({
  ip: maybe(fc.string()),
  host: maybe(fc.string()),
  ports: maybe(fc.record({ server: maybe(port), client: maybe(port) })),
});
const user = fc.record({
  ip_address: maybe(fc.string()),
  latitude: maybe(coordinate),
  longitude: maybe(coordinate),
  authorization_token: maybe(u32),
});
const document = fc.record({
  session_id: fc.string(),
  status: fc.string(),
  ready: fc.boolean(),
  linked: fc.boolean(),
  authorization_token: maybe(u32),
  error: maybe(fc.string()),
  relay: maybe(relay),
  session_users: maybe(fc.array(user)),
  session_user: maybe(user),
  webhook_url: maybe(fc.string()),
  region: fc.jsonValue(),
});

/** The same without what is absent, as JSON has it. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== undefined && child !== null)
      .map(([name, child]) => [name, present(child)]),
  );
}

const apiThatAnswers = (text: string, status = 200) =>
  new RelayApi({
    apiToken: 'secret',
    fetch: async () => new Response(text || null, { status }),
    clock: new FakeClock({ hurry: { except: 10_000 } }),
  });

describe('any document that the API allows', () => {
  it('is read whole, absent values aside', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (sent) => {
        const { region, ...known } = JSON.parse(JSON.stringify(sent));
        const api = apiThatAnswers(JSON.stringify({ ...known, region }));
        const { region: received, ...session } = await api.getSession('a');
        // An absent optional field comes as undefined; an absent field inside null is none of ours.
        expect(present({ ...session, session_user: undefined })).toEqual(
          present({ ...known, session_user: undefined }),
        );
        expect(received).toEqual(region);
        const authorization = await api.authorizeUser({ session_id: 'a', user_ip: '1.1.1.1' });
        expect(present(authorization.session_user)).toEqual(
          present(known.session_user) ?? undefined,
        );
      }),
    );
  });
});

describe('any other answer', () => {
  const operations = (api: RelayApi) => [
    () => api.createSession({ users: [{ ip: '1.1.1.1' }] }),
    () => api.getSession('a'),
    () => api.listSessions(),
    () => api.authorizeUser({ session_id: 'a', user_ip: '1.1.1.1' }),
    () => api.revokeUser({ session_id: 'a', authorization_token: 1 }),
    () => api.deleteSession('a'),
  ];
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    // A document in which one field is broken.
    fc
      .tuple(
        document,
        fc.constantFrom('session_id', 'ready', 'relay', 'session_users'),
        fc.jsonValue(),
      )
      .map(([sent, name, value]) => JSON.stringify({ ...sent, [name]: value })),
  );
  const status = fc.constantFrom(200, 201, 400, 401, 403, 404, 409, 418, 429, 500, 503);

  it('is a document or a RelayError, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(text, status, async (body, code) => {
        for (const call of operations(apiThatAnswers(body, code))) {
          const outcome = await call().catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(RelayError);
          if (code >= 400) expect(outcome).toMatchObject({ name: 'RelayError', status: code });
        }
      }),
    );
  });
});
