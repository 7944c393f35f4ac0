import { RedisStore } from '../../proxy/redis/index.js';
import { readRedisOptions } from '../read-proxy-settings.js';
import { inNamesOfSettings } from '../setting-error.js';
import { type Finding, fine, problem } from './finding.js';
import type { Patient } from './patient.js';

const BY_OPTION = new Map([
  ['url', 'RELAIS_REDIS_URL'],
  ['prefix', 'RELAIS_REDIS_PREFIX'],
]);

/** Whether the store answers, and can keep what the proxy entrusts to it. */
export async function checkStore({ env }: Patient): Promise<Finding[]> {
  const options = readRedisOptions(env);
  if (!options) {
    return [
      fine(
        'No Redis: seats and leases are in one process’s memory, so there must be no second one.',
      ),
    ];
  }
  try {
    const store = await RedisStore.connect(options);
    await store.check().finally(() => store.close());
    return [fine('Redis answers, is new enough, and throws nothing away.')];
  } catch (error) {
    const { message } = inNamesOfSettings(error, BY_OPTION) as Error;
    return [
      problem(
        message.includes('RELAIS_') ? message : `RELAIS_REDIS_URL leads to no Redis: ${message}`,
        'Without its store the proxy does not start, and a running one refuses all who come.',
        'See "Several instances, and Redis" in docs/proxy.md for what it must be, and what its user must be allowed.',
      ),
    ];
  }
}
