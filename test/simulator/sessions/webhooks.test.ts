import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.js';
import { sendEndlessly } from '../../support/endless.js';
import { FakeClock } from '../../support/fake-clock.js';
import { scriptServer } from '../../support/scripted-server.js';
import { until } from '../../support/until.js';

let clock: FakeClock;
let simulator: Simulator;
let api: RelayApi;
let hook: Awaited<ReturnType<typeof receiveWebhooks>>;

/** A studio's webhook. It answers with the statuses given, in turn, and then with 204; 0 is no answer. */
async function receiveWebhooks() {
  const received: { request: IncomingMessage; body: unknown }[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push({ request, body: JSON.parse(text) });
      const status = statuses.shift() ?? 204;
      if (status) response.writeHead(status, { location: `${url}/elsewhere` }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url, received, statuses, close };
}

beforeEach(async () => {
  clock = new FakeClock();
  hook = await receiveWebhooks();
  simulator = await createSimulator({ clock, absent: 'missing' });
  api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
});
afterEach(async () => {
  await simulator.close();
  await hook.close();
  expect(clock.pending).toBe(0);
});

const create = () =>
  api.createSession({ users: [{ ip: '1.1.1.1' }], webhook_url: `${hook.url}/hook?nonce=1` });
const webhooks = () => simulator.stats().webhooks;

describe('the webhook', () => {
  it('to a host that can never exist fails without a lookup', async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    const webhook_url = 'https://relais.invalid/hook';
    await api.createSession({ users: [{ ip: '1.1.1.1' }], webhook_url });
    await until(() => {
      clock.advance(500);
      expect(webhooks()).toMatchObject({ sent: 3, failed: 1 });
    });
    expect(lookup.mock.calls.map(([host]) => host)).not.toContain('relais.invalid');
    lookup.mockRestore();
  });

  it('is delivered where its answer never ends: the status is all that counts', async () => {
    let sent: Promise<number> | undefined;
    await using endless = await scriptServer((_request, response) => {
      sent = sendEndlessly(response, Buffer.alloc(64 * 1024, ' '));
    });
    await api.createSession({ users: [{ ip: '1.1.1.1' }], webhook_url: endless.url });
    clock.advance(1_500);
    await until(() => webhooks().delivered === 1);
    expect(await sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('is a POST of the session to its webhook_url, once it is ready', async () => {
    const { session_id, webhook_url } = await create();
    expect(webhook_url).toBe(`${hook.url}/hook?nonce=1`);
    clock.advance(1_499);
    expect(webhooks().sent).toBe(0);
    clock.advance(1);
    await until(() => webhooks().delivered === 1);
    expect(hook.received).toHaveLength(1);
    const [{ request, body } = {}] = hook.received;
    expect([request?.method, request?.url]).toEqual(['POST', '/hook?nonce=1']);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers.authorization).toBeUndefined();
    expect(body).toEqual(JSON.parse(JSON.stringify(await api.getSession(session_id))));
  });

  it('comes on the connection of the one before, which ends with the simulator', async () => {
    for (const count of [1, 2]) {
      await create();
      clock.advance(1_500);
      await until(() => webhooks().delivered === count);
    }
    const [first, second] = hook.received.map(({ request }) => request.socket);
    expect(second).toBe(first);
    const ended = once(first as Socket, 'close');
    await simulator.close();
    await ended;
  });

  it('comes once and at once though the other side just closed the connection', async () => {
    await create();
    clock.advance(1_500);
    await until(() => webhooks().delivered === 1);
    // What a server's end of idle connections looks like to a request that is on its way already.
    hook.received[0]?.request.socket.on('data', function (this: Socket) {
      this.resetAndDestroy();
    });
    await create();
    clock.advance(1_500);
    await until(() => webhooks().delivered === 2);
    expect(webhooks()).toMatchObject({ sent: 2, delivered: 2, failed: 0 });
  });

  it('is not sent for a session without one, nor for one that ended before', async () => {
    await api.createSession({ users: [{ ip: '1.1.1.1' }] });
    await api.deleteSession((await create()).session_id);
    simulator.failSession((await create()).session_id, 'No.');
    clock.advance(60_000);
    expect(webhooks()).toEqual({ sent: 0, delivered: 0, failed: 0, lost: 0 });
  });

  it('is sent up to three times', async () => {
    hook.statuses.push(500, 302);
    await create();
    clock.advance(1_500);
    await until(() => clock.waits.includes(500));
    clock.advance(500);
    await until(() => clock.waits.includes(1_000));
    clock.advance(1_000);
    await until(() => webhooks().delivered === 1);
    expect(webhooks()).toEqual({ sent: 3, delivered: 1, failed: 0, lost: 0 });
    expect(hook.received.map(({ request }) => request.url)).toEqual(Array(3).fill('/hook?nonce=1'));
  });

  it('is given up after that', async () => {
    hook.statuses.push(500, 404, 503);
    await create();
    clock.advance(1_500);
    await until(() => clock.waits.includes(500));
    clock.advance(500);
    await until(() => clock.waits.includes(1_000));
    clock.advance(1_000);
    await until(() => webhooks().failed === 1);
    expect(hook.received).toHaveLength(3);
  });

  it('waits five seconds for an answer', async () => {
    hook.statuses.push(0);
    await create();
    clock.advance(1_500);
    await until(() => hook.received.length === 1);
    clock.advance(5_000);
    await until(() => clock.waits.includes(500));
    clock.advance(500);
    await until(() => webhooks().delivered === 1);
    expect(webhooks().sent).toBe(2);
  });

  it('can be lost', async () => {
    simulator.faults.add({ kind: 'webhook-lost', times: 1 });
    await create();
    clock.advance(1_500);
    expect(webhooks()).toMatchObject({ sent: 0, lost: 1 });
    await create();
    clock.advance(1_500);
    await until(() => webhooks().delivered === 1);
  });

  it('can be doubled', async () => {
    simulator.faults.add({ kind: 'webhook-doubled' });
    await create();
    clock.advance(1_500);
    await until(() => webhooks().delivered === 2);
    expect(hook.received[0]?.body).toEqual(hook.received[1]?.body);
  });

  it('can be late', async () => {
    simulator.faults.add({ kind: 'webhook-late', delay: 7_000 });
    await create();
    clock.advance(1_500);
    expect(clock.waits).toEqual([7_000]);
    expect(webhooks().sent).toBe(0);
    clock.advance(7_000);
    await until(() => webhooks().delivered === 1);
  });

  it('is read to the end of its answer, however large that is', async () => {
    await using large = await scriptServer((_request, response) =>
      response.writeHead(200).end(Buffer.alloc(5_000_000)),
    );
    await api.createSession({ users: [{ ip: '1.1.1.1' }], webhook_url: large.url });
    clock.advance(1_500);
    await until(() => webhooks().delivered === 1);
    expect(webhooks().sent).toBe(1);
  });

  it('is sent and received once each, 1,500 of them at a time', async () => {
    const total = 1_500;
    for (let count = 0; count < total; count += 50) {
      await Promise.all(Array.from({ length: 50 }, create));
    }
    clock.advance(1_500);
    await until(() => webhooks().delivered === total);
    expect(webhooks()).toEqual({ sent: total, delivered: total, failed: 0, lost: 0 });
    expect(hook.received).toHaveLength(total);
    expect(
      new Set(hook.received.map(({ body }) => (body as { session_id: string }).session_id)).size,
    ).toBe(total);
  }, 60_000);

  it('is dropped without a trace when the simulator closes', async () => {
    hook.statuses.push(0);
    await create();
    clock.advance(1_500);
    await until(() => hook.received.length === 1);
    await simulator.close();
    expect(clock.pending).toBe(0);
  });
});
