import { createClient } from 'redis';
import type { RedisAddress } from './redis-url.js';

/** One connection of the `redis` client. Where it breaks, it is over: another one takes its place. */
export type RedisClient = ReturnType<typeof createRedisClient>;

/** How long it may take to connect, and how long Redis may be silent until the connection is ready. In milliseconds. */
const CONNECT_WITHIN = 5_000;
/** How many commands may wait for an answer. More are refused at once, so that a slow Redis takes no memory here. */
const LONGEST_LINE = 20_000;

/** Makes a client that is not connected yet. */
export function createRedisClient({ database, host, password, port, tls, username }: RedisAddress) {
  const socket = {
    host,
    port,
    connectTimeout: CONNECT_WITHIN,
    // Who connects again is `RedisConnection`, with another client.
    reconnectStrategy: false as const,
  };
  return createClient({
    socket: tls ? { ...socket, tls } : socket,
    // The older protocol, which every version speaks: an old one can then say how old it is.
    RESP: 2,
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    name: 'relais',
    // Nothing is kept for a connection that is not there.
    disableOfflineQueue: true,
    commandsQueueMaxLength: LONGEST_LINE,
    // `RedisConnection` has deadlines of its own, which hold for the answer as well.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
  });
}
