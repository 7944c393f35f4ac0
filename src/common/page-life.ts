/**
 * Follows the page's life, where there is a page: not in Node, and only the network in a worker; until `signal` is
 * aborted. Before the game's own listeners: what is to be sent while the page goes has no time to lose.
 */
export function followPage(
  listeners: Readonly<Record<string, (event: Event) => void>>,
  signal: AbortSignal,
): void {
  for (const name in listeners) {
    globalThis.addEventListener?.(name, listeners[name] as EventListener, {
      signal,
      capture: true,
    });
  }
}
