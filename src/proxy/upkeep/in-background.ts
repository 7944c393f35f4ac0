import { describeFailure } from '../reports/index.js';

/**
 * Lets work go on by itself, so that nobody has to wait for the relay service.
 *
 * @param onFailure - told where the store failed, in words without secrets.
 */
export function inBackground(work: Promise<unknown>, onFailure: (message: string) => void): void {
  work.catch((error) => onFailure(`The store failed: ${describeFailure(error)}`));
}
