import { EventEmitter } from 'eventemitter3';
import type { RelayConnectionEvents } from './events.js';

type Listener = (this: unknown, ...payload: unknown[]) => void;

const guards = new WeakMap<Listener, Listener>();

/** The listener, so wrapped that it cannot throw. */
function guard(listener: Listener): Listener {
  let guarded = guards.get(listener);
  if (!guarded) {
    guarded = function (...payload) {
      try {
        listener.apply(this, payload);
      } catch (error) {
        surface(error);
      }
    };
    // eventemitter3 hands a listener for once back to removeListener.
    guards.set(listener, guarded).set(guarded, guarded);
  }
  return guarded;
}

/** Lets the platform report an error of the game's own as uncaught. */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** An emitter whose listeners cannot disturb one another: eventemitter3 stops at the first that throws. */
export class Emitter extends EventEmitter<RelayConnectionEvents> {}

const methods = Emitter.prototype as unknown as Record<string, (...call: unknown[]) => unknown>;
for (const name of ['on', 'once', 'off', 'addListener', 'removeListener']) {
  const method = methods[name];
  methods[name] = function (event, listener, ...rest) {
    const guarded = typeof listener === 'function' ? guard(listener as Listener) : listener;
    return method?.call(this, event, guarded, ...rest);
  };
}
