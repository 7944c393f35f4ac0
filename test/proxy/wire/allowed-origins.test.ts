import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelayProxy } from '../../../src/proxy/index.js';
import { GameClient } from '../../support/game-client.js';
import { type Stack, startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';

/** What the answers to a preflight and to a *get* say of who may read them. */
async function allowed(stack: Stack, origin: string): Promise<(string | null)[]> {
  const client = new GameClient(stack.proxyUrl);
  const answers = ['OPTIONS', 'GET'].map(async (method) => {
    const { headers } = await client.send(method, SESSIONS, {
      headers: { origin, 'access-control-request-method': 'GET' },
    });
    expect(headers.get('vary')).toBe('origin');
    const leave = headers.get('access-control-allow-methods');
    if (method === 'OPTIONS') {
      expect(leave !== null).toBe(headers.has('access-control-allow-origin'));
    }
    return headers.get('access-control-allow-origin');
  });
  return Promise.all(answers);
}

describe('pages may use the proxy', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(
      {},
      {
        allowedOrigins: [
          'HTTPS://Game.Example:443',
          'http://localhost:5173',
          'https://spiele.m\u00fcnchen.example',
          'http://192.168.1.7:8080',
          'http://[::1]:80',
          'capacitor://localhost',
          'ionic://localhost',
          'tauri://localhost',
          'app://Game',
          'app://.',
          'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
          'safari-web-extension://E8FEA8D9-0F4C-4B0B-9C0E-0123456789AB',
          'https://*.itch.zone',
          'http://*.dev.example:8080',
        ],
      },
    );
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it.each([
    'https://game.example',
    'http://localhost:5173',
    'https://spiele.xn--mnchen-3ya.example',
    'http://192.168.1.7:8080',
    'http://[::1]',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://.',
    'app://game',

    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'safari-web-extension://E8FEA8D9-0F4C-4B0B-9C0E-0123456789AB',
    'https://html-classic.itch.zone',
    'https://a.b.itch.zone',
    'http://game.dev.example:8080',
  ])('of a listed origin: %s', async (origin) => {
    expect(await allowed(stack, origin)).toEqual([origin, origin]);
  });

  it.each([
    'null',
    'http://game.example',
    'https://game.example:8443',
    'https://evil.game.example',
    'capacitor://evil',
    'http://localhost',
    'https://itch.zone',
    'https://.itch.zone',
    'https://a..itch.zone',
    'https://evilitch.zone',
    'https://a.itchxzone',
    'http://a.itch.zone',
    'https://a.itch.zone:8443',
    'https://a.itch.zone.evil.example',
    'https://evil.example/.itch.zone',
    'https://evil.example@a.itch.zone',
    'https://evil.example:80.itch.zone',
    'xhttps://a.itch.zone',
    'https://*.itch.zone',
    'http://game.dev.example',
    '*',
  ])('of no other: %s', async (origin) => {
    expect(await allowed(stack, origin)).toEqual([null, null]);
  });
});

it('pages without an origin may use the proxy only where a setting of its own says so', async () => {
  const allowedOrigins = ['https://game.example'];
  for (const allowNullOrigin of [true, false]) {
    await using stack = await startStack({}, { allowedOrigins, allowNullOrigin });
    const leave = allowNullOrigin ? 'null' : null;
    expect(await allowed(stack, 'null')).toEqual([leave, leave]);
    const files = allowNullOrigin ? 'file://' : null;
    expect(await allowed(stack, 'file://')).toEqual([files, files]);
    expect(await allowed(stack, 'https://evil.example')).toEqual([null, null]);
    const game = 'https://game.example';
    expect(await allowed(stack, game)).toEqual([game, game]);
  }
});

it.each([
  '',
  '*',
  'null',
  'game.example',
  '//game.example',
  'https://',
  'https://*',
  'https://*.',
  '*://game.example',
  'https://*game.example',
  'https://game*.example',
  'https://a.*.example',
  'https://*.*.example',
  'https://game.*',
  'https://game.example:*',
  'https://*.10.0.0.1',
  'https://*.[::1]',
  'https://game.example/',
  'https://game.example/path',
  'https://game.example?',
  'https://game.example#',
  'https://ada@game.example',
  'https://game.example:',
  'https://game.example:99999',
  'https://a..example',
  'http://192.168.1',
  'http://010.0.0.1',
  'app://a%20b',
  'app://game:99999',
  'file://',
  'file:///game',
  'file://game',
  'data:text/html',
  ' https://game.example',
  'https://game.example\n',
  'https://a.example,https://b.example',
])('what can never be a page’s origin is refused: %j', (origin) => {
  const make = () =>
    createRelayProxy({ edgegap: { apiToken: 'x' }, guests: true, allowedOrigins: [origin] });
  expect(make).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  expect(make).toThrow(origin === 'null' ? 'allowNullOrigin' : 'allowedOrigins');
});
