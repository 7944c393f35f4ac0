import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelTicketError, ChannelTickets } from '../../../src/proxy/identity/channel-tickets.js';
import { Sealer } from '../../../src/proxy/identity/sealer.js';
import { Signer } from '../../../src/proxy/identity/signer.js';
import { Tickets } from '../../../src/proxy/identity/tickets.js';
import { FakeClock } from '../../support/fake-clock.js';

const OLD = 'the secret from before the rotation';
const NEW = 'the secret from after the rotation 1';
const SEAT = { sessionId: '7349356945f1-S', playerId: 'anna', role: 'client' } as const;
/** The same seat, with what a page must not learn. */
const WHOLE_SEAT = { ...SEAT, ip: '203.0.113.7', authorizationToken: 3_500_589_645 };
const FIVE_MINUTES = 5 * 60_000;

let clock: FakeClock;
let channels: ChannelTickets;
beforeEach(() => {
  clock = new FakeClock();
  channels = new ChannelTickets(new Sealer([OLD], clock));
});

/** Why a ticket is refused. */
async function reasonFor(ticket: string, reader = channels): Promise<string | undefined> {
  const error = await reader.read(ticket).catch((error: unknown) => error);
  return error instanceof ChannelTicketError ? error.reason : undefined;
}

describe('a channel ticket', () => {
  it('tells whose seat it is, and nothing else of it', async () => {
    expect(await channels.read(await channels.issue(WHOLE_SEAT))).toEqual(SEAT);
  });

  it('shows nothing to whoever decodes it', async () => {
    const parts = (await channels.issue(SEAT)).split('.');
    const decoded = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1')).join();
    for (const text of Object.values(SEAT)) expect(decoded).not.toContain(text);
  });

  it('ends after five minutes, and then is expired, not invalid', async () => {
    const ticket = await channels.issue(SEAT);
    clock.advance(FIVE_MINUTES - 1_000);
    expect(await channels.read(ticket)).toEqual(SEAT);
    clock.advance(1_000);
    expect(await reasonFor(ticket)).toBe('expired');
    // Whoever changes one learns nothing of its age.
    expect(await reasonFor(`${ticket.slice(0, -4)}AAAA`)).toBe('invalid');
  });

  it('is invalid where it is changed, cut, or no ticket at all', async () => {
    const ticket = await channels.issue(SEAT);
    for (let at = 0; at < ticket.length; at += 1) {
      // The last character of a part may hold bits that say nothing.
      if (/^.(\.|$)/.test(ticket.slice(at))) continue;
      const character = ticket[at] === 'A' ? 'B' : 'A';
      const changed = ticket.slice(0, at) + character + ticket.slice(at + 1);
      expect([at, await reasonFor(changed)]).toEqual([at, 'invalid']);
      expect([at, await reasonFor(ticket.slice(0, at))]).toEqual([at, 'invalid']);
    }
    for (const text of ['', 'x', '....', 'ticket']) expect(await reasonFor(text)).toBe('invalid');
  });

  it('is good after a rotation of the secrets, as long as its own is among them', async () => {
    const ticket = await channels.issue(SEAT);
    const both = new ChannelTickets(new Sealer([NEW, OLD], clock));
    const after = new ChannelTickets(new Sealer([NEW], clock));
    expect(await both.read(ticket)).toEqual(SEAT);
    expect(await reasonFor(ticket, after)).toBe('invalid');
    expect(await after.read(await both.issue(SEAT))).toEqual(SEAT);
    clock.advance(FIVE_MINUTES);
    expect(await reasonFor(ticket, both)).toBe('expired');
  });

  it('is no seat’s ticket, and a seat’s ticket is none', async () => {
    const sealer = new Sealer([OLD], clock);
    const signer = new Signer([OLD], clock);
    const tickets = new Tickets({ sealer, signer, clock, lifetime: 60 });
    const { text } = await tickets.of(WHOLE_SEAT);
    expect(await tickets.verify(text)).toBeDefined();
    expect(await reasonFor(text)).toBe('invalid');
    expect(await tickets.verify(await channels.issue(SEAT))).toBeUndefined();
    const whole = await sealer.seal('relais-channel', { seat: WHOLE_SEAT }, 60);
    expect(await tickets.verify(whole)).toBeUndefined();
    const signed = await signer.sign('relais-ticket', { seat: WHOLE_SEAT }, 60);
    expect(await tickets.verify(signed)).toBeDefined();
    expect(await reasonFor(signed)).toBe('invalid');
    // Nor does the kind's name make one: each kind has a key of its own.
    const [header] = text.split('.');
    const [, ...rest] = (await channels.issue(SEAT)).split('.');
    expect(await tickets.verify([header, ...rest].join('.'))).toBeUndefined();
  });
});
