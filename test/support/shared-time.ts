import { type Clock, systemClock } from '../../src/common/clock.js';
import { FakeClock } from './fake-clock.js';
import { until } from './until.js';

/** How much time passes at once, in milliseconds. */
const STEP = 200;

/**
 * The time of several proxies and the service behind them. It passes step by step, as the test says, and never while a
 * proxy waits for the service: a machine that has others to serve lets no lease run out.
 */
export class SharedTime {
  readonly #clock = new FakeClock();
  /** The calls of the service that are on their way. */
  #calls = 0;

  /**
   * A clock of one of them.
   *
   * @param ahead - How far it is ahead of the others', in milliseconds.
   */
  clock(ahead: () => number = () => 0): Clock {
    const clock = this.#clock;
    return {
      now: () => clock.now() + ahead(),
      monotonic: () => clock.monotonic() + ahead(),
      setTimeout: (callback, delay) => clock.setTimeout(callback, delay),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      // No two may draw the same names.
      random: systemClock.random,
    };
  }

  /** How the proxies reach the service. */
  readonly fetch: typeof fetch = async (...call) => {
    this.#calls += 1;
    try {
      const answer = await fetch(...call);
      await answer.clone().arrayBuffer();
      return answer;
    } finally {
      this.#calls -= 1;
    }
  };

  /** Lets a little time pass, once no proxy waits for the service. */
  async step(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await until(() => this.#calls === 0);
    this.#clock.advance(STEP);
  }

  /** Lets time pass until some work is done that may have to wait for it. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const settle = () => {
      isDone = true;
    };
    work.then(settle, settle);
    while (!isDone) await this.step();
    return work;
  }

  /** Lets time pass, a minute at most, until it is so. */
  async until(expectation: () => unknown): Promise<void> {
    for (let left = 60_000 / STEP; ; left -= 1) {
      try {
        await expectation();
        return;
      } catch (error) {
        if (left === 0) throw error;
        await this.step();
      }
    }
  }
}
