import { describe, expect, it } from 'vitest';
import { complaintsAbout, editor } from '../docs/compile.js';

const SOURCE = `
import { isRelayError, type RelayError } from 'relais';
export function wordsFor(error: RelayError | unknown): unknown {
  if (!isRelayError(error)) return;
  const all = error.code /* not compared */;
  if (error.code === 'rate-limited') return error.code /* once compared */;
  return all;
}
`;

describe('an editor', () => {
  const { completion, hover } = editor(SOURCE);
  const compared = SOURCE.indexOf('code /* once');

  it('shows what every code means over "code"', () => {
    const shown = hover(SOURCE.indexOf('code /* not'));
    expect(shown).toContain('`rate-limited` (429): too many requests.');
    expect(shown).toContain('`link-timeout`: the session was not open within `linkTimeout`.');
    expect(shown.match(/^`[a-z-]+`/gm)).toHaveLength(22);
  }, 60_000);

  it('shows what the code means that was compared, over it and where it is completed', () => {
    for (const shown of [hover(compared), completion(compared, 'code')]) {
      expect(shown).toMatch(/^`rate-limited` \(429\): too many requests\./);
      expect(shown).not.toContain('`network`');
    }
  }, 60_000);
});

describe('TypeScript', () => {
  const check = (body: string) =>
    complaintsAbout(
      new Map([
        [
          'narrowing',
          `import { RelayError, isRelayError } from 'relais';
           declare const error: RelayError; declare const thrown: unknown;
           ${body}`,
        ],
      ]),
    );

  it('knows by the code what an error carries', () => {
    expect(
      check(`
        if (error.code === 'rate-limited') {
          const status: number = error.status;
          const again: true = error.retryable;
          const after: number | undefined = error.retryAfter;
        }
        if (error.code === 'network') { const status: undefined = error.status; }
        if (isRelayError(thrown) && thrown.code === 'not-found') { const status: number = thrown.status; }
        if (thrown instanceof RelayError && thrown.code === 'conflict') { const no: false = thrown.retryable; }
        const made = new RelayError('timeout', 'Too late.');
        const code: 'timeout' = made.code;
      `),
    ).toEqual([]);
  }, 60_000);

  it('promises nothing that is not sure', () => {
    const complaints = check(`
      const status: number = error.status;
      if (error.code === 'rate-limited') { const after: number = error.retryAfter; }
      if (error.code === 'unauthorized') { const status: number = error.status; }
      new RelayError('not-found', 'An answer without a status.');
      if (error.code === 'no-such-code') throw thrown;
    `);
    const lines = complaints.map((complaint) => Number(complaint.split(':')[1]));
    expect(lines).toEqual([4, 5, 6, 7, 8]);
  }, 60_000);
});
