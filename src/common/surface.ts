/** Lets the platform report an error of the game's own as uncaught, on `window.onerror` for instance. */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
