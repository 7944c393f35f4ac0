import { systemClock } from '../../common/clock.js';
import type { BatchResults, Store, StoreStep } from '../store/index.js';
import { readResult } from './read-result.js';
import { RedisConnection } from './redis-connection.js';
import { isDemotion } from './redis-failure.js';
import { RedisNews } from './redis-news.js';
import { checkRedisOptions, DEFAULT_PREFIX, type RedisStoreOptions } from './redis-options.js';
import { type RedisAddress, readRedisUrl } from './redis-url.js';
import { ADD_FOR_A_TIME, BATCH, INCREMENT } from './scripts.js';
import { checkIsInUse, checkServer, wrongSetting } from './server-check.js';

/** What {@link RedisStore.check} sets: one that has no memory left, or cannot save its data, would still answer. */
const CHECK = 'check';
/** How long that is kept, in milliseconds. */
const CHECK_KEPT = 1_000;

/**
 * A {@link Store} in Redis 6.2 or newer, or in Valkey, which several instances share. Every method is one round trip,
 * and is answered or fails within four seconds. It needs the package `redis`.
 *
 * It has two connections, one of them for the news that instances send each other. Both come back by themselves, as
 * long as it takes; meanwhile every method rejects.
 *
 * @example
 * ```ts
 * import { createRelayProxy } from 'relais/proxy';
 * import { RedisStore } from 'relais/proxy/redis';
 *
 * const store = await RedisStore.connect({ url: 'redis://:password@10.0.0.5:6379/0' });
 * const edgegap = { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' };
 * const secrets = [process.env['RELAIS_SECRETS'] ?? ''];
 * const proxy = createRelayProxy({ edgegap, secrets, guests: true, store });
 * ```
 */
export class RedisStore implements Store {
  readonly isLasting = true;
  readonly #prefix: string;
  readonly #commands: RedisConnection;
  readonly #listening: RedisConnection;
  readonly #news: RedisNews;
  /** Whether news may have been lost, or could not be looked into, since the connections were last both there. */
  #mayHaveMissed = false;

  /** @internal Use {@link RedisStore.connect}. */
  private constructor(address: RedisAddress, options: RedisStoreOptions) {
    const { clock = systemClock, log, prefix = DEFAULT_PREFIX } = options;
    this.#prefix = prefix;
    // Channels are not part of a database, so its number is part of their name.
    this.#news = new RedisNews(`${prefix}news:${address.database}`, clock);
    const tell = (event: 'failure' | 'warning', message: string) =>
      log?.({ event, at: new Date(clock.now()).toISOString(), message });
    this.#commands = new RedisConnection(address, {
      clock,
      onConnected: async (client) => {
        const info = await client.info();
        checkServer(info);
        checkIsInUse(info);
      },
      onLost: (failure) => {
        tell('failure', `The connection to Redis was lost: ${failure.message}`);
        this.#mayHaveMissed = true;
        // What is said at the new primary need not be heard at the old one.
        if (isDemotion(failure)) this.#listening.renew(failure);
      },
      onBack: () => {
        tell('warning', 'The connection to Redis is back.');
        this.#tellOfGap();
      },
    });
    this.#listening = new RedisConnection(address, {
      clock,
      onConnected: async (client) => {
        checkIsInUse(await client.info());
        await this.#news.listen(client);
      },
      onLost: () => {
        this.#mayHaveMissed = true;
      },
      onBack: () => this.#tellOfGap(),
    });
  }

  /**
   * Connects to Redis.
   *
   * @throws {RelayError} rejects with `invalid-option` where an option is wrong, and where it leads to a Redis that
   *   cannot be used: one in cluster mode, one that throws keys away where memory is short, or an old one.
   *   Rejects with another error where no Redis answers within ten seconds.
   * @example
   * ```ts
   * const store = await RedisStore.connect({ url: 'rediss://relais:password@redis.studio.example' });
   * await store.close();
   * ```
   */
  static async connect(options: RedisStoreOptions): Promise<RedisStore> {
    checkRedisOptions(options);
    const store = new RedisStore(readRedisUrl(options.url) as RedisAddress, options);
    try {
      await store.#commands.start();
      await store.#listening.start();
    } catch (error) {
      await store.close();
      throw wrongSetting(error);
    }
    return store;
  }

  async batch<const Steps extends readonly StoreStep[]>(
    steps: Steps,
  ): Promise<BatchResults<Steps>> {
    const texts = steps.map((step) =>
      step[0] === 'publish'
        ? ['publish', '', this.#news.encode(step[1], step[2])]
        : step.filter((part) => part !== undefined).map(String),
    );
    const names = [this.#value(''), this.#set(''), this.#news.name];
    const answers = await BATCH.run<unknown[]>(
      this.#commands,
      [],
      [JSON.stringify(texts), ...names],
    );
    return answers.map((answer, index) => readResult(steps[index], answer)) as BatchResults<Steps>;
  }

  async now(): Promise<number> {
    const [seconds, microseconds] = await this.#commands.send<[string, string]>(['TIME']);
    return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#commands.send<string | null>(['GET', this.#value(key)])) ?? undefined;
  }

  async set(key: string, value: string, lifetime: number): Promise<void> {
    await this.#commands.send(['SET', this.#value(key), value, 'PX', String(lifetime)]);
  }

  async setIfAbsent(key: string, value: string, lifetime: number): Promise<boolean> {
    const command = ['SET', this.#value(key), value, 'PX', String(lifetime), 'NX'];
    return (await this.#commands.send(command)) !== null;
  }

  async delete(key: string): Promise<void> {
    await this.#commands.send(['DEL', this.#value(key)]);
  }

  increment(key: string, lifetime: number): Promise<number> {
    return INCREMENT.run(this.#commands, [this.#value(key)], [lifetime]);
  }

  async addToSet(set: string, member: string, score: number, lifetime?: number): Promise<void> {
    const key = this.#set(set);
    if (lifetime === undefined) await this.#commands.send(['ZADD', key, String(score), member]);
    else await ADD_FOR_A_TIME.run(this.#commands, [key], [score, member, lifetime]);
  }

  async removeFromSet(set: string, member: string): Promise<void> {
    await this.#commands.send(['ZREM', this.#set(set), member]);
  }

  async scoreInSet(set: string, member: string): Promise<number | undefined> {
    const score = await this.#commands.send<number | null>(['ZSCORE', this.#set(set), member]);
    return score === null ? undefined : Number(score);
  }

  membersOfSet(set: string): Promise<string[]> {
    return this.#commands.send(['ZRANGE', this.#set(set), '0', '-1']);
  }

  sizeOfSet(set: string): Promise<number> {
    return this.#commands.send(['ZCARD', this.#set(set)]);
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.#commands.send(['PUBLISH', this.#news.name, this.#news.encode(channel, message)]);
  }

  subscribe(
    channel: string,
    listener: (message: string) => void,
    onMissed?: () => void,
  ): () => void {
    return this.#news.subscribe(channel, listener, onMissed);
  }

  /** Resolves where Redis answers and takes changes, and news come through. */
  async check(): Promise<void> {
    await Promise.all([this.set(CHECK, '1', CHECK_KEPT), this.#listening.send(['PING'])]);
  }

  async close(): Promise<void> {
    this.#news.close();
    await Promise.all([this.#commands.close(), this.#listening.close()]);
  }

  /** Tells who listens that something may have been missed: once both connections are there, for they then read. */
  #tellOfGap(): void {
    const areBack = this.#commands.isConnected && this.#listening.isConnected;
    if (!areBack || !this.#mayHaveMissed) return;
    this.#mayHaveMissed = false;
    this.#news.tellOfGap();
  }

  /** The names of values and of sets do not get in each other's way. */
  #value(key: string): string {
    return `${this.#prefix}v:${key}`;
  }

  #set(name: string): string {
    return `${this.#prefix}s:${name}`;
  }
}
