import { type Clock, sleep } from '../api/clock.js';

/** A body whose bytes arrive one by one, `delay` milliseconds apart; `cut` is called if `signal` ends it early. */
export function dripBody(
  bytes: Uint8Array,
  delay: number,
  clock: Clock,
  signal: AbortSignal,
  cut: () => void,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const ending = AbortSignal.any([signal, gone.signal]);
  let offset = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        await sleep(clock, delay, ending);
      } catch {
        cut();
        if (!gone.signal.aborted) controller.close();
        return;
      }
      controller.enqueue(bytes.subarray(offset, offset + 1));
      offset += 1;
      if (offset === bytes.byteLength) controller.close();
    },
    cancel: () => gone.abort(),
  });
}
