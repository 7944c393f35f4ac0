import type { Store } from './store.js';

/** That a process has a wire of a seat's channel. Of several claims, that of the wire that was opened last holds. */
export interface WireClaim {
  /** When the wire was opened, by the store's clock, in milliseconds since the epoch. */
  readonly at: number;
  /** Which of the seat's wires of this minute it was: of two of the same millisecond, the higher is the later. */
  readonly serial: number;
  /** Tells the process from the others that share the store. No spaces. */
  readonly process: string;
}

/** How long it is counted how many wires a seat got, in milliseconds: far longer than two are of the same time. */
const SERIAL_KEPT = 60_000;

/** @param counter - the key under which a seat's wires are counted. */
export async function makeClaim(
  store: Store,
  counter: string,
  process: string,
): Promise<WireClaim> {
  const [at = 0, serial = 0] = await store.batch([['now'], ['increment', counter, SERIAL_KEPT]]);
  return { at, serial, process };
}

/** Whether a claim holds against another one. */
export function isLater(claim: WireClaim, than: WireClaim): boolean {
  return claim.at === than.at ? claim.serial > than.serial : claim.at > than.at;
}

export function writeClaim({ at, serial, process }: WireClaim): string {
  return `${at} ${serial} ${process}`;
}

export function readClaim(text: string): WireClaim | undefined {
  const [at, serial, process] = text.split(' ');
  return process ? { at: Number(at), serial: Number(serial), process } : undefined;
}
