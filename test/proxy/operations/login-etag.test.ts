import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

it('gives who asks with a login the same ETag as time goes by and nothing changes', async () => {
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  await using stack = await startStack({ linkDelay: 1 }, { clock });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  const etag = async () => {
    const answer = await host.send('GET', `/v1/relays/sessions/${session.session_id}`);
    expect(answer.status).toBe(200);
    return answer.headers.get('etag');
  };
  const first = await etag();
  shift = 2_000;
  expect(await etag()).toBe(first);
});

it('gives a ticket that ages one successor, and who asks with a login a ticket that lasts', async () => {
  let shift = 0;
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + shift,
    monotonic: () => systemClock.monotonic() + shift,
  };
  await using stack = await startStack({ linkDelay: 1 }, { clock, ticketLifetime: 60 });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  const login = () => host.send('GET', `/v1/relays/sessions/${session.session_id}`);
  const ticket = (await login()).body.ticket;
  shift = 31_000;
  const renewed = (await login()).body.ticket;
  expect(renewed).not.toBe(ticket);
  const successor = await host.get(session);
  expect(successor.body.ticket).not.toBe(session.ticket);
  shift = 33_000;
  const known = { 'if-none-match': successor.headers.get('etag') ?? '' };
  expect((await host.get(session, known)).status).toBe(304);
  shift = 61_000;
  expect((await host.get(session)).status).toBe(401);
  expect((await host.get({ ...session, ticket: renewed })).status).toBe(200);
});
