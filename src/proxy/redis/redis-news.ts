import type { Clock } from '../../common/clock.js';
import type { RedisClient } from './redis-client.js';

/** Who listens to a channel. */
interface Subscription {
  readonly listener: (message: string) => void;
  readonly onMissed: () => void;
}

/** Over how long those who may have missed something are spread when they look again, in milliseconds. */
const SPREAD = 1_000;

/**
 * The messages of all channels. They come by one channel of Redis, to which each instance listens from its start on:
 * so there is no moment between a subscription here and the one at Redis in which a message would be lost.
 */
export class RedisNews {
  readonly #clock: Clock;
  /** Of the channel of Redis. */
  readonly name: string;
  readonly #channels = new Map<string, Set<Subscription>>();

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  /** A message as it is sent. */
  encode(channel: string, message: string): string {
    return JSON.stringify([channel, message]);
  }

  /**
   * Calls `listener` with each message of a channel.
   *
   * @param onMissed - called when messages may have been lost, and no more are now.
   * @returns a function that stops both.
   */
  subscribe(channel: string, listener: Subscription['listener'], onMissed = () => {}): () => void {
    const subscriptions = this.#channels.get(channel) ?? new Set();
    const subscription = { listener, onMissed };
    this.#channels.set(channel, subscriptions.add(subscription));
    return () => {
      subscriptions.delete(subscription);
      if (subscriptions.size === 0 && this.#channels.get(channel) === subscriptions) {
        this.#channels.delete(channel);
      }
    };
  }

  /** Listens by way of a client, the first or one that takes its place. */
  async listen(client: RedisClient): Promise<void> {
    await client.subscribe(this.name, (text) => this.#hear(text));
  }

  /** Tells all who listen that they may have missed something: nobody knows what was said while nobody heard it. */
  tellOfGap(): void {
    for (const [channel, subscriptions] of this.#channels) {
      for (const subscription of subscriptions) {
        const tell = () => {
          if (this.#channels.get(channel)?.has(subscription)) subscription.onMissed();
        };
        this.#clock.setTimeout(tell, this.#clock.random() * SPREAD);
      }
    }
  }

  close(): void {
    this.#channels.clear();
  }

  #hear(text: string): void {
    const [channel, message] = JSON.parse(text) as [string, string];
    for (const { listener } of [...(this.#channels.get(channel) ?? [])]) listener(message);
  }
}
