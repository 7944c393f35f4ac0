import { readText } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/** The Redis that several instances share. */
export const REDIS_SETTINGS: readonly ProxySetting[] = [
  {
    name: 'RELAIS_REDIS_URL',
    help:
      'Redis that several instances share, redis://user:password@host:6379/0 for instance, or rediss:// for TLS; ' +
      'needs RELAIS_SECRETS',
    fallback: "none, this process's memory",
    option: 'redis.url',
    isForRedis: true,
    isSecret: true,
    read: readText,
  },
  {
    name: 'RELAIS_REDIS_PREFIX',
    help: 'what the names of all keys and channels there begin with',
    fallback: 'relais:',
    option: 'redis.prefix',
    isForRedis: true,
    read: readText,
  },
];
