import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { startTimed } from '../../support/timed-stack.js';

const SHORT = { lease: 2, longestWait: 1 };

describe('a lease', () => {
  it('that runs out ends the host’s session, and takes a player’s seat', async () => {
    await using stack = await startTimed(SHORT);
    const { simulator, time } = stack;
    const { host, session } = await stack.host();
    const joiner = await stack.guest();
    const joined = (await joiner.join({ session_id: session.session_id })).body;
    // The host stays, the joiner is silent.
    await time.until(async () => expect((await host.get(session)).body.players.length).toBe(1));
    await time.until(async () => {
      await host.get(session);
      expect(simulator.sessions()[0]?.session_users).toHaveLength(1);
    });
    expect(await joiner.get(joined)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    await time.until(() => expect(simulator.sessions()).toEqual([]));
    expect(await host.get(session)).toMatchObject({ status: 404 });
  });

  it('is retried upstream until it succeeds', async () => {
    await using stack = await startTimed(SHORT);
    const { simulator, time } = stack;
    await (await stack.guest()).create();
    simulator.faults.add({ kind: 'drop-before', operation: 'relay-session-delete', times: 5 });
    await time.until(() => expect(simulator.sessions()).toEqual([]));
    expect(simulator.stats().calls['relay-session-delete']).toMatchObject({ 204: 1 });
  });

  it('that was shortened runs out soon, unless the player comes back', async () => {
    await using stack = await startTimed();
    const { host: gone, session: lost } = await stack.host();
    const { host: back, session: kept } = await stack.host();
    expect((await back.revoke(kept, { after: 1 })).status).toBe(204);
    expect((await gone.revoke(lost, { after: 1 })).status).toBe(204);
    const resumed = await back.send('POST', '/v1/relays/sessions:authorize-user', {
      token: kept.ticket,
      json: {},
    });
    expect(resumed.status).toBe(200);
    await stack.time.until(() => expect(stack.open()).toEqual([kept.session_id]));
    expect((await back.get(kept)).status).toBe(200);
  });

  it('that a closing tab shortens is taken back by another tab, whose held request is answered for it', async () => {
    await using stack = await startTimed();
    const { host, session } = await stack.host();
    const { host: other, session: lost } = await stack.host();
    const etag = (await host.get(session)).headers.get('etag') ?? '';
    let answers = 0;
    const ask = async () => {
      const { status } = await host.get(session, { prefer: 'wait=20', 'if-none-match': etag });
      answers += 1;
      return status;
    };
    const held = ask();
    await expect
      .poll(async () => {
        if (answers === 0) await host.revoke(session, { after: 1 });
        return answers;
      })
      .toBe(1);
    expect(await held).toBe(304);
    void ask().catch(() => {});
    expect((await other.revoke(lost, { after: 1 })).status).toBe(204);
    // When the one without another tab is gone, the one with it is still there.
    await stack.time.until(() => expect(stack.open()).toEqual([session.session_id]));
    expect((await host.get(session)).status).toBe(200);
  });

  it('of another cannot be shortened', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const [host, joiner] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = (await host.create()).body;
    await joiner.join({ session_id: session.session_id });
    const answer = await host.revoke(session, { player_id: joiner.playerId, after: 5 });
    expect(answer).toMatchObject({ status: 400 });
  });
});
