import { expect } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import type { RelayProxyOptions } from '../../src/proxy/options.js';
import { GameClient } from './game-client.js';
import { SharedTime } from './shared-time.js';
import { startStack } from './stack.js';

/** A service and a proxy whose time the test lets pass. */
export async function startTimed(options: Partial<RelayProxyOptions> = {}) {
  const time = new SharedTime();
  const clock = time.clock();
  const service = await startStack({ linkDelay: 10, clock });
  const { simulator } = service;
  const edgegap = { ...service.edgegap, fetch: time.fetch };
  const stack = await startStack({}, { clock, edgegap, ...options });
  return {
    time,
    simulator,
    edgegap,
    proxyUrl: stack.proxyUrl,
    guest: () => GameClient.guest(stack.proxyUrl),
    /** A session that is linked, and its host. */
    async host() {
      const host = await GameClient.guest(stack.proxyUrl);
      let session: PlayerSession = (await host.create()).body;
      await time.until(async () => {
        session = (await host.get(session)).body;
        expect(session.linked).toBe(true);
      });
      return { host, session };
    },
    open: () => simulator.sessions().map(({ session_id }) => session_id),
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}
