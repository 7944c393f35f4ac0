import { base64url, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { isUint32 } from '../../../src/api/schemas.js';
import { systemClock } from '../../../src/common/clock.js';
import { ChannelTickets } from '../../../src/proxy/identity/channel-tickets.js';
import { Sealer } from '../../../src/proxy/identity/sealer.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const OLD = 'the secret from before the rotation';
const NEW = 'the secret from after the rotation 1';
const IP = '203.0.113.7';

type StackOptions = Parameters<typeof startStack>[1];

/** A host with a linked session, at a proxy of their own. */
async function startHost(options: StackOptions = {}) {
  const stack = await startStack({ linkDelay: 10 }, { secrets: [OLD], ...options });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  return { stack, host, session, ticket: session.ticket ?? '' };
}

/** A ticket as older versions made them. */
const signOldTicket = (seat: object, secret: string, lifetime = '1h') =>
  new SignJWT({ seat })
    .setProtectedHeader({ alg: 'HS256', typ: 'relais-ticket' })
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(secret));

describe('a ticket', () => {
  it('shows neither token nor address nor player nor session to whoever decodes it', async () => {
    const { stack, host, session, ticket } = await startHost();
    await using _stack = stack;
    const token = session.session_user?.authorization_token ?? 0;
    expect(isUint32(token)).toBe(true);
    const parts = ticket.split('.').map((part) => Buffer.from(base64url.decode(part)));
    expect(parts).toHaveLength(5);
    expect(JSON.parse(String(parts[0]))).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      typ: 'relais-ticket',
    });
    const decoded = Buffer.concat(parts).toString('latin1');
    const secrets = [IP, String(token), String(session.authorization_token), host.playerId];
    for (const text of [...secrets, session.session_id, 'seat', 'role']) {
      expect(decoded).not.toContain(text);
    }
    expect((await host.get(session)).status).toBe(200);
  });

  it('that an older version signed opens its session until it ends, and is replaced at its first use', async () => {
    const { stack, host, session } = await startHost({ ticketLifetime: 3_600 });
    await using _stack = stack;
    const seat = {
      playerId: host.playerId,
      sessionId: session.session_id,
      role: 'server',
      ip: IP,
      authorizationToken: session.session_user?.authorization_token,
    };
    const signed = await signOldTicket(seat, OLD);
    const answer = await host.get({ ...session, ticket: signed });
    expect(answer).toMatchObject({ status: 200, body: { session_id: session.session_id } });
    const renewed = answer.body.ticket;
    expect(renewed.split('.')).toHaveLength(5);
    const again = await host.get({ ...session, ticket: signed });
    expect([again.status, again.body.ticket]).toEqual([200, renewed]);
    const resumed = await host.send('POST', '/v1/relays/sessions:authorize-user', {
      token: signed,
      json: {},
    });
    const listed = await host.send('GET', '/v1/relays/sessions', { token: signed });
    for (const { status, body } of [resumed, listed]) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain(signed);
    }
    expect((await host.get({ ...session, ticket: renewed })).status).toBe(200);
  });

  it('is good after a rotation, and not once its secret is dropped', async () => {
    const { stack, host, session } = await startHost();
    await using _stack = stack;
    const { edgegap } = stack;
    await using both = await startStack({}, { edgegap, secrets: [NEW, OLD] });
    await using after = await startStack({}, { edgegap, secrets: [NEW] });
    const statusAt = async (url: string) => (await new GameClient(url).get(session)).status;
    expect(await statusAt(both.proxyUrl)).toBe(200);
    expect(await statusAt(after.proxyUrl)).toBe(401);
    const guest = Object.assign(new GameClient(both.proxyUrl), { token: host.token });
    const fresh = (await guest.create()).body;
    expect((await new GameClient(after.proxyUrl).get(fresh)).status).toBe(200);
    expect((await new GameClient(stack.proxyUrl).get(fresh)).status).toBe(401);
  });

  it('gets the same 401 whether it is changed, cut, expired, of another kind or by another secret', async () => {
    const { stack, host, session, ticket } = await startHost();
    await using _stack = stack;
    const seat = {
      playerId: host.playerId,
      sessionId: session.session_id,
      role: 'server',
    } as const;
    const ofAnother = new Sealer([NEW], systemClock);
    const own = new Sealer([OLD], systemClock);
    const claims = { seat: { ...seat, ip: IP } };
    const parts = ticket.split('.');
    const [head = '', key = '', iv = '', sealed = '', tag = ''] = parts;
    const signed = await signOldTicket(claims.seat, OLD);
    const wrong: Record<string, string> = {
      'another secret': await ofAnother.seal('relais-ticket', claims, 60),
      'a channel’s': await own.seal('relais-channel', claims, 60),
      'a real channel’s': await new ChannelTickets(own).issue(seat),
      expired: await own.seal('relais-ticket', claims, -60),
      'no seat': await own.seal('relais-ticket', { seat: { playerId: 'x' } }, 60),
      'another kind’s name': [
        base64url.encode('{"alg":"dir","enc":"A256GCM","typ":"relais-channel"}'),
        ...parts.slice(1),
      ].join('.'),
      'a kind that is told otherwise': [
        head,
        ...(await own.seal('relais-channel', claims, 60)).split('.').slice(1),
      ].join('.'),
      'another algorithm': [
        base64url.encode('{"alg":"dir","enc":"A128GCM","typ":"relais-ticket"}'),
        ...parts.slice(1),
      ].join('.'),
      'no header': parts.slice(1).join('.'),
      'no tag': [head, key, iv, sealed].join('.'),
      'an empty tag': [head, key, iv, sealed, ''].join('.'),
      'a short tag': [head, key, iv, sealed, tag.slice(0, 8)].join('.'),
      'an empty text': [head, key, iv, '', tag].join('.'),
      'a key where none belongs': [head, 'AAAA', iv, sealed, tag].join('.'),
      'an old one, changed': `${signed.slice(0, -4)}AAAA`,
      'an old one by another secret': await signOldTicket(claims.seat, NEW),
      'an old one, expired': await signOldTicket(claims.seat, OLD, '-1m'),
    };
    for (let at = 0; at < ticket.length; at += 17) {
      wrong[`cut at ${at}`] = ticket.slice(0, at);
      // The last character of a part may hold bits that say nothing.
      if (/^.(\.|$)/.test(ticket.slice(at))) continue;
      const character = ticket[at] === 'A' ? 'B' : 'A';
      wrong[`changed at ${at}`] = ticket.slice(0, at) + character + ticket.slice(at + 1);
    }
    const refusal = await host.get({ ...session, ticket: 'x' });
    expect(refusal).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    for (const [what, text] of Object.entries(wrong)) {
      if (text === '') continue;
      const { status, body } = await host.get({ ...session, ticket: text });
      expect([what, status, body]).toEqual([what, 401, refusal.body]);
    }
    expect((await host.get(session)).status).toBe(200);
  });
});
