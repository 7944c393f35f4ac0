/** Lets one piece of work at a time be done for each name, in the order in which they came. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all that was asked for before under this name is done, well or not. */
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
