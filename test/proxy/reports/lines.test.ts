import { expect, it } from 'vitest';
import { createPrometheusMetrics } from '../../../src/proxy/node.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { GameClient } from '../../support/game-client.js';
import { type Stack, startStack } from '../../support/stack.js';

const SECRETS = ['a secret that both processes share 123'];

/** A log, and what it has of some kinds of events. */
function keepLog() {
  const entries: LogEntry[] = [];
  return {
    log: (entry: LogEntry) => entries.push(entry),
    of: (...events: LogEntry['event'][]) => entries.filter(({ event }) => events.includes(event)),
  };
}

/** How many calls have listed the account's sessions. */
const lists = ({ simulator }: Stack) => simulator.stats().calls['relay-session-list']?.[200] ?? 0;

it('the log has a line for the start, and two for the stop', async () => {
  const { log, of } = keepLog();
  const stack = await startStack({}, { log });
  await fetch(`${stack.proxyUrl}/healthz`);
  await stack[Symbol.asyncDispose]();
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(of('start', 'stop')).toEqual([
    { event: 'start', at, message: 'The proxy has started.' },
    { event: 'stop', at, message: 'The proxy is stopping.' },
    { event: 'stop', at, message: 'The proxy has stopped.' },
  ]);
});

it('the log has a line for each session and each user whose lease ran out', async () => {
  const { log, of } = keepLog();
  await using stack = await startStack({ linkDelay: 0 }, { log, lease: 2, longestWait: 0 });
  const host = await GameClient.guest(stack.proxyUrl);
  const joiner = await GameClient.guest(stack.proxyUrl);
  const session = (await host.create()).body;
  await expect.poll(async () => (await host.get(session)).body.linked).toBe(true);
  await joiner.join({ session_id: session.session_id });
  // The host stays until the joiner is gone, and goes then.
  const isReaped = async () => {
    if (of('reaped').length === 0) await host.get(session);
    return of('reaped').length;
  };
  await expect.poll(isReaped, { timeout: 15_000 }).toBe(2);
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  const { session_id } = session;
  expect(of('reaped')).toEqual([
    { event: 'reaped', at, what: 'user', session: session_id, player: joiner.playerId },
    { event: 'reaped', at, what: 'session', session: session_id, player: host.playerId },
  ]);
}, 30_000);

it('the log has one line for each session that is adopted, and the figures tell of all', async () => {
  const first = keepLog();
  await using stack = await startStack({ linkDelay: 0 }, { log: first.log, secrets: SECRETS });
  const host = await GameClient.guest(stack.proxyUrl);
  const { session_id } = (await host.create()).body;
  // What the account has of others is nobody's to adopt.
  await using stranger = await startStack({}, { edgegap: stack.edgegap });
  await (await GameClient.guest(stranger.proxyUrl)).create();

  const second = keepLog();
  const metrics = createPrometheusMetrics();
  const before = lists(stack);
  const options = { edgegap: stack.edgegap, secrets: SECRETS, log: second.log, metrics };
  await using successor = await startStack({}, options);
  const figures = async () => {
    const { body } = await metrics.expose();
    const read = (name: string) => new RegExp(`^relais_${name} (\\w+)$`, 'm').exec(body)?.[1];
    return ['account_sessions', 'open_sessions', 'host_leases'].map(read);
  };
  await expect.poll(figures).toEqual(['2', '1', '1']);
  expect(lists(stack)).toBeGreaterThan(before);
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(second.of('adopted')).toEqual([
    { event: 'adopted', at, session: session_id, player: host.playerId },
  ]);
  // Who made it, or loads it again, does not adopt it.
  await host.get((await host.create()).body);
  expect(first.of('adopted')).toEqual([]);
  expect(successor.proxyUrl).toBeTruthy();
});
