/** Does one piece of work at a time for each name, in the order in which they were asked for. */
export class OneAtATime {
  /** The newest piece of work of each name. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work as soon as all work that was asked for earlier under this name has ended, well or not. */
  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#last.set(name, done);
    const forget = () => {
      if (this.#last.get(name) === done) this.#last.delete(name);
    };
    done.then(forget, forget);
    return done;
  }
}
