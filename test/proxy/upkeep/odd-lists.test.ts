import { describe, expect, it } from 'vitest';
import { bendLists } from '../../support/bend-lists.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const SECRETS = ['a secret that outlives the process 1'];

const STRANGE = [{ session_id: 'foreign', status: null }, null, {}, { session_id: 7 }];
const disguise = (session: { session_users?: object[] }) => ({
  ...session,
  status: null,
  linked: 'yes',
  relay: 7,
  session_users: [...(session.session_users ?? []), null, { authorization_token: -1 }],
});

describe('what is odd in the list of sessions', () => {
  it('keeps nobody from their own, when it is somebody else’s', async () => {
    await using stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS });
    const host = await GameClient.guest(stack.proxyUrl);
    const key = { 'idempotency-key': 'the-match' };
    const session = (await host.create(key)).body;
    const edgegap = bendLists(stack.edgegap, (sessions) => [...STRANGE, ...sessions]);
    await using again = await startStack({}, { secrets: SECRETS, edgegap });
    const joiner = await GameClient.guest(again.proxyUrl);
    expect((await joiner.join({ join_code: session.join_code })).status).toBe(200);
    const back = Object.assign(new GameClient(again.proxyUrl), { token: host.token });
    expect((await back.create(key)).body.session_id).toBe(session.session_id);
    expect(stack.simulator.sessions()).toHaveLength(1);
  });

  it('is adopted all the same, when it is our own', async () => {
    await using stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS });
    const [host, gone] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = await host.linked((await host.create()).body);
    await gone.linked((await gone.create()).body);
    await gone.join({ session_id: session.session_id });
    const edgegap = bendLists(stack.edgegap, (sessions) => [
      ...STRANGE,
      ...sessions.map(disguise),
      { session_id: 'x', webhook_url: 7 },
    ]);
    await using again = await startStack(
      {},
      { secrets: SECRETS, edgegap, lease: 2, longestWait: 1 },
    );
    const back = new GameClient(again.proxyUrl);
    // The host who comes back keeps their session; who does not loses theirs, and their seat in this one.
    await expect
      .poll(
        async () => {
          expect((await back.get(session)).status).toBe(200);
          const open = stack.simulator.sessions();
          return open.map(({ session_id, session_users }) => [session_id, session_users?.length]);
        },
        { timeout: 10_000 },
      )
      .toEqual([[session.session_id, 1]]);
  }, 20_000);

  it('is found by its nonce, when the answer to its create was lost', async () => {
    await using stack = await startStack({ linkDelay: 60_000 });
    const edgegap = bendLists(stack.edgegap, (sessions) => [...STRANGE, ...sessions.map(disguise)]);
    await using odd = await startStack({}, { edgegap });
    stack.simulator.faults.add({
      kind: 'drop-after',
      operation: 'relay-session-create',
      times: 1,
    });
    const host = await GameClient.guest(odd.proxyUrl);
    const { status, body } = await host.create();
    expect([status, body.role, body.status]).toEqual([200, 'server', 'Initializing']);
    expect(stack.simulator.stats().sessions.created).toBe(1);
  });
});
