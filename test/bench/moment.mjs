/** Milliseconds on the machine's own monotonic clock, which all processes share. */
export const moment = () => Number(process.hrtime.bigint()) / 1e6;
