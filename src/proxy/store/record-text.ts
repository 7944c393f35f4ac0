/**
 * The version of the records that the store keeps. Old and new versions of the proxy run side by side during a deploy:
 * a newer one may add fields, which an older one leaves out when it reads, and it must be able to read what an older
 * one wrote, so no field may be required that was not there before.
 */
const VERSION = 1;

/** A record as it is kept. */
export const textOf = (record: object): string => JSON.stringify({ version: VERSION, ...record });
