/**
 * Listens to the page, where there is one: not in Node, and in a worker to the network alone. Until `signal` is
 * aborted. Before the game's own listeners: what is to be sent while the page goes has no time to lose.
 */
export function listenToPage(
  listeners: Readonly<Record<string, (event: Event) => void>>,
  signal: AbortSignal,
): void {
  for (const name in listeners) {
    const listener = listeners[name] as EventListener;
    globalThis.addEventListener?.(name, listener, { signal, capture: true });
  }
}
