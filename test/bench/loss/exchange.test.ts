import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exchange } from './exchange.mjs';
import { lossFigures } from './exchanged.js';

/** A wire that answers each datagram after so many milliseconds, or never. */
function wireThat(answersAfter: (number: number) => number | undefined) {
  let number = 0;
  const wire = {
    onDatagram: (_bytes: Uint8Array) => {},
    send(bytes: Uint8Array) {
      const delay = answersAfter(number++);
      if (delay !== undefined) setTimeout(() => wire.onDatagram(bytes), delay);
    },
  };
  return wire;
}

/** Ten datagrams, one every 100 ms. */
async function exchangeTen(answersAfter: (number: number) => number | undefined) {
  const exchanged = exchange(wireThat(answersAfter), { perSecond: 10, seconds: 1 });
  await vi.runAllTimersAsync();
  return exchanged;
}

describe('what a benchmark makes of datagrams that are sent back', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('a datagram that is lost is waited for until a newer one is back', async () => {
    const { arrived, delays, sent } = await exchangeTen((number) => (number === 3 ? undefined : 5));
    expect({ arrived, sent }).toEqual({ arrived: 9, sent: 10 });
    expect(delays).toEqual([5, 5, 5, 105, 5, 5, 5, 5, 5, 5]);
  });

  it('those that are held back for a lost one are as late as they come', async () => {
    const heldBack = (number: number) => (number === 3 ? 250 : number === 4 ? 150 : 5);
    const { arrived, delays } = await exchangeTen((number) =>
      number === 5 ? 50 : heldBack(number),
    );
    expect(arrived).toBe(10);
    expect(delays).toEqual([5, 5, 5, 250, 150, 50, 5, 5, 5, 5]);
  });

  it('one that a newer one has overtaken arrives, and is of no more use', async () => {
    const { arrived, delays } = await exchangeTen((number) => (number === 3 ? 130 : 5));
    expect(arrived).toBe(10);
    expect(delays).toEqual([5, 5, 5, 105, 5, 5, 5, 5, 5, 5]);
  });

  it('one that comes twice counts once', async () => {
    const wire = wireThat(() => 5);
    const { send } = wire;
    wire.send = (bytes) => {
      send(bytes);
      setTimeout(() => wire.onDatagram(bytes), 7);
    };
    const exchanged = exchange(wire, { perSecond: 10, seconds: 1 });
    await vi.runAllTimersAsync();
    expect((await exchanged).arrived).toBe(10);
  });

  it('the last ones, with none behind them, are not taken for late ones', async () => {
    const { arrived, delays } = await exchangeTen((number) => (number > 7 ? undefined : 5));
    expect(arrived).toBe(8);
    expect(delays).toEqual(new Array(8).fill(5));
  });

  it('of all rounds together, the share that arrived is of those that were sent', () => {
    const rounds = [
      { delays: [1, 2, 3], sent: 4, arrived: 3 },
      { delays: [40], sent: 4, arrived: 1 },
    ];
    expect(lossFigures('2/udp', rounds)).toEqual([
      { name: 'loss/2/udp/p50', unit: 'ms', value: 2 },
      { name: 'loss/2/udp/p99', unit: 'ms', value: 40 },
      { name: 'loss/2/udp/delivered', unit: '%', value: 50 },
    ]);
  });
});
