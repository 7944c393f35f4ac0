import { expect, it } from 'vitest';
import { readJson } from '../../src/http/read-json.js';

it.each([undefined, '2', '100000'])(
  'takes no body over the limit, whatever length it claims: %s',
  async (claimed) => {
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      headers: claimed === undefined ? {} : { 'content-length': claimed },
      body: JSON.stringify('x'.repeat(1_000)),
    });
    await expect(readJson(request, 100)).rejects.toMatchObject({ reason: 'too-large' });
  },
);
