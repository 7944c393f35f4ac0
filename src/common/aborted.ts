import { RelayError } from './relay-error.js';

/** The error of what a caller's signal ended: it carries the signal's reason. */
export const aborted = (signal: AbortSignal | undefined): RelayError =>
  new RelayError('aborted', 'The signal was aborted.', { cause: signal?.reason });
