import { networksOf } from '../identity/index.js';

/** How often something may be counted under one name. */
export interface Allowance {
  readonly name: string;
  readonly limit: number;
}

/**
 * What the networks of an address may take, the narrowest first.
 *
 * @param limit - what a single address may take. Of a wider network, which may hold several households, it is more.
 */
export function allowancesOf(client: string, limit: number): Allowance[] {
  return networksOf(client).map(({ name, share }) => ({ name, limit: limit * share }));
}
