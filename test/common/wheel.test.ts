import { describe, expect, it } from 'vitest';
import { WHEEL_TURN, Wheel, wheelOf } from '../../src/common/wheel.js';
import { FakeClock } from '../support/fake-clock.js';

describe('the wheel', () => {
  it('calls each member once a turn, spread over it, from one timer', () => {
    const clock = new FakeClock();
    const wheel = new Wheel(clock);
    const calls: number[][] = Array.from({ length: 100 }, () => []);
    for (const own of calls) wheel.add({ turn: (now) => own.push(now) });
    expect(clock.pending).toBe(1);
    clock.advance(WHEEL_TURN * 4);
    for (const own of calls) {
      expect(own).toHaveLength(4);
      expect((own[1] ?? 0) - (own[0] ?? 0)).toBe(WHEEL_TURN);
    }
    const together = calls.filter((own) => own[0] === calls[0]?.[0]);
    expect(together.length).toBeLessThan(10);
    expect(clock.pending).toBe(1);
  });

  it('stops when the last member has left, and begins again with the next', () => {
    const clock = new FakeClock();
    const wheel = new Wheel(clock);
    let calls = 0;
    const member = { turn: () => (calls += 1) };
    const leave = wheel.add(member);
    leave();
    leave();
    clock.advance(WHEEL_TURN);
    expect([calls, clock.pending]).toEqual([0, 0]);
    wheel.add(member);
    clock.advance(WHEEL_TURN);
    expect([calls, clock.pending]).toEqual([1, 1]);
  });

  it('lets members leave and come in the middle of a turn', () => {
    const clock = new FakeClock();
    const wheel = new Wheel(clock);
    const calls = { leaver: 0, newcomer: 0 };
    const leave = wheel.add({
      turn() {
        calls.leaver += 1;
        leave();
        wheel.add({ turn: () => (calls.newcomer += 1) });
      },
    });
    clock.advance(WHEEL_TURN);
    const { newcomer } = calls;
    clock.advance(WHEEL_TURN * 2);
    expect(calls).toEqual({ leaver: 1, newcomer: newcomer + 2 });
  });

  it('is one for all who go by the same clock', () => {
    const clock = new FakeClock();
    expect(wheelOf(clock)).toBe(wheelOf(clock));
    expect(wheelOf(clock)).not.toBe(wheelOf(new FakeClock()));
  });
});
