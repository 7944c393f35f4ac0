/** How many seconds each unit has, the longest first. */
const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** A time in its two longest units: `2d4h`, `3h`, `5m20s`. */
export function ageOf(seconds: number): string {
  let left = Math.floor(seconds);
  const first = UNITS.findIndex(([, length]) => left >= length);
  if (first < 0) return '0s';
  let text = '';
  for (const [unit, length] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / length);
    if (count > 0) text += `${count}${unit}`;
    left -= count * length;
  }
  return text;
}
