const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `callback` when `signal` is aborted, at once if it is already. A signal gets only one listener, however many
 * wait for it, because Node warns of more than ten.
 *
 * @returns what ends the wait.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = callbacksOf.get(signal);
  if (!callbacks) {
    callbacks = new Set();
    callbacksOf.set(signal, callbacks);
    signal.addEventListener('abort', () => {
      for (const each of callbacksOf.get(signal) ?? []) each();
    });
  }
  callbacks.add(callback);
  if (signal.aborted) callback();
  return () => callbacks.delete(callback);
}
