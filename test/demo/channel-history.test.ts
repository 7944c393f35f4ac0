import { describe, expect, it } from 'vitest';
import { ChannelHistory, VIEW } from '../../demo/network/channel-history.js';
import type { ChannelState } from '../../src/channel/channel-state.js';
import { ChannelCounters, type ChannelStats } from '../../src/channel/channel-stats.js';

const NONE = { out: 0, in: 0 };

const statsWith = (more: Partial<ChannelStats> = {}): ChannelStats => ({
  wire: 'websocket',
  ...new ChannelCounters().read(),
  gatewayRoundTrip: 2,
  relayRoundTrip: 40,
  gateway: undefined,
  ...more,
});
const passage = (dropped: Record<string, number>) => ({ received: 0, sent: 0, dropped });

/** Takes down what a channel was like, each moment with its time. */
const historyOf = (
  ...moments: [at: number, state: ChannelState, more?: Partial<ChannelStats>][]
) => {
  const history = new ChannelHistory();
  for (const [at, state, more] of moments) history.add(statsWith(more), state, NONE, at);
  return history;
};

describe('what the charts of a channel draw', () => {
  it('is datagrams a second, over the second before', () => {
    const history = historyOf(
      [0, 'open', { sent: 100, received: 50 }],
      [500, 'open', { sent: 115, received: 50 }],
      [1_000, 'open', { sent: 130, received: 50 }],
      [1_500, 'open', { sent: 175, received: 80 }],
    );
    const rates = history.samples.map(({ sentPerSecond, receivedPerSecond }) => [
      sentPerSecond,
      receivedPerSecond,
    ]);
    expect(rates).toEqual([
      [0, 0],
      [15, 0],
      [30, 0],
      [60, 30],
    ]);
  });

  it('is no peak where the page slept for a while', () => {
    const history = historyOf([0, 'open', { sent: 0 }], [20_000, 'open', { sent: 600 }]);
    expect(history.newest?.sentPerSecond).toBe(30);
  });

  it('is no round trip that nobody measures: the channel keeps the last one', () => {
    const history = historyOf([0, 'open'], [250, 'reconnecting'], [500, 'checking'], [750, 'open']);
    expect(
      history.samples.map(({ gatewayRoundTrip, relayRoundTrip }) => [
        gatewayRoundTrip,
        relayRoundTrip,
      ]),
    ).toEqual([
      [2, 40],
      [null, null],
      [2, null],
      [2, 40],
    ]);
  });

  it('is when the wire was lost, and when it came back', () => {
    const history = historyOf(
      [0, 'open'],
      [100, 'reconnecting'],
      [5_100, 'checking'],
      [5_200, 'open'],
      [9_000, 'checking'],
    );
    expect(history.interruptions()).toEqual([
      { state: 'reconnecting', from: 100, to: 5_200 },
      { state: 'checking', from: 9_000, to: undefined },
    ]);
  });

  it('is what the page and the gateway dropped, by cause and direction', () => {
    const counts = { 'not-open': 1, stalled: 2, congested: 3, late: 0 };
    const history = historyOf([
      0,
      'open',
      {
        notSent: counts,
        notReceived: { 'not-open': 0, stalled: 0, congested: 0, late: 4 },
        lost: { sending: 6, receiving: 7 },
        gateway: {
          fromPage: passage({ late: 10, rate: 20, 'not-open': 30, socket: 40 }),
          toPage: passage({ stalled: 50, congested: 60, rate: 70, 'no-wire': 80 }),
        },
      },
    ]);
    expect(history.newest?.drops).toEqual({
      'not-open': { out: 31, in: 0 },
      stalled: { out: 2, in: 50 },
      congested: { out: 3, in: 60 },
      late: { out: 10, in: 4 },
      rate: { out: 20, in: 70 },
      'no-wire': { out: 0, in: 80 },
      socket: { out: 40, in: 0 },
      wire: { out: 6, in: 7 },
      lost: NONE,
    });
  });

  it('is in which second how many were dropped, also after a gateway began to count anew', () => {
    const dropped = (late: number): Partial<ChannelStats> => ({
      gateway: { fromPage: passage({ late }), toPage: passage({}) },
    });
    const history = historyOf(
      [1_000, 'open', dropped(5)],
      [1_500, 'open', dropped(7)],
      [1_900, 'open', dropped(8)],
      [2_100, 'open', dropped(0)],
      [3_500, 'open', dropped(4)],
    );
    expect([...history.dropsBySecond('late')]).toEqual([
      [1, 3],
      [3, 4],
    ]);
    expect([...history.dropsBySecond('rate')]).toEqual([]);
  });

  it('is by which wire the datagrams travelled from when on', () => {
    const history = historyOf(
      [0, 'open'],
      [100, 'open', { wire: 'webrtc' }],
      [200, 'open', { wire: 'webrtc' }],
      [300, 'open', { wire: 'websocket' }],
    );
    expect(history.moves()).toMatchObject([
      { wire: 'websocket', at: 0 },
      { wire: 'webrtc', at: 100 },
      { wire: 'websocket', at: 300 },
    ]);
  });

  it('is the last half minute, and no more', () => {
    const history = new ChannelHistory();
    for (let at = 0; at <= 10 * VIEW; at += 250) history.add(statsWith(), 'open', NONE, at);
    const [first, second] = history.samples;
    // A line begins at the edge, so one moment out of view is kept.
    expect(first?.at).toBeLessThan(9 * VIEW);
    expect(second?.at).toBe(9 * VIEW);
  });
});
