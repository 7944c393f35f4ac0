/**
 * A store's failure in words that may stand in the log: they hold no address, no password and nothing that a player
 * sent.
 */
export class StoreError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreError';
  }
}
