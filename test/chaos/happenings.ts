import { ChaosPlayer } from './chaos-player.js';
import type { World } from './world.js';

/** Something that happens to the world or the players in it. */
export type Happening = (world: World, players: ChaosPlayer[]) => unknown;

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

/** What can happen, as often as it stands here. */
export const HAPPENINGS: readonly Happening[] = [
  host,
  host,
  join,
  join,
  join,
  join,
  leave,
  vanish,
  vanish,
  reload,
  reload,
  secondTab,
  kick,
  kick,
  endByService,
  relink,
  (world) => world.replaceInstance(true),
  (world) => world.replaceInstance(false),
  (world) => world.stepClock((world.random() - 0.5) * 7_200_000),
  ({ simulator }) => simulator.faults.add({ kind: 'rate-limited', times: 15 }),
  ({ simulator }) =>
    simulator.faults.add({ kind: 'server-error', operation: 'relay-session-list', times: 5 }),
  ({ simulator }) =>
    simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-get', times: 10 }),
  ({ simulator }) =>
    simulator.faults.add({ kind: 'unavailable', operation: 'relay-user-revoke', times: 3 }),
];
