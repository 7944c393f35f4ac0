import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PlayerSession } from '../../../src/api/player-session.js';
import { GameClient } from '../../support/game-client.js';
import { RawClient } from '../../support/raw-client.js';
import { type Stack, startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';
/** Nothing is there: the webhooks' URLs are read from the simulator, and called by hand. */
const NOWHERE = 'http://127.0.0.1:9';

let stack: Stack;
let session: PlayerSession;

beforeAll(async () => {
  stack = await startStack({ linkDelay: 10 }, { publicUrl: NOWHERE });
  session = (await (await GameClient.guest(stack.proxyUrl)).create()).body;
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Sends a request whose body begins and never ends; resolves to the statuses once the connection is closed. */
async function sendUnfinished(path: string, header = ''): Promise<number[]> {
  using client = new RawClient(stack.proxyUrl);
  client.send(`POST ${path} HTTP/1.1\r\nhost: x\r\n${header}content-length: 200000\r\n\r\n{"a":"`);
  client.drip('x'.repeat(1_000));
  await client.closed;
  return client.statuses;
}

it.each([
  ['a webhook that nobody signed', '/v1/webhooks/x', 404],
  ['a login that is none', SESSIONS, 401],
  ['a path that is none', '/nowhere', 404],
  ['a route that takes none', '/v1/guests', 200],
])('a body is not waited for where it decides nothing: %s', async (_what, path, status) => {
  expect(await sendUnfinished(path)).toEqual([status]);
});

it('a webhook is believed by its signature alone, before its body has come', async () => {
  const [{ webhook_url = '' } = {}] = stack.simulator.sessions();
  expect(await sendUnfinished(new URL(webhook_url ?? '').pathname)).toEqual([204]);
});

it('a body that is too large is refused as soon as that shows', async () => {
  const header = `authorization: Bearer ${session.ticket}\r\n`;
  expect(await sendUnfinished(`${SESSIONS}:revoke-user`, header)).toEqual([413]);
});
