import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RelayError, type RelayErrorCode } from '../../src/common/relay-error.js';

const codesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, code]) => code as RelayErrorCode);

/** The codes of a row's first cell, and the row's last cell. */
const rows = readFileSync('docs/errors.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, -1))
  .map((cells) => ({
    codes: codesIn(cells[0] ?? '', /`([\w-]+)`/g),
    again: cells[3]?.trim(),
  }));

it('every code is explained, once', () => {
  const all = codesIn(
    readFileSync('src/common/relay-error-codes.ts', 'utf8'),
    /readonly code: '([\w-]+)';/g,
  );
  expect(all).toContain('link-timeout');
  expect(rows.flatMap(({ codes }) => codes).sort()).toEqual(all.sort());
});

it('what may pass is worth another try', () => {
  const passing = rows.filter(({ codes }) =>
    codes.some((code) => new RelayError(code, '').retryable),
  );
  expect(passing.length).toBeGreaterThan(3);
  for (const { again } of passing) expect(again).toMatch(/^(in a minute|later|when online)$/);
});
