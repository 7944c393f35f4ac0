import type { EventMap, ListenerOf, Registrations } from './registrations.js';

/** Who listens to what. A listener that throws disturbs no other. */
export class Listeners<TEvents extends EventMap<TEvents>> {
  readonly #registrations: Registrations<TEvents>;

  /** @param registrations - Where the events are fired. */
  constructor(registrations: Registrations<TEvents>) {
    this.#registrations = registrations;
  }

  /**
   * Listens to an event.
   *
   * @param context - The listener's `this`.
   * @default context: what fires the event
   * @example relay.on('close', (reason) => console.log('the match is over:', reason));
   */
  on<TName extends keyof TEvents>(
    event: TName,
    listener: ListenerOf<TEvents, TName>,
    context?: unknown,
  ): this {
    return this.#add(event, listener, context, false);
  }

  /**
   * Listens to an event until it has fired once.
   *
   * @param context - The listener's `this`.
   * @example relay.once('open', ({ link }) => console.log('the first relay:', link));
   */
  once<TName extends keyof TEvents>(
    event: TName,
    listener: ListenerOf<TEvents, TName>,
    context?: unknown,
  ): this {
    return this.#add(event, listener, context, true);
  }

  /**
   * Listens to an event no longer.
   *
   * @param listener - The one that was given to `on` or `once`. Without it, all listeners of the event go.
   * @param context - Only those that listen with this `this`.
   * @param once - Only those that listen once.
   * @example
   * ```ts
   * const show = (state: string) => console.log(state);
   * relay.on('state', show);
   * relay.off('state', show);
   * ```
   */
  off<TName extends keyof TEvents>(
    event: TName,
    listener?: ListenerOf<TEvents, TName>,
    context?: unknown,
    once?: boolean,
  ): this {
    this.#registrations.keep(
      (each) =>
        each.event !== event ||
        (listener &&
          (each.listener !== listener ||
            (context && each.context !== context) ||
            (once && !each.isOnce))),
    );
    return this;
  }

  /**
   * The same as {@link on}.
   *
   * @example relay.addListener('state', (state) => console.log(state));
   */
  addListener<TName extends keyof TEvents>(
    event: TName,
    listener: ListenerOf<TEvents, TName>,
    context?: unknown,
  ): this {
    return this.on(event, listener, context);
  }

  /**
   * The same as {@link off}.
   *
   * @example relay.removeListener('state');
   */
  removeListener<TName extends keyof TEvents>(
    event: TName,
    listener?: ListenerOf<TEvents, TName>,
    context?: unknown,
    once?: boolean,
  ): this {
    return this.off(event, listener, context, once);
  }

  /**
   * Takes all listeners off: those of one event, or of all.
   *
   * @example relay.removeAllListeners();
   */
  removeAllListeners(event?: keyof TEvents): this {
    this.#registrations.keep((each) => event && each.event !== event);
    return this;
  }

  /**
   * How many listeners an event has.
   *
   * @example const isHeard = relay.listenerCount('error') > 0;
   */
  listenerCount(event: keyof TEvents): number {
    return this.#registrations.of(event).length;
  }

  /**
   * The events that have listeners.
   *
   * @example console.log(relay.eventNames().join());
   */
  eventNames(): (keyof TEvents)[] {
    return [...new Set(this.#registrations.list.map(({ event }) => event))];
  }

  #add<TName extends keyof TEvents>(
    event: TName,
    listener: ListenerOf<TEvents, TName>,
    context: unknown,
    isOnce: boolean,
  ): this {
    // The event's name says what the listener is called with.
    const anyListener = listener as ListenerOf<TEvents, keyof TEvents>;
    this.#registrations.add({ event, listener: anyListener, context: context ?? this, isOnce });
    return this;
  }
}
