import { parseUrl } from '../../common/parse-url.js';

/** What a URL tells of a Redis. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

const DEFAULT_PORT = 6379;
/** Redis counts its databases in 32 bits; there are never more than some thousand. */
const DATABASE = /^\/?(\d{0,5})$/;

/** Whether a text is a URL as {@link readRedisUrl} reads it. */
export const isRedisUrl = (text: string): boolean => readRedisUrl(text) !== undefined;

/** The parts of a Redis URL; `undefined` where it is none. It holds a password, so no error may show it. */
export function readRedisUrl(text: string): RedisAddress | undefined {
  const url = parseUrl(text);
  if (!url?.hostname || !/^rediss?:$/.test(url.protocol)) return undefined;
  const [, database] = DATABASE.exec(url.pathname) ?? [];
  // What stands behind a question mark would have no effect.
  if (database === undefined || url.search || url.hash) return undefined;
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? DEFAULT_PORT : Number(url.port),
      tls: url.protocol === 'rediss:',
      username: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      database: Number(database),
    };
  } catch {
    // A percent sign that begins no character.
    return undefined;
  }
}
