/** Grace for running requests when the proxy is told to stop, in milliseconds. */
export const GRACE = 5_000;

/**
 * How long it takes at most to stop, once those have gone who were to go to another instance, in milliseconds. Whoever
 * stops the proxy must wait for `RELAIS_DRAIN` and this time before it kills.
 */
export const LONGEST_STOP = GRACE + 1_000;
