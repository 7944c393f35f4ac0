/**
 * Reads a `Retry-After` header: a number of seconds, or an HTTP date. Of several, the first counts.
 *
 * @param now - The wall clock's time, in milliseconds since the epoch.
 * @returns milliseconds from now; `undefined` for what is neither, and for a date that has passed.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const [, seconds, date = ''] = /^(\d+)(?:,|$)|^(.*:\d\d GMT)$/.exec(header ?? '') ?? [];
  const delay = seconds ? Number(seconds) * 1000 : Date.parse(date) - now;
  return delay >= 0 ? delay : undefined;
}
