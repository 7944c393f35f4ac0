import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/cli/doctor/secrets-of.js';

it('secrets are taken out of a text, wherever in it they stand and in whatever way they were given', () => {
  const env = {
    EDGEGAP_API_TOKEN: 'the-token-of-the-studio',
    RELAIS_SECRETS: 'the first of the secrets 123456789, the second of the secrets 12345678',
    RELAIS_REDIS_URL: 'redis://relais:pass%2Fword-4711@127.0.0.1:6379',
  };
  const given = [
    'the-token-of-the-studio',
    'the first of the secrets 123456789',
    'the second of the secrets 12345678',
    'pass%2Fword-4711',
    'pass/word-4711',
    env.RELAIS_REDIS_URL,
  ];
  expect(withoutSecrets(given.map((secret) => `<${secret}>`).join(' '), env)).toBe(
    given.map(() => '<[secret]>').join(' '),
  );
  expect(withoutSecrets('no secret at all', { EDGEGAP_API_TOKEN: 'secret' })).toBe(
    'no secret at all',
  );
});
