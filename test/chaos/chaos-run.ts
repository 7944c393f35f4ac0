import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosPlayer } from './chaos-player.js';
import { HAPPENINGS, type Happening } from './happenings.js';
import { violations } from './oracle.js';
import { createWorld, LEASE, type World } from './world.js';

/** How many things happen in one run. */
const STEPS = 40;
/** How long the world may take to come to rest, in milliseconds: some leases, and what waits for them. */
const PATIENCE = 60_000;

/** As often in the list as they happen. */
const CHANCES = HAPPENINGS.flatMap((happening) => Array(happening.weight).fill(happening));

/**
 * One run: what happens is drawn from the seed.
 *
 * @returns what is wrong when the world has come to rest, and then the story of the run; nothing where all is right.
 */
export async function runChaos(seed: number): Promise<string[]> {
  await using world = await createWorld(seed);
  const players: ChaosPlayer[] = [];
  const running: unknown[] = [];
  const story = [`deployment: ${world.deployment}`];
  for (let step = 0; step < STEPS; step += 1) {
    const happening: Happening | undefined = world.pick(CHANCES);
    story.push(happening?.name ?? '');
    running.push(happening?.happen(world, players));
    await sleep(30 + world.random() * 200);
  }
  await Promise.allSettled(running);
  world.calmDown();
  const found = await settle(world, players);
  for (const player of players) player.dispose();
  return found.length > 0 ? [...found, ...story] : [];
}

/** Waits until nothing is wrong, and looks again after a lease and a half: it must stay so. */
async function settle(world: World, players: readonly ChaosPlayer[]): Promise<string[]> {
  let found: string[] = [];
  for (let waited = 0; waited < PATIENCE; waited += 500) {
    found = await violations(world, players);
    if (found.length === 0) {
      await sleep(LEASE * 1_500);
      return violations(world, players);
    }
    await sleep(500);
  }
  return found;
}
