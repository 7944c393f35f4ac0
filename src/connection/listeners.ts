import type { EventEmitter } from 'eventemitter3';
import { surface } from '../common/surface.js';
import type { RelayConnectionEvents } from './events.js';

/** The name of an event. */
export type EventName = keyof RelayConnectionEvents;

/** What hears of an event: called with what {@link RelayConnectionEvents} says. */
export type Listener<TName extends EventName> = (...payload: RelayConnectionEvents[TName]) => void;

/**
 * Who listens to what. A listener that throws disturbs no other: eventemitter3 by itself would stop there.
 */
export class Listeners {
  readonly #emitter: EventEmitter;

  /** @param emitter - Fires the events. */
  constructor(emitter: EventEmitter) {
    this.#emitter = emitter;
  }

  /**
   * Listens to an event.
   *
   * @param context - The listener's `this`.
   * @default context: the connection
   * @example relay.on('close', (reason) => console.log('the match is over:', reason));
   */
  on<TName extends EventName>(event: TName, listener: Listener<TName>, context?: unknown): this {
    this.#emitter.on(event, guard(listener), context ?? this);
    return this;
  }

  /**
   * Listens to an event until it has fired once.
   *
   * @param context - The listener's `this`.
   * @example relay.once('open', ({ link }) => console.log('the first relay:', link));
   */
  once<TName extends EventName>(event: TName, listener: Listener<TName>, context?: unknown): this {
    this.#emitter.once(event, guard(listener), context ?? this);
    return this;
  }

  /**
   * Listens to an event no longer.
   *
   * @param listener - The one that was given to {@link on} or {@link once}. Without it, all listeners of the event go.
   * @param context - Only those that listen with this `this`.
   * @param once - Only those that listen once.
   * @example
   * ```ts
   * const show = () => console.log('open');
   * relay.on('open', show);
   * relay.off('open', show);
   * ```
   */
  off<TName extends EventName>(
    event: TName,
    listener?: Listener<TName>,
    context?: unknown,
    once?: boolean,
  ): this {
    this.#emitter.off(event, listener && guard(listener), context, once);
    return this;
  }

  /**
   * The same as {@link on}.
   *
   * @example relay.addListener('ready', () => console.log('ready'));
   */
  addListener<TName extends EventName>(
    event: TName,
    listener: Listener<TName>,
    context?: unknown,
  ): this {
    return this.on(event, listener, context);
  }

  /**
   * The same as {@link off}.
   *
   * @example relay.removeListener('ready');
   */
  removeListener<TName extends EventName>(
    event: TName,
    listener?: Listener<TName>,
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
  removeAllListeners(event?: EventName): this {
    this.#emitter.removeAllListeners(event);
    return this;
  }

  /**
   * How many listeners an event has.
   *
   * @example const isHeard = relay.listenerCount('error') > 0;
   */
  listenerCount(event: EventName): number {
    return this.#emitter.listenerCount(event);
  }

  /**
   * The events that have listeners.
   *
   * @example console.log(relay.eventNames().join());
   */
  eventNames(): EventName[] {
    return this.#emitter.eventNames() as EventName[];
  }
}

type AnyListener = EventEmitter.ListenerFn;

/** Each listener's guarded form, by which it is found again when it is taken off. */
const guards = new WeakMap<AnyListener, AnyListener>();

/** The listener, so wrapped that it cannot throw. What is no function is left to eventemitter3 to refuse. */
function guard(listener: AnyListener): AnyListener {
  if (typeof listener !== 'function') return listener;
  let guarded = guards.get(listener);
  if (!guarded) {
    guarded = function (this: unknown, ...payload) {
      try {
        listener.apply(this, payload);
      } catch (error) {
        surface(error);
      }
    };
    guards.set(listener, guarded);
  }
  return guarded;
}
