import type { Input } from './bodies.js';

/** The longest name, in characters. */
export const LONGEST_NAME = 12;

/** A name that does no harm: no control characters, no more than twelve. */
export function tidyName(name: unknown): string {
  const text = typeof name === 'string' ? name.normalize() : '';
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').replace(/\s+/g, ' ');
  return [...visible].slice(0, LONGEST_NAME).join('').trim();
}

/** An input that does no harm: nobody is faster than the others. */
export function tidyInput(input: unknown): Input {
  const { x, y, dash } = Object(input) as Record<string, unknown>;
  const number = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) ? value : 0;
  const length = Math.max(1, Math.hypot(number(x), number(y)));
  return { x: number(x) / length, y: number(y) / length, dash: dash === true };
}
