import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { encodeToRelay } from '../../../src/datagram/index.js';
import { SessionRelay } from '../../../src/simulator/relay/session-relay.js';
import { noStats } from '../../../src/simulator/stats.js';
import { FakeClock } from '../../support/fake-clock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the peers of a relay', () => {
  it('that were forgotten take no room', () => {
    const clock = new FakeClock();
    const peers = new SessionRelay({
      clock,
      sessionAuthorizationToken: 1,
      isAuthorized: () => true,
      checkDelay: 0,
      peerTimeout: 10,
      counters: noStats().relay,
    });
    const tokens = { userAuthorizationToken: 1, sessionAuthorizationToken: 1 };
    const ping = encodeToRelay({ type: 'ping', ...tokens }, 'client');
    // A long address, so that one that is kept shows; joined, so that it is a string of its own.
    const comeAndGo = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const address = Buffer.alloc(1_000, `${index} `).toString();
        peers.receive('client', ping, { address, port: index % 65_536 });
        clock.advance(11);
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = comeAndGo(1_000);
    expect(comeAndGo(10_000) - before).toBeLessThan(4_000_000);
  });
});
