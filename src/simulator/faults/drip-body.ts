import { type Clock, sleep } from '../../common/clock.js';
import { onAbort } from '../../common/on-abort.js';

/** A body whose bytes arrive one by one, `delay` milliseconds apart; `cut` is called if `signal` ends it early. */
export function dripBody(
  bytes: Uint8Array,
  delay: number,
  clock: Clock,
  signal: AbortSignal,
  cut: () => void,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const forget = onAbort(signal, () => gone.abort());
  let offset = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        await sleep(clock, delay, gone.signal);
      } catch {
        cut();
        if (signal.aborted) controller.close();
        return;
      }
      controller.enqueue(bytes.subarray(offset, offset + 1));
      offset += 1;
      if (offset < bytes.byteLength) return;
      forget();
      controller.close();
    },
    cancel() {
      forget();
      gone.abort();
    },
  });
}
