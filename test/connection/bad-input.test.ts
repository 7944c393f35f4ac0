import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RelayError } from '../../src/common/relay-error.js';
import { RelayConnection, type RelayConnectionOptions } from '../../src/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';
import { until } from '../support/until.js';

const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', remember);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

/** How long the connections here wait for their session, in milliseconds. */
const LINK_TIMEOUT = 300;

/** A connection's promise, once it is settled. Time passes in the pauses between requests, and only there. */
async function settled<T>(promise: Promise<T>, clock: FakeClock): Promise<T> {
  let isSettled = false;
  promise
    .catch(() => {})
    .then(() => {
      isSettled = true;
    });
  while (!isSettled) {
    // In a pause two timers run: the pause's and the deadline's. A request may take longer than either.
    const [next = 0, last = 0] = clock.waits;
    if (clock.pending === 2 && last <= 2_000) clock.advance(next);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('bad input', () => {
  it.each(['', 'studio', '/relay', 'ftp://studio.example', 'https://user:word@studio.example'])(
    'is refused as a proxy URL: "%s"',
    (url) => {
      const make = () => new RelayConnection(url);
      expect(make).toThrow(RelayError);
      expect(make).toThrow(expect.objectContaining({ code: 'invalid-url' }));
      expect(make).not.toThrow(/word/);
    },
  );

  it('is none on a page: a proxy URL that is relative to it', async () => {
    await using server = await scriptServer((_request, response) => answerJson(response, 403, {}));
    vi.stubGlobal('location', new URL('/game/index.html?join=me#top', server.url));
    for (const url of ['/relay', '../relay', `//${new URL(server.url).host}/relay/`]) {
      const clock = new FakeClock();
      const options = { token: () => 'login-token', linkTimeout: LINK_TIMEOUT, clock };
      const relay = new RelayConnection(url, options);
      await expect(settled(relay.create(), clock)).rejects.toMatchObject({
        code: 'invalid-response',
      });
    }
    const none = () => new RelayConnection('');
    expect(none).toThrow(expect.objectContaining({ code: 'invalid-url' }));
    vi.unstubAllGlobals();
    const paths = new Set(server.requests.map(({ path }) => path));
    expect(paths).toEqual(new Set(['/relay/v1/relays/sessions']));
  });

  it.each([
    [{ tokn: () => 'x' }, 'tokn'],
    [{ token: 5 }, 'token'],
    [{ token: '' }, '"token" must be a string or function.'],
    [{ ticket: 'x' }, 'ticket'],
    [{ toString: 'x' }, '"toString" is no option.'],
    [{ linkTimeout: '60' }, 'linkTimeout'],
    [{ linkTimeout: 0 }, '"linkTimeout" must be a positive number.'],
    [{ linkTimeout: -1 }, 'positive'],
    [{ linkTimeout: Number.NaN }, 'linkTimeout'],
    [{ guest: 'x' }, 'guest'],
    [{ clock: null }, 'clock'],
  ])('is refused as options: %j', (options, name) => {
    const make = () =>
      new RelayConnection('http://127.0.0.1:1', options as unknown as RelayConnectionOptions);
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(make).toThrow(name);
  });

  it('is refused as filters: what is no JSON', async () => {
    const relay = new RelayConnection('http://127.0.0.1:1', { token: () => 'login-token' });
    const filters = [{ field: 'location', values: [1n], filter_type: 'any' }];
    await expect(relay.create({ filters })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(relay.state).toBe('failed');
  });

  it('is refused as a session id: an empty one', async () => {
    await expect(new RelayConnection('http://127.0.0.1:1').join('')).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('session_id'),
    });
  });
});

describe('a proxy that', () => {
  /** What create() ends with, and what it leaves behind. */
  async function outcome(url: string): Promise<Pick<RelayError, 'code' | 'message'>> {
    const before = timers();
    const clock = new FakeClock();
    const options = { token: () => 'login-token', linkTimeout: LINK_TIMEOUT, clock };
    const relay = new RelayConnection(url, options);
    const error = await settled(relay.create(), clock).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RelayError);
    expect(relay.state).toBe('failed');
    expect(timers()).toBeLessThanOrEqual(before);
    await until(() => clock.pending === 0);
    return error as RelayError;
  }

  it('is not there gives its own code', async () => {
    const { code, message } = await outcome('http://127.0.0.1:1');
    expect(code).toBe('network');
    expect(message).toContain('http://127.0.0.1:1');
  });

  it.each([
    ['answers HTML', 200, '<!doctype html><h1>Hello</h1>', 'not-json'],
    ['answers broken JSON', 200, '{"session_id":', 'not-json'],
    ['answers another document', 200, '{"session_id":"a-S"}', 'invalid-response'],
    ['answers 401', 401, '{"message":"Who are you?","code":"unauthorized"}', 'unauthorized'],
    ['answers 404', 404, '{"message":"Gone.","code":"not-found"}', 'not-found'],
  ])('%s gives its own code', async (_name, status, body, expected) => {
    await using server = await scriptServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
    });
    const { code, message } = await outcome(server.url);
    expect(code).toBe(expected);
    expect(message).toContain('proxy');
  });

  it.each([
    ['a server that has nothing there', 404, '404 page not found', 'not-json'],
    ['another API', 404, '{"message":"Gone."}', 'invalid-response'],
    ['a page to log in', 401, '<!doctype html><h1>Who are you?</h1>', 'not-json'],
    ['a server that has moved', 301, '', 'not-json'],
  ])('is %s all the time ends by linkTimeout, and names its address', async (_name, ...row) => {
    const [status, body, expected] = row;
    await using server = await scriptServer((_request, response) => {
      response.writeHead(status, { location: '/' }).end(body);
    });
    const { code, message } = await outcome(server.url);
    expect(code).toBe(expected);
    expect(message).toContain(`${status} without its JSON. Is ${server.url}/ right?`);
  });

  it('redirects, which a browser tells nothing of, passes as well', async () => {
    const hidden = { status: 0, type: 'opaqueredirect', text: async () => '' } as Response;
    const fetch = async () => hidden;
    const clock = new FakeClock();
    const options = { fetch, linkTimeout: LINK_TIMEOUT, clock };
    const relay = new RelayConnection('http://127.0.0.1:1', options);
    await expect(settled(relay.create(), clock)).rejects.toMatchObject({
      code: 'not-json',
      retryable: true,
      message: 'The proxy answered with a redirect. Is http://127.0.0.1:1/ right?',
    });
  });

  it('never links the session gives up after linkTimeout', async () => {
    await using server = await scriptServer((_request, response) => {
      answerJson(response, 200, {
        session_id: 'a-S',
        status: 'Initializing',
        ready: false,
        linked: false,
        role: 'server',
      });
    });
    expect((await outcome(server.url)).code).toBe('link-timeout');
  });
});
