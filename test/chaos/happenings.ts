import type { Fault } from '../../src/simulator/faults/faults.js';
import { ChaosPlayer } from './chaos-player.js';
import type { World } from './world.js';

/** Something that happens to the world or the players in it, and how often. */
export interface Happening {
  readonly name: string;
  readonly weight: number;
  happen(world: World, players: ChaosPlayer[]): unknown;
}

const playing = (players: readonly ChaosPlayer[]) =>
  players.filter((player) => player.shouldPlay && player.relay.session);

const hosting = (players: readonly ChaosPlayer[]) => playing(players).filter(({ host }) => !host);

const joined = (players: readonly ChaosPlayer[]) => playing(players).filter(({ host }) => host);

function host({ url }: World, players: ChaosPlayer[]): void {
  const player = new ChaosPlayer(url, `host-${players.length}`);
  players.push(player);
  player.enter();
}

function join({ pick, url }: World, players: ChaosPlayer[]): void {
  const match = pick(hosting(players));
  if (!match) return;
  const player = new ChaosPlayer(url, `joiner-${players.length}`, match);
  players.push(player);
  player.enter();
}

const leave = ({ pick }: World, players: ChaosPlayer[]) => pick(playing(players))?.leave();
const vanish = ({ pick }: World, players: ChaosPlayer[]) => pick(playing(players))?.vanish();
const reload = ({ pick }: World, players: ChaosPlayer[]) => pick(playing(players))?.reload();
const secondTab = ({ pick }: World, players: ChaosPlayer[]) =>
  pick(playing(players))?.moveToSecondTab();

function kick({ pick }: World, players: ChaosPlayer[]): Promise<void> | undefined {
  const player = pick(joined(players));
  return player?.host?.kick(player);
}

function endByService({ pick, simulator }: World, players: ChaosPlayer[]): void {
  const match = pick(hosting(players));
  if (match && simulator.endSession(match.sessionId ?? '')) match.isEnded = true;
}

const relink = ({ pick, simulator }: World, players: ChaosPlayer[]) =>
  simulator.relink(pick(hosting(players))?.sessionId ?? '');

/** What can happen. */
export const HAPPENINGS: readonly Happening[] = [
  { name: 'somebody hosts', weight: 2, happen: host },
  { name: 'somebody joins', weight: 4, happen: join },
  { name: 'somebody leaves', weight: 1, happen: leave },
  { name: 'somebody vanishes', weight: 2, happen: vanish },
  { name: 'somebody reloads', weight: 2, happen: reload },
  { name: 'somebody moves to a second tab', weight: 1, happen: secondTab },
  { name: 'somebody is kicked', weight: 2, happen: kick },
  { name: 'the service ends a session', weight: 1, happen: endByService },
  { name: 'a session is relinked', weight: 1, happen: relink },
  { name: 'an instance is killed', weight: 1, happen: (world) => world.replaceInstance(true) },
  { name: 'an instance is stopped', weight: 1, happen: (world) => world.replaceInstance(false) },
  {
    name: 'a clock is set',
    weight: 1,
    happen: (world) => world.stepClock((world.random() - 0.5) * 7_200_000),
  },
  { name: '429 for the next 15 calls', weight: 1, happen: fault('rate-limited', 15) },
  { name: 'list fails', weight: 1, happen: fault('server-error', 5, 'relay-session-list') },
  { name: 'get fails', weight: 1, happen: fault('unavailable', 10, 'relay-session-get') },
  { name: 'revoke fails', weight: 1, happen: fault('unavailable', 3, 'relay-user-revoke') },
];

function fault(kind: Fault['kind'], times: number, operation?: Fault['operation']) {
  return ({ simulator }: World) =>
    simulator.faults.add({ kind, times, retryAfter: 0, ...(operation && { operation }) });
}
