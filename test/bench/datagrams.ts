import { atRest } from './datagrams/at-rest.js';
import { fromPage } from './datagrams/from-page.js';
import { perCpuSecond, roundTrips } from './datagrams/round-trips.js';
import { stall } from './datagrams/stall.js';
import { underAttack } from './datagrams/under-attack.js';
import type { BenchOptions, Figure } from './figure.js';

/** Datagrams by the gateway: how fast, at what cost, and how well when somebody stands still or floods. */
export async function datagrams(options: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const part of [roundTrips, perCpuSecond, fromPage, atRest, stall, underAttack]) {
    figures.push(...(await part(options)));
  }
  return figures;
}
