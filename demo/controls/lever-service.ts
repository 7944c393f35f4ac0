import type { LeverPull } from '../server/lever-pull.js';
import type { LeverState } from '../server/lever-state.js';

const ADDRESS = '/service/levers';

/** Pulls a lever at the demo's server. Returns the sentence that says what it did, or why it did nothing. */
export async function pullLever(pull: LeverPull): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(ADDRESS, { method: 'POST', headers, body: JSON.stringify(pull) });
  return response.text();
}

/** What the levers do at present. */
export async function readLevers(): Promise<LeverState> {
  return (await fetch(ADDRESS)).json();
}
