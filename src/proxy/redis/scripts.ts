import { Script } from './script.js';

/** Counts one step. The lifetime holds from the first. */
export const INCREMENT = new Script(`
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return count`);

/** Adds a member to a set, which lives on for so many milliseconds from now. */
export const ADD_FOR_A_TIME = new Script(`
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`);

/** Takes the lowest members out. */
export const TAKE = new Script(`
  local taken = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
  for _, member in ipairs(taken) do redis.call('ZREM', KEYS[1], member) end
  return taken`);
