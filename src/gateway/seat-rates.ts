import type { SeatDocument } from '../channel-protocol/seat-source.js';
import { PROBE_BYTES } from '../channel-protocol/send-window.js';
import type { CompleteLimits } from './gateway-options.js';
import { type Rate, RateLimit } from './rate-limit.js';

/** The most players that a host's share of what may be sent is reckoned for. */
const MOST_PLAYERS = 64;
/** What the relay may send to one player, as a multiple of what the player may. */
const RELAY_SHARE = 10;

/** Probes, answers, pings and pongs of a page that sends little, a second: twice what it needs. */
const LEAST_CONTROL = 40;
/** How long one of them is, in bytes: twice what a page sends. */
const CONTROL_BYTES = 64;

/**
 * What may pass one seat's channel: datagrams from its page, all else from its page, and datagrams from the relay. A
 * host may send for each of its players. Probes have a share of their own: a page that sends too many datagrams gets
 * its probes answered all the same, and so learns how its wire really is.
 */
export class SeatRates {
  readonly page: RateLimit;
  readonly control: RateLimit;
  readonly relay: RateLimit;
  readonly #limits: CompleteLimits;

  constructor(limits: CompleteLimits, document: SeatDocument, now: number) {
    this.#limits = limits;
    const { page, control, relay } = ratesOf(limits, document);
    this.page = new RateLimit(page, now);
    this.control = new RateLimit(control, now);
    this.relay = new RateLimit(relay, now);
  }

  /** Goes by the newest document: the host's share grows with its session. */
  set(document: SeatDocument): void {
    const { page, control, relay } = ratesOf(this.#limits, document);
    this.page.set(page);
    this.control.set(control);
    this.relay.set(relay);
  }

  /** Whether the page may be read again. */
  hasRoom(now: number): boolean {
    return this.page.hasRoom(now) && this.control.hasRoom(now);
  }

  /** Whether the page sent too much for too long. */
  isExhausted(now: number): boolean {
    return this.page.isExhausted(now) || this.control.isExhausted(now);
  }

  /** Whether nothing is left of what was sent. */
  isClear(now: number): boolean {
    return this.page.isClear(now) && this.control.isClear(now) && this.relay.isClear(now);
  }
}

function ratesOf(limits: CompleteLimits, { role, players }: SeatDocument) {
  const share = role === 'server' ? Math.min(Math.max(players, 1), MOST_PLAYERS) : 1;
  const page = rate(limits.datagramsPerSecond * share, limits.bytesPerSecond * share);
  const relay = rate(page.messagesPerSecond * RELAY_SHARE, page.bytesPerSecond * RELAY_SHARE);
  // Each side probes every so many bytes that it sends, and the page answers the gateway's.
  const probes = (page.bytesPerSecond + relay.bytesPerSecond) / PROBE_BYTES;
  const control = LEAST_CONTROL + probes;
  return { page, relay, control: rate(control, control * CONTROL_BYTES) };
}

function rate(messagesPerSecond: number, bytesPerSecond: number): Rate {
  return { messagesPerSecond, bytesPerSecond };
}
