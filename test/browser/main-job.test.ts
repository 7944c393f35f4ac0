import type { Page, Response } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  create,
  eventsOf,
  GamePages,
  type GameWindow,
  join,
  leave,
  onPage,
} from '../support/game-pages.js';
import { API_TOKEN } from '../support/stack.js';

const pages = new GamePages();

/** All that a page received, headers included, as one text. */
function listenIn(page: Page): () => Promise<string> {
  const answers: Promise<string>[] = [];
  const read = async (response: Response) => {
    const body = await response.text().catch(() => '');
    return `${response.url()}\n${JSON.stringify(await response.allHeaders())}\n${body}`;
  };
  page.on('response', (response) => answers.push(read(response)));
  return async () => (await Promise.all(answers)).join('\n\n');
}

describe('two pages with the built bundle, in real Chromium', () => {
  it('get their relay: ready, linked, open, each with their own port and token', async () => {
    await using stack = await pages.startStack({ linkDelay: 600 });
    const [hostPage, joinerPage] = [
      await pages.open(stack.proxyUrl),
      await pages.open(stack.proxyUrl),
    ];
    const [heardByHost, heardByJoiner] = [listenIn(hostPage), listenIn(joinerPage)];

    const hosting = create(hostPage);
    await expect.poll(() => stack.simulator.sessions()).toHaveLength(1);
    const [first] = stack.simulator.sessions();
    expect(first?.status).toBe('Initializing');
    const joining = join(joinerPage, first?.session_id ?? '');
    const [host, joiner] = await Promise.all([hosting, joining]);

    const [session] = stack.simulator.sessions();
    const { server, client } = session?.relay?.ports ?? {};
    const [hostUser, joinerUser] = session?.session_users ?? [];
    expect(host).toMatchObject({
      role: 'server',
      host: session?.relay?.host,
      port: server?.port,
      userAuthorizationToken: hostUser?.authorization_token,
    });
    expect(joiner).toMatchObject({
      role: 'client',
      host: session?.relay?.host,
      port: client?.port,
      userAuthorizationToken: joinerUser?.authorization_token,
    });
    for (const [page, endpoint] of [
      [hostPage, host],
      [joinerPage, joiner],
    ] as const) {
      expect(await eventsOf(page)).toEqual([
        ['state', 'requesting'],
        ['state', 'waiting'],
        ['state', 'open'],
        ['ready', session?.session_id],
        ['linked', endpoint],
        ['open', endpoint],
      ]);
    }

    const [hostHeard, joinerHeard] = [await heardByHost(), await heardByJoiner()];
    expect(hostHeard).toContain(String(hostUser?.authorization_token));
    expect(joinerHeard).toContain(String(joinerUser?.authorization_token));
    expect(hostHeard).not.toContain(String(joinerUser?.authorization_token));
    expect(joinerHeard).not.toContain(String(hostUser?.authorization_token));
    expect(hostHeard + joinerHeard).not.toContain(API_TOKEN);

    await leave(joinerPage);
    await leave(hostPage);
    expect((await eventsOf(hostPage)).at(-1)).toEqual(['close', 'left']);
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('get one error when the session fails, with a code and a message', async () => {
    await using stack = await pages.startStack({ linkDelay: 60_000 });
    const page = await pages.open(stack.proxyUrl);
    // The promise is left alone: a game that only listens to events.
    await page.evaluate(() => {
      void (globalThis as unknown as GameWindow).relay.create();
    });
    await expect.poll(() => stack.simulator.sessions()).toHaveLength(1);
    const [session] = stack.simulator.sessions();
    stack.simulator.failSession(session?.session_id ?? '', 'No relay near the players.');
    await expect
      .poll(() => eventsOf(page))
      .toEqual([
        ['state', 'requesting'],
        ['state', 'waiting'],
        ['state', 'failed'],
        ['error', { code: 'session-failed', message: expect.stringContaining('session failed') }],
        ['close', 'failed'],
      ]);
    expect(await onPage(page, ({ unhandled }) => unhandled)).toEqual([]);
  });
});
