import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JOIN_CODE_ALPHABET,
  JOIN_CODE_LENGTH,
  parseJoinCode,
  withoutInvisible,
} from '../../src/api/join-code.js';

const INVISIBLE =
  '\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e' +
  '\u2060\u2063\u2066\u2069\u2800\u3164\ufe0e\ufe0f\ufeff\uffa0\ufffc\u{e0001}\u{e0100}';
const SPACES = ' \t\r\n\v\f\u0085\u00a0\u1680\u2000\u2007\u2009\u2028\u2029\u202f\u205f\u3000';
const DASHES = '-_‐‑‒–—―⁃−⁻₋─━➖⸺﹘﹣－〜～ー・¯˗';
const QUOTES = '"\'“”‘’«»()[]<>*`.,:;!?/|#';

/** A character as keyboards, phones and fonts may give it. */
const written = (character: string) =>
  fc.constantFrom(
    character,
    character.toLowerCase(),
    String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0),
    String.fromCodePoint((character.toLowerCase().codePointAt(0) ?? 0) + 0xfee0),
  );
const noise = fc
  .array(fc.constantFrom(...INVISIBLE, ...SPACES, ...DASHES, ...QUOTES), { maxLength: 4 })
  .map((characters) => characters.join(''));
const code = fc
  .array(fc.constantFrom(...JOIN_CODE_ALPHABET), {
    minLength: JOIN_CODE_LENGTH,
    maxLength: JOIN_CODE_LENGTH,
  })
  .map((characters) => characters.join(''));

describe('a join code', () => {
  it('is read however it was typed or pasted', () => {
    const pasted = code.chain((plain) =>
      fc
        .tuple(noise, ...[...plain].map((one) => fc.tuple(written(one), noise)))
        .map(([before, ...rest]) => [plain, before + rest.flat().join('')] as const),
    );
    fc.assert(
      fc.property(pasted, ([plain, text]) => {
        expect(parseJoinCode(text)).toBe(plain);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([...INVISIBLE, ...SPACES, ...DASHES, ...QUOTES])('may have %j anywhere', (character) => {
    for (const at of [0, 4, 8]) {
      const text = 'K7QGMBKH'.slice(0, at) + character + 'K7QGMBKH'.slice(at);
      expect(parseJoinCode(text)).toBe('K7QGMBKH');
    }
  });

  it.each([
    '',
    'K7QGMBK',
    'K7QGMBKHK',
    'K7QGMBKA',
    'K7QGMBK1',
    'ÑK7QGMBK',
    'К7QGMBKH',
    '7349356945f1-S',
    'K7QG MBKH'.repeat(2),
  ])('is nothing else: %j', (text) => {
    expect(parseJoinCode(text)).toBeUndefined();
  });

  it('is nothing that is long, whatever it is made of', () => {
    expect(parseJoinCode(`K7QGMBKH${'\u200b'.repeat(248)}`)).toBe('K7QGMBKH');
    expect(parseJoinCode(`K7QGMBKH${'\u200b'.repeat(249)}`)).toBeUndefined();
    expect(parseJoinCode('\u0315\u0300'.repeat(100_000))).toBeUndefined();
  });

  it('is the same read once more, and never anything but eight of its characters', () => {
    const anything = fc
      .array(fc.integer({ min: 0, max: 0x10ffff }))
      .map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(fc.oneof(anything, noise, code), (text) => {
        const parsed = parseJoinCode(text);
        if (parsed === undefined) return;
        expect(parsed).toMatch(/^[6789BCDFGHJKLMNPQRTW]{8}$/);
        expect(parseJoinCode(parsed)).toBe(parsed);
      }),
    );
  });
});

it('what is invisible is taken out of a text, and nothing else', () => {
  expect(withoutInvisible('\ufeff7349\u200b356945f1\u00ad-S\u2060\u{e0100}')).toBe(
    '7349356945f1-S',
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(withoutInvisible(text)).toBe(text);
    }),
  );
});
