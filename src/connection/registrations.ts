import type { RelayConnectionEvents } from './events.js';
import { surface } from './surface.js';

/** The name of an event. */
export type EventName = keyof RelayConnectionEvents;

/** What hears of an event: called with what {@link RelayConnectionEvents} says. */
export type Listener<TName extends EventName> = (...payload: RelayConnectionEvents[TName]) => void;

/** A listener to an event. */
export interface Registration {
  readonly event: EventName;
  readonly listener: Listener<EventName>;
  /** The listener's `this`. */
  readonly context: unknown;
  /** Whether it goes once it was called. */
  readonly isOnce: boolean;
}

/** Who listens to what, in the order in which they came. */
export class Registrations {
  list: readonly Registration[] = [];

  add(registration: Registration): void {
    if (typeof registration.listener !== 'function') {
      throw new TypeError('The listener must be a function');
    }
    this.list = [...this.list, registration];
  }

  keep(isKept: (registration: Registration) => unknown): void {
    this.list = this.list.filter(isKept);
  }

  /** Those of one event. */
  of(event: EventName): readonly Registration[] {
    return this.list.filter((each) => each.event === event);
  }

  /** Calls all who listen to an event at this moment. One that throws disturbs no other. */
  fire(event: EventName, payload: RelayConnectionEvents[EventName]): void {
    for (const registration of this.of(event)) {
      const { context, isOnce, listener } = registration;
      if (isOnce) this.keep((each) => each !== registration);
      try {
        listener.apply(context, payload);
      } catch (error) {
        surface(error);
      }
    }
  }
}
