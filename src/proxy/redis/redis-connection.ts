import { type Clock, sleep } from '../../common/clock.js';
import { growingDelay } from '../../common/growing-delay.js';
import { isRelayError } from '../../common/relay-error.js';
import { StoreError } from '../store/index.js';
import { createRedisClient, type RedisClient } from './redis-client.js';
import { isDemotion, isLasting, RedisSilence, redisFailure } from './redis-failure.js';
import type { RedisAddress } from './redis-url.js';

/** What a {@link RedisConnection} tells. */
export interface RedisConnectionTools {
  readonly clock: Clock;
  /**
   * Called with each new client before anybody else may use it. If this rejects, the client is dropped, and another
   * tried later.
   */
  readonly onConnected: (client: RedisClient) => Promise<void>;
  /** Called when the connection is lost, once until it is back. */
  readonly onLost: (failure: StoreError) => void;
  /** Called when it is back. */
  readonly onBack: () => void;
}

/** How long Redis may take to answer, in milliseconds. */
const ANSWER_WITHIN = 3_000;
/** How long commands wait for a connection that was just lost, in milliseconds: most are back at once. */
const BACK_WITHIN = 1_000;
/** How often Redis is asked for a sign of life, in milliseconds. */
const PING_EVERY = 5_000;
/** The longest pause before the next try to connect, in milliseconds. */
const LONGEST_PAUSE = 2_000;
/** How long the first connection is tried for, in milliseconds. */
const START_WITHIN = 10_000;

/** One connection to Redis that comes back by itself. What is asked over it is answered or fails within a bound. */
export class RedisConnection {
  readonly #address: RedisAddress;
  readonly #tools: RedisConnectionTools;
  readonly #closing = new AbortController();
  /** The client, while it is connected. */
  #client: RedisClient | undefined;
  /** Those who wait until it is. */
  readonly #waiting = new Set<() => void>();
  /** When it was lost, on the monotonic clock. */
  #lostAt = 0;

  constructor(address: RedisAddress, tools: RedisConnectionTools) {
    this.#address = address;
    this.#tools = tools;
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  /**
   * Connects, and stays connected from then on. Rejects where there is no Redis within ten seconds, or one that refuses
   * this client.
   */
  async start(): Promise<void> {
    const { clock } = this.#tools;
    const end = clock.monotonic() + START_WITHIN;
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#connect();
        return;
      } catch (error) {
        if (isLasting(error) || !(error instanceof StoreError) || clock.monotonic() >= end)
          throw error;
        await this.#pause(tries);
      }
    }
  }

  /**
   * Asks Redis for something, and returns its answer.
   *
   * @throws {StoreError} where Redis does not answer in time, or refuses. It may have done it all the same.
   */
  async send<Answer>(args: readonly string[]): Promise<Answer> {
    const client = this.#client ?? (await this.#untilConnected());
    try {
      return await this.#within(ANSWER_WITHIN, client.sendCommand<Answer>([...args]));
    } catch (error) {
      const failure = redisFailure(error);
      // Over a line on which one answer does not come, nobody else should wait as long. And where this Redis is no
      // longer the primary, its name may lead to another one by now.
      if (failure instanceof RedisSilence || isDemotion(failure)) this.#lose(client, failure);
      throw failure;
    }
  }

  /** Connects anew: this connection may lead to a Redis that is no longer the one that is meant. */
  renew(failure: StoreError): void {
    if (this.#client) this.#lose(this.#client, failure);
  }

  /** Lets go of the connection. What was asked before is given a moment; nothing may be asked any more. */
  async close(): Promise<void> {
    const client = this.#client;
    this.#closing.abort();
    this.#client = undefined;
    if (client?.isOpen) await this.#within(BACK_WITHIN, client.close()).catch(() => {});
    client?.destroy();
    this.#wake();
  }

  /** Tries to connect once. */
  async #connect(): Promise<void> {
    const client = createRedisClient(this.#address);
    let failure: unknown;
    client.on('error', (error) => {
      failure = error;
      this.#lose(client, redisFailure(error));
    });
    client.on('end', () => this.#lose(client, redisFailure()));
    try {
      await this.#within(ANSWER_WITHIN, client.connect());
      await this.#within(ANSWER_WITHIN, this.#tools.onConnected(client));
      // It may have broken in between.
      if (!client.isReady) throw failure;
    } catch (error) {
      client.destroy();
      throw isRelayError(error) ? error : redisFailure(error ?? failure);
    }
    if (this.#closing.signal.aborted) {
      client.destroy();
      return;
    }
    this.#client = client;
    this.#wake();
    void this.#keepAlive(client);
  }

  /** Asks for a sign of life again and again: a connection may be dead, and nobody says so. */
  async #keepAlive(client: RedisClient): Promise<void> {
    const { clock } = this.#tools;
    while (this.#client === client) {
      try {
        await sleep(clock, PING_EVERY, this.#closing.signal);
        if (this.#client !== client) return;
        await this.#within(ANSWER_WITHIN, client.sendCommand(['PING']));
      } catch (error) {
        this.#lose(client, redisFailure(error));
      }
    }
  }

  /** Drops a client that is no longer of use, and connects another one. */
  #lose(client: RedisClient, failure: StoreError): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#lostAt = this.#tools.clock.monotonic();
    client.destroy();
    if (this.#closing.signal.aborted) return;
    this.#tools.onLost(failure);
    void this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    const { signal } = this.#closing;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        await this.#connect();
        if (!signal.aborted) this.#tools.onBack();
        return;
      } catch {
        // It was told that the connection is lost.
        await this.#pause(tries).catch(() => {});
      }
    }
  }

  /** A little longer each time, and not all instances at the same moment. */
  #pause(tries: number): Promise<void> {
    const { clock } = this.#tools;
    return sleep(clock, growingDelay(tries, LONGEST_PAUSE, clock), this.#closing.signal);
  }

  /** The client, once there is one again: not for long after it was lost, and then not at all. */
  async #untilConnected(): Promise<RedisClient> {
    const left = this.#lostAt + BACK_WITHIN - this.#tools.clock.monotonic();
    if (left > 0 && !this.#closing.signal.aborted) {
      let goOn = () => {};
      const connected = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      this.#waiting.add(goOn);
      await this.#within(left, connected).catch(() => {});
      this.#waiting.delete(goOn);
    }
    if (this.#client) return this.#client;
    throw redisFailure();
  }

  #wake(): void {
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
  }

  /** What `work` brings, if it does so in time. */
  #within<Result>(limit: number, work: Promise<Result>): Promise<Result> {
    const { clock } = this.#tools;
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => reject(new RedisSilence(limit)), limit);
      work.then(resolve, reject).finally(() => clock.clearTimeout(timer));
    });
  }
}
