import { expect, it } from 'vitest';
import { closeObject, openObject } from '../../../src/proxy/watch/open-json.js';

it('puts two objects into one text that reads as one object', () => {
  const first = { text: 'ends with a brace}', nothing: undefined, list: [{}] };
  const second = { '{': '"quoted"', missing: undefined, last: null };
  const text = openObject(first) + closeObject(second);
  expect(text).toBe(JSON.stringify({ ...first, ...second }));
});
