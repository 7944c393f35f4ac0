import type { ChannelState, ChannelStats } from 'relais';
import { type Cause, type Drops, dropsOf, type Lost } from './drops.js';

/** How far back the charts reach, in milliseconds. */
export const VIEW = 30_000;
/** The time over which datagrams a second are counted, in milliseconds. */
const RATE_TIME = 1_000;

/** What was known of a channel at one moment. */
export interface Sample {
  /** In milliseconds, on a clock that never goes back. */
  readonly at: number;
  readonly state: ChannelState;
  /** What carries the datagrams. */
  readonly wire: ChannelStats['wire'];
  /** In milliseconds; `null` where it is not known, or the wire is lost. */
  readonly gatewayRoundTrip: number | null;
  readonly relayRoundTrip: number | null;
  /** Datagrams since the channel was opened, as the game sees them. */
  readonly sent: number;
  readonly received: number;
  /** Datagrams in the second before. */
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
  readonly drops: Drops;
}

/** A time in which the channel was not open. */
export interface Interruption {
  /** In what state it began: the wire was lost (`reconnecting`), or the relay checks the player. */
  readonly state: ChannelState;
  readonly from: number;
  /** When the channel was open again; nothing while it is not. */
  readonly to: number | undefined;
}

/** A moment from which the datagrams travelled by this wire. */
export interface Move {
  readonly wire: Sample['wire'];
  readonly at: number;
}

/** The last half minute of a channel. */
export class ChannelHistory {
  #samples: Sample[] = [];

  /** In order of time. Two may have the same time. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get newest(): Sample | undefined {
    return this.#samples.at(-1);
  }

  /** Begins anew, for another channel. */
  clear(): void {
    this.#samples = [];
  }

  /** Takes down what is known now. */
  add(stats: ChannelStats, state: ChannelState, lost: Lost, at: number): void {
    const { sent, received } = stats;
    const before = this.#samples.findLast((sample) => sample.at <= at - RATE_TIME);
    const since = before ?? this.#samples[0];
    const seconds = Math.max(at - (since?.at ?? at), RATE_TIME) / 1_000;
    const isUp = state === 'open' || state === 'checking';
    this.#samples.push({
      at,
      state,
      wire: stats.wire,
      gatewayRoundTrip: (isUp ? stats.gatewayRoundTrip : undefined) ?? null,
      // The channel keeps the last figure while nobody measures.
      relayRoundTrip: (state === 'open' ? stats.relayRoundTrip : undefined) ?? null,
      sent,
      received,
      sentPerSecond: (sent - (since?.sent ?? sent)) / seconds,
      receivedPerSecond: (received - (since?.received ?? received)) / seconds,
      drops: dropsOf(stats, lost),
    });
    // One older than all that is in view, so that lines begin at the edge.
    while ((this.#samples[1]?.at ?? at) < at - VIEW) this.#samples.shift();
  }

  /** When the channel was not open, the oldest first. */
  interruptions(): Interruption[] {
    const found: Interruption[] = [];
    for (const { at, state } of this.#samples) {
      const last = found.at(-1);
      const isRunning = last && last.to === undefined;
      if (state === 'open' && isRunning) found[found.length - 1] = { ...last, to: at };
      const isAway = state === 'reconnecting' || state === 'checking';
      if (isAway && !isRunning) found.push({ state, from: at, to: undefined });
    }
    return found;
  }

  /** By which wire the datagrams travelled from when on; the first that is known among them. */
  moves(): Move[] {
    return this.#samples.filter(({ wire }, index) => this.#samples[index - 1]?.wire !== wire);
  }

  /** How many datagrams were dropped for a cause in each whole second, by the second's number. */
  dropsBySecond(cause: Cause): Map<number, number> {
    const bySecond = new Map<number, number>();
    let before: number | undefined;
    for (const { at, drops } of this.#samples) {
      const all = drops[cause].out + drops[cause].in;
      // A gateway that forgot the channel counts from zero again.
      const more = before === undefined ? 0 : Math.max(0, all - before);
      before = all;
      if (more === 0) continue;
      const second = Math.floor(at / 1_000);
      bySecond.set(second, (bySecond.get(second) ?? 0) + more);
    }
    return bySecond;
  }
}
