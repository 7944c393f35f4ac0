import { expect, it } from 'vitest';
import { closeObject, continueObject, openObject } from '../../../src/proxy/watch/open-json.js';

it('puts several objects into one text that reads as one object', () => {
  const first = { text: 'ends with a brace}', nothing: undefined, list: [{}] };
  const further = { object: {}, gone: undefined };
  const second = { '{': '"quoted"', missing: undefined, last: null };
  const text = openObject(first) + continueObject(further) + closeObject(second);
  expect(text).toBe(JSON.stringify({ ...first, ...further, ...second }));
});
