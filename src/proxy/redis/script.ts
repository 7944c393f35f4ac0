import { createHash } from 'node:crypto';
import type { RedisConnection } from './redis-connection.js';
import { RedisRefusal } from './redis-failure.js';

/** Commands that Redis carries out in one go, in Lua. */
export class Script {
  readonly #lua: string;
  readonly #sha: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha = createHash('sha1').update(lua).digest('hex');
  }

  /** Runs it. The text travels only where Redis does not know it yet, after a restart for instance. */
  async run<Answer>(
    connection: Pick<RedisConnection, 'send'>,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<Answer> {
    const rest = [String(keys.length), ...keys, ...values.map(String)];
    try {
      return await connection.send<Answer>(['EVALSHA', this.#sha, ...rest]);
    } catch (error) {
      if (!(error instanceof RedisRefusal) || error.code !== 'NOSCRIPT') throw error;
      return connection.send<Answer>(['EVAL', this.#lua, ...rest]);
    }
  }
}
