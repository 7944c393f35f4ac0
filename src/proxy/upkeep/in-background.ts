import { describeFailure } from '../reports/index.js';

/**
 * Lets work go on by itself: the relay service may take its time, and nobody else must wait for that.
 *
 * @param onFailure - told where the store failed, in words without secrets.
 */
export function inBackground(work: Promise<unknown>, onFailure: (message: string) => void): void {
  work.catch((error) => onFailure(`The store failed: ${describeFailure(error)}`));
}
