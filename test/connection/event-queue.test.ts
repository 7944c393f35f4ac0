import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/connection/event-queue.js';

/** A queue, what its listeners heard, and what they do as they hear of an event. */
function listen(reactions: Record<string, (queue: EventQueue<string>) => void> = {}) {
  const heard: string[] = [];
  const queue: EventQueue<string> = new EventQueue((event) => {
    heard.push(`${event} began`);
    reactions[event]?.(queue);
    heard.push(event);
  });
  return { queue, told: () => heard.filter((name) => !name.endsWith(' began')), heard };
}

describe('the queue of events', () => {
  it('fires what is added together in its order', () => {
    const { queue, told } = listen();
    queue.add(['session', 'linked']);
    queue.add(['open']);
    expect(told()).toEqual(['session', 'linked', 'open']);
  });

  it('tells what a listener brings about after all that was added before', () => {
    const { heard, queue } = listen({ session: (queue) => queue.add(['retrying']) });
    queue.add(['session', 'linked']);
    const events = ['session', 'linked', 'retrying'];
    expect(heard).toEqual(events.flatMap((name) => [`${name} began`, name]));
  });

  it('voids at the end what has not been told yet', () => {
    const { queue, told } = listen({ session: (queue) => queue.end(['close']) });
    queue.add(['session', 'linked', 'open']);
    expect(told()).toEqual(['session', 'close']);
  });

  it('tells an end whole, whatever a listener begins and ends meanwhile', () => {
    const { queue, told } = listen({
      error(queue) {
        queue.add(['requesting']);
        queue.end(['close again']);
      },
    });
    queue.end(['error', 'close']);
    expect(told()).toEqual(['error', 'close', 'close again']);
  });

  it('goes on after an end with what is added then', () => {
    const { queue, told } = listen();
    queue.end(['close']);
    queue.add(['requesting']);
    expect(told()).toEqual(['close', 'requesting']);
  });
});
