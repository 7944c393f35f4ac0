/** A gate that somebody comes to and waits at, until somebody else opens it. */
export class Gate {
  #arrive = () => {};
  #open = () => {};
  /** When the first has come. */
  readonly arrived = new Promise<void>((resolve) => {
    this.#arrive = resolve;
  });
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  pass(): Promise<void> {
    this.#arrive();
    return this.#opened;
  }

  open(): void {
    this.#open();
  }
}
