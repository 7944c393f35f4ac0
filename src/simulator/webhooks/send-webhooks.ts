import { type Clock, sleep } from '../../common/clock.js';
import { onAbort } from '../../common/on-abort.js';
import type { WebhookFaults } from '../faults/index.js';
import type { SimulatorStats } from '../stats.js';
import { JsonPoster } from './json-poster.js';

/** What webhooks are sent with. */
export interface WebhooksOptions {
  readonly clock: Clock;
  readonly counters: SimulatorStats['webhooks'];
  /** Draws what goes wrong with the next webhook. */
  readonly faults: () => WebhookFaults;
}

/** How many times a webhook is sent at most. */
const TRIES = 3;
/** The time for sending it once, in milliseconds. */
const TIMEOUT = 5_000;
/** Time before the first repetition, in milliseconds; each further one is twice as long. */
const FIRST_DELAY = 500;

/** Posts sessions to their `webhook_url`, and to nowhere else: redirects are not followed. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #closing = new AbortController();
  readonly #poster = new JsonPoster();
  readonly #running = new Set<Promise<void>>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Posts a document. What goes wrong is counted, never thrown. */
  post(url: string, document: object): void {
    const { counters, faults } = this.#options;
    const { isLost, isDoubled, delay } = faults();
    if (isLost) {
      counters.lost += 1;
      return;
    }
    const body = JSON.stringify(document);
    for (let copy = 0; copy < (isDoubled ? 2 : 1); copy += 1) {
      const run = this.#deliver(url, body, delay)
        .catch(() => {})
        .finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Stops all that is on its way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
    this.#poster.close();
  }

  async #deliver(url: string, body: string, delay: number): Promise<void> {
    const { clock, counters } = this.#options;
    const { signal } = this.#closing;
    if (delay > 0) await sleep(clock, delay, signal);
    for (let count = 1; ; count += 1) {
      counters.sent += 1;
      if (await this.#send(url, body)) {
        counters.delivered += 1;
        return;
      }
      if (count === TRIES) break;
      await sleep(clock, FIRST_DELAY * 2 ** (count - 1), signal);
    }
    counters.failed += 1;
  }

  async #send(url: string, body: string): Promise<boolean> {
    const { clock } = this.#options;
    const target = new URL(url);
    if (isNowhere(target)) return false;
    const deadline = new AbortController();
    const timer = clock.setTimeout(() => deadline.abort(), TIMEOUT);
    const forget = onAbort(this.#closing.signal, () => deadline.abort());
    try {
      const status = await this.#poster.post(target, body, deadline.signal);
      return status >= 200 && status < 300;
    } catch {
      return false;
    } finally {
      clock.clearTimeout(timer);
      forget();
    }
  }
}

/**
 * Whether a host can never exist, by RFC 6761. It is not looked up: where the answer is slow to come, all other lookups
 * of the process would wait for it.
 */
const isNowhere = ({ hostname }: URL) => /(^|\.)invalid\.?$/.test(hostname);
