import { expect } from 'vitest';
import type { RelayConnectionOptions } from '../../src/connection/options.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { FakeClock } from './fake-clock.js';
import { FakeProxy } from './fake-proxy.js';
import { recordNames } from './record.js';
import { until } from './until.js';

/** A scripted proxy, a connection to it, the connection's clock, and all its events. */
export interface Table extends AsyncDisposable {
  readonly proxy: FakeProxy;
  readonly clock: FakeClock;
  readonly relay: RelayConnection;
  readonly events: string[];
}

/**
 * Makes a table for the player `anna`. When the test ends, it checks that nothing is left: no timer, no held request.
 */
export async function layTable(options: RelayConnectionOptions = {}): Promise<Table> {
  const proxy = await FakeProxy.start();
  const clock = new FakeClock();
  const relay = new RelayConnection(proxy.url, { token: () => 'anna', clock, ...options });
  return {
    proxy,
    clock,
    relay,
    events: recordNames(relay),
    async [Symbol.asyncDispose]() {
      let hasLeft = false;
      const left = relay.leave().catch(() => {});
      void left.then(() => {
        hasLeft = true;
      });
      await until(() => {
        clock.advance(250);
        expect(hasLeft).toBe(true);
      });
      await until(() => expect(proxy.held).toBe(0));
      await until(() => expect(clock.waits).toEqual([]));
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Creates a session and lets it link. */
export async function open({ proxy, relay }: Table): Promise<void> {
  const opened = relay.create();
  await until(() => expect(proxy.held).toBe(1));
  proxy.link();
  await opened;
  await until(() => expect(proxy.held).toBe(1));
}

/** Moves the clock to the end of the shortest wait, as soon as there is one of this length. */
export async function passWait(clock: FakeClock, atMost: number): Promise<void> {
  await until(() => expect(clock.waits[0]).toBeLessThanOrEqual(atMost));
  clock.advance(clock.waits[0] ?? 0);
}
