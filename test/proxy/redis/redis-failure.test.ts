import { expect, it } from 'vitest';
import { isDemotion, redisFailure } from '../../../src/proxy/redis/redis-failure.js';

/** How Redis 6.2 words a refusal inside a script. Newer ones put the script behind it. */
const inScript = (refusal: string) =>
  `ERR Error running script (call to f_1028a5dba704e1d8): @user_script:12: @user_script: 12: -${refusal}`;

it.each([
  ["READONLY You can't write against a read only replica.", 'is a replica'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'no memory left'],
  ['MISCONF Redis is configured to save RDB snapshots, but cannot.', 'cannot save its data'],
])('a refusal is understood, also from within a script of an older Redis: %s', (refusal, words) => {
  const newer = `${refusal} script: 1028a5dba704e1d8, on @user_script:12.`;
  for (const text of [refusal, newer, inScript(refusal)]) {
    const failure = redisFailure(new Error(text));
    expect(failure.message).toContain(words);
    expect(isDemotion(failure)).toBe(refusal.startsWith('READONLY'));
  }
});

it('a fault of a script is none of these, and what it says is not repeated', () => {
  const error = new Error('ERR Error running script (call to f_1): @user_script:1: a player: -1');
  const failure = redisFailure(error);
  expect(failure.message).toBe('Redis refused what it was asked (ERR).');
  expect(isDemotion(failure)).toBe(false);
});
