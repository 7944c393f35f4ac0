import { describe, expect, it } from 'vitest';
import type { PluginEmission } from '../../src/phaser/plugin-events.js';
import { StepQueue } from '../../src/phaser/step-queue.js';
import { FakeClock } from '../support/fake-clock.js';

const datagram = (number: number): PluginEmission => ({
  name: 'datagram',
  payload: [Uint8Array.of(number), undefined],
});
const closed: PluginEmission = { name: 'close', payload: ['left'] };

describe('what waits for a step', () => {
  it('is told in order, once', () => {
    const queue = new StepQueue(new FakeClock());
    queue.add(datagram(1));
    queue.add(closed);
    queue.add(datagram(2));
    expect(queue.take()).toEqual([datagram(1), closed, datagram(2)]);
    expect(queue.take()).toEqual([]);
  });

  it('is dropped where it is a datagram that has waited for more than 250 ms, and counted', () => {
    const clock = new FakeClock();
    const queue = new StepQueue(clock);
    queue.add(datagram(1));
    queue.add(closed);
    clock.advance(100);
    queue.add(datagram(2));
    clock.advance(200);
    expect(queue.take()).toEqual([closed, datagram(2)]);
    expect(queue.dropped).toBe(1);
  });

  it('does not pile up while the tab is hidden, and no step comes', () => {
    const clock = new FakeClock();
    const queue = new StepQueue(clock);
    for (let number = 0; number < 10_000; number += 1) {
      queue.add(datagram(1));
      clock.advance(10);
    }
    // Those of half a second at most are left: they are counted when they go.
    expect(queue.dropped).toBeGreaterThan(9_900);
    expect(queue.take().length).toBeLessThan(30);
  });
});
