import { expect, it } from 'vitest';
import { KnownTags } from '../../../src/proxy/operations/known-tags.js';

const TAG = '"a-b-c"';

it.each([
  TAG,
  'W/"a-b-c"',
  ' "x-y-z" ,\t"a-b-c"',
  '"a-b-c-gzip"',
  '"a-b-c--br"',
  'W/"a-b-c;deflate"',
  '*',
])('knows a document by %s', (header) => {
  expect(new KnownTags(header).has(TAG)).toBe(true);
});

it.each(['', '"x-y-z"', 'a-b-c', '"a-b-gzip"', '"a-b-c-x"', '"x", *'])(
  'knows no document by %s',
  (header) => {
    expect(new KnownTags(header).has(TAG)).toBe(false);
  },
);

it('knows none without the header', () => {
  expect(KnownTags.NONE.has(TAG)).toBe(false);
});
