import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { GameClient } from '../../support/game-client.js';
import { NO_SESSIONS } from '../../support/no-sessions.js';
import { answerJson, scriptServer } from '../../support/scripted-server.js';
import { API_TOKEN, startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';

describe('the log', () => {
  it('has one entry per request, with id, player, session, status and time, and no secret', async () => {
    const entries: LogEntry[] = [];
    await using stack = await startStack(
      { linkDelay: 10 },
      { log: (entry) => entries.push(entry) },
    );
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const before = entries.length;
    const answer = await host.get(session);
    expect(entries.slice(before)).toEqual([
      {
        event: 'request',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        id: answer.headers.get('x-request-id'),
        method: 'GET',
        route: '/v1/relays/sessions/:id',
        status: 200,
        duration: expect.any(Number),
        player: host.playerId,
        session: session.session_id,
      },
    ]);
    const named = entries.length;
    await host.create();
    await host.join({ session_id: session.session_id });
    await host.send('GET', `${SESSIONS}/${session.session_id}`);
    await host.revoke(session, { after: 60 });
    const ids = entries.slice(named).map((entry) => entry.event === 'request' && entry.session);
    expect(ids).toEqual([expect.stringMatching(/-S$/), ...[1, 2, 3].map(() => session.session_id)]);
    await host.join({ join_code: session.join_code ?? '' });
    await host.get({ ...session, ticket: `${session.ticket}x` });
    await host.send('GET', `/${session.ticket}`);
    // What is no id, sent for one by mistake.
    for (const mistake of [session.join_code, session.ticket, host.token]) {
      await host.send('GET', `${SESSIONS}/${mistake}`);
      await host.send('DELETE', `${SESSIONS}/${mistake}`);
      await host.join({ session_id: mistake ?? '' });
      await host.revoke({ ...session, session_id: mistake ?? '' });
      await host.send('POST', `${SESSIONS}:revoke-user`, { json: { session_id: mistake } });
    }
    stack.simulator.faults.add({
      kind: 'server-error',
      operation: 'relay-session-create',
      times: 9,
    });
    await host.create();
    const [{ webhook_url } = {}] = stack.simulator.sessions();
    const text = JSON.stringify(entries);
    for (const secret of [
      API_TOKEN,
      host.token,
      session.ticket,
      session.join_code,
      webhook_url?.split('/').at(-1),
    ]) {
      expect(secret).toBeTruthy();
      expect(text).not.toContain(secret);
    }
  });
});

it('the log tells a failure by its code, and never in the words of whoever failed', async () => {
  await using upstream = await scriptServer((request, response) => {
    if (request.method === 'GET') return answerJson(response, 200, NO_SESSIONS);
    answerJson(response, 403, { message: 'https://hook.example/secret-nonce 1.2.3.4 21986334' });
  });
  const entries: LogEntry[] = [];
  await using stack = await startStack(
    {},
    {
      edgegap: { apiToken: API_TOKEN, baseUrl: upstream.url },
      log: (entry) => entries.push(entry),
    },
  );
  const host = await GameClient.guest(stack.proxyUrl);
  expect((await host.create()).status).toBe(502);
  expect(entries.at(-1)).toMatchObject({ failure: 'the relay service: forbidden (403)' });
  expect(JSON.stringify(entries)).not.toMatch(/secret-nonce|1\.2\.3\.4|21986334/);
});
