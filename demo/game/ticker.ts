/** Calls `tick` 30 times a second, whether or not anybody sees the page. */
export function startTicking(tick: () => void): void {
  const worker = new Worker(new URL('./ticker-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', tick);
}
