import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

describe('create', () => {
  it.each(['drop-after', 'drop-before', 'malformed', 'server-error', 'unavailable'] as const)(
    'makes one session, though upstream’s answer is lost: %s',
    async (kind) => {
      await using stack = await startStack({ linkDelay: 10 });
      const host = await GameClient.guest(stack.proxyUrl);
      stack.simulator.faults.add({ kind, operation: 'relay-session-create', times: 2 });
      const { status, body } = await host.create();
      expect(status).toBe(200);
      expect(stack.simulator.sessions().map(({ session_id }) => session_id)).toEqual([
        body.session_id,
      ]);
      expect(stack.simulator.stats().sessions.created).toBe(1);
    },
  );

  it('makes one session, though upstream is too slow to tell', async () => {
    await using stack = await startStack();
    const edgegap = { ...stack.edgegap, timeout: 300 };
    await using hasty = await startStack({}, { edgegap });
    const host = await GameClient.guest(hasty.proxyUrl);
    stack.simulator.faults.add({
      kind: 'slow-drip',
      delay: 60_000,
      operation: 'relay-session-create',
      times: 2,
    });
    const { status, body } = await host.create();
    const open = stack.simulator.sessions().map(({ session_id }) => session_id);
    expect([status, open]).toEqual([200, [body.session_id]]);
    expect(stack.simulator.stats().sessions.created).toBe(1);
  });

  it('gives the same answer for the same key, and another for another player’s', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const [host, other] = [
      await GameClient.guest(stack.proxyUrl),
      await GameClient.guest(stack.proxyUrl),
    ];
    const key = { 'idempotency-key': 'the-match' };
    const twins = await Promise.all([host.create(key), host.create(key), host.create(key)]);
    const [first] = twins;
    for (const twin of twins) expect(twin.body.session_id).toBe(first?.body.session_id);
    expect((await host.create(key)).body.session_id).toBe(first?.body.session_id);
    expect((await other.create(key)).body.session_id).not.toBe(first?.body.session_id);
    expect((await host.create()).body.session_id).not.toBe(first?.body.session_id);
    await host.delete(first?.body);
    expect(await host.create(key)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('gives the same answer for the same key after a restart that forgot everything', async () => {
    const secrets = ['a secret that outlives the process 1'];
    await using stack = await startStack({ linkDelay: 10 }, { secrets });
    const host = await GameClient.guest(stack.proxyUrl);
    const key = { 'idempotency-key': 'the-match' };
    const { body } = await host.create(key);
    await using again = await startStack({}, { secrets, edgegap: stack.edgegap });
    const back = new GameClient(again.proxyUrl);
    back.token = host.token;
    expect((await back.create(key)).body).toMatchObject({
      session_id: body.session_id,
      join_code: body.join_code,
    });
    expect(stack.simulator.sessions()).toHaveLength(1);
  });

  it('ends in 503 where upstream stays away, and in 502 where it refuses the proxy', async () => {
    await using stack = await startStack();
    const host = await GameClient.guest(stack.proxyUrl);
    stack.simulator.faults.add({ kind: 'drop-before', operation: 'relay-session-create' });
    expect(await host.create()).toMatchObject({
      status: 503,
      body: { code: 'upstream-unavailable' },
    });
    await using wrong = await startStack(
      {},
      { edgegap: { ...stack.edgegap, apiToken: 'not-the-token' } },
    );
    const guest = await GameClient.guest(wrong.proxyUrl);
    expect(await guest.create()).toMatchObject({ status: 502, body: { code: 'upstream-refused' } });
  });

  it('does not repeat what the service has refused', async () => {
    await using stack = await startStack();
    const host = await GameClient.guest(stack.proxyUrl);
    stack.simulator.faults.add({
      kind: 'rate-limited',
      retryAfter: 7,
      operation: 'relay-session-create',
    });
    const answer = await host.create();
    expect(answer).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(stack.simulator.stats().calls['relay-session-create']).toEqual({ 429: 1 });
  });

  it.each(['', 'a b', 'x'.repeat(129), 'ü'])('refuses the key "%s"', async (key) => {
    await using stack = await startStack();
    const host = await GameClient.guest(stack.proxyUrl);
    const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
    expect(await host.create(headers)).toMatchObject({
      status: 400,
      body: { code: 'bad-request' },
    });
  });
});
