import { expect } from 'vitest';
import { freePort } from '../support/free-port.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { Instance } from './instance.js';
import { startNginx } from './nginx-front.js';
import { API_TOKEN, Service } from './service.js';

/** In seconds: short, so that who is gone is seen to be gone. */
const LEASE = 20;
/** How long a request is held, in seconds. */
export const LONGEST_WAIT = 8;

/** Three instances of the built proxy with their gateways, one Redis without persistence, and nginx in front. */
export interface Cluster extends AsyncDisposable {
  readonly service: Service;
  readonly redis: RedisServer;
  /** The first is on duty, as long as it lives: it was there before the others. */
  readonly instances: readonly [Instance, Instance, Instance];
  /** Where players find it. */
  readonly url: string;
}

const MANY = '1000000';

/** What the instances are told. All players come from this machine, so limits per address say nothing here. */
const settings = (
  service: Service,
  redis: RedisServer,
  publicUrl: string,
  lease: number,
  drain: number,
) => ({
  EDGEGAP_API_TOKEN: API_TOKEN,
  EDGEGAP_API_URL: service.url,
  RELAIS_UPSTREAM_CALLS: '100',
  RELAIS_SECRETS: 'a secret that all instances share 1234567890',
  RELAIS_GUESTS: 'on',
  RELAIS_DEVELOPMENT_IP: '203.0.113.7',
  RELAIS_TRUSTED_PROXIES: '127.0.0.1',
  RELAIS_PUBLIC_URL: publicUrl,
  RELAIS_REDIS_URL: redis.url,
  RELAIS_GATEWAY: 'on',
  RELAIS_LEASE: String(lease),
  RELAIS_DRAIN: String(drain),
  RELAIS_LONGEST_WAIT: String(LONGEST_WAIT),
  RELAIS_REQUESTS_PER_IP: MANY,
  RELAIS_UPSTREAM_CALLS_PER_IP: MANY,
  RELAIS_GUESTS_PER_IP: MANY,
  RELAIS_CREATES_PER_IP: MANY,
  RELAIS_JOIN_MISSES_PER_IP: MANY,
  RELAIS_REQUESTS_PER_PLAYER: MANY,
  RELAIS_UPSTREAM_CALLS_PER_PLAYER: MANY,
});

/** The name of the instance that is on duty; `null` while none is. */
export const instanceOnDuty = (redis: RedisServer) =>
  redis.ask<string | null>('GET', 'relais:v:on-duty');

/**
 * @param lease - in seconds.
 * @param drain - how long an instance lets its players go before it stops, in seconds.
 */
export async function startCluster(lease = LEASE, drain = 5): Promise<Cluster> {
  const service = await Service.start();
  const redis = await startRedis();
  const port = await freePort();
  const env = settings(service, redis, `http://127.0.0.1:${port}/relay`, lease, drain);
  const first = await Instance.start(env);
  await until(async () => expect(await instanceOnDuty(redis)).not.toBeNull());
  const others = await Promise.all([Instance.start(env), Instance.start(env)]);
  const instances = [first, ...others] as const;
  const hosts = instances.map(({ host }) => host);
  const nginx = await startNginx(port, hosts);
  return {
    service,
    redis,
    instances,
    url: nginx.url,
    async [Symbol.asyncDispose]() {
      await Promise.all(instances.map((instance) => instance.stop('SIGTERM')));
      for (const part of [nginx, redis, service]) await part[Symbol.asyncDispose]();
    },
  };
}
