import { describe, expect, it } from 'vitest';
import { MOST_UNANSWERED, SendWindow } from '../../src/channel-protocol/send-window.js';

/** A window on a clock that the test sets, and the probes that it sent. */
function setUp() {
  const time = { now: 1_000 };
  const probes: number[] = [];
  const window = new SendWindow(
    () => time.now,
    (id) => probes.push(id),
  );
  return { time, probes, window };
}

/** Answers the newest probe after so many milliseconds. */
function answer({ time, probes, window }: ReturnType<typeof setUp>, roundTrip: number) {
  time.now += roundTrip;
  window.answered(probes.at(-1) ?? 0);
}

describe('a send window', () => {
  it('probes with the first datagram, and then every 100 ms or 16 KiB', () => {
    const set = setUp();
    set.window.sent(200, set.time.now);
    expect(set.probes).toEqual([1]);
    set.window.sent(200, set.time.now);
    set.time.now += 99;
    set.window.sent(200, set.time.now);
    expect(set.probes).toEqual([1]);
    set.time.now += 1;
    set.window.sent(200, set.time.now);
    expect(set.probes).toEqual([1, 2]);
    set.window.sent(16 * 1024, set.time.now);
    expect(set.probes).toEqual([1, 2, 3]);
  });

  it('is stalled while a probe is unanswered for 250 ms beyond the lowest round trip', () => {
    for (const roundTrip of [20, 150, 400]) {
      const set = setUp();
      set.window.sent(200, set.time.now);
      answer(set, roundTrip);
      set.time.now += 1_000;
      set.window.sent(200, set.time.now);
      set.time.now += roundTrip + 250;
      expect(set.window.refusal(set.time.now)).toBeUndefined();
      set.time.now += 1;
      expect(set.window.refusal(set.time.now)).toBe('stalled');
      answer(set, 0);
      expect(set.window.refusal(set.time.now)).toBeUndefined();
    }
  });

  it('measures by the lowest round trip, which does not grow with the queue', () => {
    const set = setUp();
    set.window.sent(200, set.time.now);
    answer(set, 20);
    for (let growing = 100; growing < 1_000; growing += 100) {
      set.window.probe();
      answer(set, growing);
    }
    set.window.probe();
    set.time.now += 271;
    expect(set.window.refusal(set.time.now)).toBe('stalled');
  });

  it('lets 64 KiB be unanswered, and more where more arrives', () => {
    const set = setUp();
    set.window.sent(1_000, set.time.now);
    answer(set, 10);
    set.window.sent(64 * 1024, set.time.now);
    expect(set.window.refusal(set.time.now)).toBeUndefined();
    set.window.sent(1, set.time.now);
    expect(set.window.refusal(set.time.now)).toBe('congested');
    // 64 KiB in 10 ms: in 260 ms it would be more than 1 MiB, which is never exceeded.
    set.window.probe();
    answer(set, 10);
    set.window.sent(1024 * 1024, set.time.now);
    expect(set.window.refusal(set.time.now)).toBeUndefined();
    set.window.sent(1, set.time.now);
    expect(set.window.refusal(set.time.now)).toBe('congested');
  });

  it('takes an answer for all probes before it, and one that it did not ask for is nothing', () => {
    const set = setUp();
    set.window.probe();
    set.window.probe();
    set.window.probe();
    set.window.answered(2);
    set.window.answered(1);
    set.window.answered(77);
    set.time.now += 500;
    expect(set.window.refusal(set.time.now)).toBe('stalled');
    set.window.answered(3);
    expect(set.window.refusal(set.time.now)).toBeUndefined();
    expect(set.window.roundTrip).toBe(500);
  });

  it('remembers so many probes of those that nobody answers: the oldest, and the newest', () => {
    const set = setUp();
    for (let count = 1; count <= 10_000; count += 1, set.time.now += 1) set.window.probe();
    // The newest but that many is forgotten: its answer is none.
    set.window.answered(10_000 - MOST_UNANSWERED + 1);
    expect(set.window.roundTrip).toBeUndefined();
    // The oldest still tells since when nothing was answered.
    expect(set.window.refusal(set.time.now)).toBe('stalled');
    set.window.answered(1);
    expect(set.window.roundTrip).toBe(10_000);
    set.window.answered(10_000 - MOST_UNANSWERED + 2);
    expect(set.window.roundTrip).toBe(MOST_UNANSWERED - 1);
  });

  it('waits two seconds for its first answer', () => {
    const set = setUp();
    set.window.sent(1, set.time.now);
    set.time.now += 2_000;
    expect(set.window.refusal(set.time.now)).toBeUndefined();
    set.time.now += 1;
    expect(set.window.refusal(set.time.now)).toBe('stalled');
  });
});
