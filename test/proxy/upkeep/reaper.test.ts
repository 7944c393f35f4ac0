import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const SHORT = { lease: 2, longestWait: 1 };

describe('a lease', () => {
  it('that runs out ends the host’s session, and takes a player’s seat', async () => {
    await using stack = await startStack({ linkDelay: 10 }, SHORT);
    const [host, joiner] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = await host.linked((await host.create()).body);
    const joined = (await joiner.join({ session_id: session.session_id })).body;
    // The host stays, the joiner is silent.
    await expect
      .poll(async () => (await host.get(session)).body.players.length, { timeout: 10_000 })
      .toBe(1);
    await expect.poll(() => stack.simulator.sessions()[0]?.session_users?.length).toBe(1);
    expect(await joiner.get(joined)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    await expect.poll(() => stack.simulator.sessions(), { timeout: 10_000 }).toEqual([]);
    expect(await host.get(session)).toMatchObject({ status: 404 });
  }, 20_000);

  it('is retried upstream until it succeeds', async () => {
    await using stack = await startStack({ linkDelay: 10 }, SHORT);
    const host = await GameClient.guest(stack.proxyUrl);
    await host.create();
    stack.simulator.faults.add({
      kind: 'drop-before',
      operation: 'relay-session-delete',
      times: 5,
    });
    await expect.poll(() => stack.simulator.sessions(), { timeout: 20_000 }).toEqual([]);
  }, 30_000);

  it('that was shortened runs out soon, unless the player comes back', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const [gone, back] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const lost = await gone.linked((await gone.create()).body);
    const kept = await back.linked((await back.create()).body);
    expect((await back.revoke(kept, { after: 1 })).status).toBe(204);
    expect((await gone.revoke(lost, { after: 1 })).status).toBe(204);
    const resumed = await back.send('POST', '/v1/relays/sessions:authorize-user', {
      token: kept.ticket,
      json: {},
    });
    expect(resumed.status).toBe(200);
    await expect
      .poll(() => stack.simulator.sessions().map(({ session_id }) => session_id), {
        timeout: 8_000,
      })
      .toEqual([kept.session_id]);
    expect((await back.get(kept)).status).toBe(200);
  }, 15_000);

  it('that a closing tab shortens is taken back by another tab, whose held request is answered for it', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const [host, other] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const session = await host.linked((await host.create()).body);
    const lost = await other.linked((await other.create()).body);
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
    await expect
      .poll(() => stack.simulator.sessions().map(({ session_id }) => session_id), {
        timeout: 8_000,
      })
      .toEqual([session.session_id]);
    expect((await host.get(session)).status).toBe(200);
  }, 20_000);

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
