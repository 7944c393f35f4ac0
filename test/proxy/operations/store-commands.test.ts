import { expect, it } from 'vitest';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

/** A stack whose store tells what it was asked for. */
async function start() {
  const asked: string[] = [];
  const store = wrapStore(new MemoryStore(), (operation, call, given) => {
    asked.push([operation, ...given].join(' '));
    return call();
  });
  const stack = await startStack({ linkDelay: 10 }, { store });
  return {
    stack,
    /** What was asked for since the last call, as far as it is about a session: the reaper has its own rounds. */
    about(sessionId: string): string[] {
      return asked.splice(0).filter((command) => command.includes(sessionId));
    },
  };
}

const leases = (commands: readonly string[]) =>
  commands.filter((command) => command.startsWith('addToSet leases'));

it('writes the lease of a host once, and reads nothing back that a create has just written', async () => {
  const { about, stack } = await start();
  await using _stack = stack;
  const host = await GameClient.guest(stack.proxyUrl);
  const { session_id } = (await host.create()).body;
  const commands = about(session_id);
  expect(leases(commands)).toHaveLength(1);
  const written = commands.findIndex((command) => command.startsWith(`set seat:${session_id}:`));
  expect(written).toBeGreaterThan(0);
  const later = commands.slice(written + 1);
  expect(later.filter((command) => /^(get (seat|session):|membersOfSet)/.test(command))).toEqual(
    [],
  );
});

it('writes the lease of a player who joins once, and reads their seat no second time', async () => {
  const { about, stack } = await start();
  await using _stack = stack;
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  const joiner = await GameClient.guest(stack.proxyUrl);
  about(session.session_id);
  expect((await joiner.join({ session_id: session.session_id })).status).toBe(200);
  const commands = about(session.session_id);
  expect(leases(commands)).toHaveLength(1);
  // Once to see who else has the token, and once for the roster.
  const rosters = commands.filter((command) => command.startsWith('membersOfSet seats:'));
  expect(rosters).toHaveLength(2);
});

it('asks the store for nothing while all that a get needs is at hand', async () => {
  const { about, stack } = await start();
  await using _stack = stack;
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  await host.get(session);
  about(session.session_id);
  expect((await host.get(session)).status).toBe(200);
  expect(about(session.session_id)).toEqual([]);
});
