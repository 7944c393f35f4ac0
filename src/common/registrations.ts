import { surface } from './surface.js';

/** Events by their names, each with what its listeners get. */
export type EventMap<TEvents> = { readonly [TName in keyof TEvents]: unknown[] };

/** What hears of an event. */
export type ListenerOf<TEvents extends EventMap<TEvents>, TName extends keyof TEvents> = (
  ...payload: TEvents[TName]
) => void;

/** A listener to an event. */
interface Registration<TEvents extends EventMap<TEvents>> {
  readonly event: keyof TEvents;
  readonly listener: ListenerOf<TEvents, keyof TEvents>;
  /** The listener's `this`. */
  readonly context: unknown;
  /** Whether it goes once it was called. */
  readonly isOnce: boolean;
}

/** Who listens to what, in the order in which they came. */
export class Registrations<TEvents extends EventMap<TEvents>> {
  list: readonly Registration<TEvents>[] = [];

  add(registration: Registration<TEvents>): void {
    if (typeof registration.listener !== 'function') {
      throw new TypeError('The listener must be a function');
    }
    this.list = [...this.list, registration];
  }

  keep(isKept: (registration: Registration<TEvents>) => unknown): void {
    this.list = this.list.filter(isKept);
  }

  /** Those of one event. */
  of(event: keyof TEvents): readonly Registration<TEvents>[] {
    return this.list.filter((each) => each.event === event);
  }

  /** Calls all who listen to an event at this moment. One that throws disturbs no other. */
  fire<TName extends keyof TEvents>(event: TName, ...payload: TEvents[TName]): void {
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
