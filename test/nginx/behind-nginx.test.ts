import { type ChildProcess, spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RelayConnection } from '../../src/index.js';
import { createPrometheusMetrics } from '../../src/proxy/prometheus-metrics.js';
import { fencesOf } from '../support/fences.js';
import { freePort } from '../support/free-port.js';
import { nginxConfiguration } from '../support/reverse-proxies.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let folder: string;
let nginx: ChildProcess;
let stack: Stack;
let url: string;

/** The snippets as they stand in the docs, but for the proxy's port. */
const snippets = () =>
  fencesOf('docs/proxy.md', 'nginx').map(({ text }) =>
    text.replace('127.0.0.1:8080', new URL(stack.proxyUrl).host),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relais-nginx-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}/relay`;
  stack = await startStack(
    { linkDelay: 1_000 },
    { trustedProxies: ['127.0.0.1'], publicUrl: url, metrics: createPrometheusMetrics() },
  );
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfiguration(folder, port, snippets()));
  nginx = spawn('nginx', ['-e', 'stderr', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  nginx.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(nginx, 'close').then(() => Promise.reject(new Error(`nginx ended: ${said}`)));
  await Promise.race([ended, until(() => fetch(`${url}/healthz`))]);
  ended.catch(() => {});
});
afterAll(async () => {
  const ended = once(nginx, 'close');
  nginx.kill('SIGTERM');
  await ended;
  await stack[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/**
 * Creates a session from an address of this machine, with a header that claims another one.
 *
 * @returns the address that the service was told.
 */
async function addressTold(localAddress: string): Promise<string | null | undefined> {
  const send = async (path: string, headers: Record<string, string>) => {
    const sent = request(`${url}${path}`, { method: 'POST', localAddress, headers });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return JSON.parse(Buffer.concat(await answer.toArray()).toString());
  };
  const { token } = await send('/v1/guests', {});
  const { session_id } = await send('/v1/relays/sessions', {
    authorization: `Bearer ${token}`,
    'x-forwarded-for': '8.8.8.8',
  });
  const user = () =>
    stack.simulator.sessions().find((session) => session.session_id === session_id)
      ?.session_users?.[0]?.ip_address;
  await expect.poll(user, { timeout: 10_000 }).toBeTruthy();
  return user();
}

describe('the proxy behind nginx, set up as the docs say', () => {
  it('holds a game’s requests, and its webhook ends the wait', async () => {
    const held: (string | null)[] = [];
    const relay = new RelayConnection(url, {
      fetch: async (input, init) => {
        const asked = new Request(input, init);
        const answer = await fetch(asked);
        if (asked.method === 'GET') held.push(answer.headers.get('preference-applied'));
        return answer;
      },
    });
    await relay.create();
    expect(held).toEqual(['wait=25']);
    expect(stack.simulator.stats().webhooks.delivered).toBe(1);
    await relay.leave();
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('takes players’ addresses from nginx, and from nobody else', async () => {
    expect(await addressTold('127.0.0.2')).toBe('203.0.113.7');
    expect(await addressTold('127.0.0.1')).toBe('8.8.8.8');
  });

  it('keeps connections to the proxy, one request after another', async () => {
    const { port } = new URL(stack.proxyUrl);
    const sockets = new Set<Socket>();
    const note = (message: unknown) => {
      const { socket } = message as { socket: Socket };
      if (socket.localPort === Number(port)) sockets.add(socket);
    };
    subscribe('http.server.request.start', note);
    for (let count = 0; count < 10; count += 1) await (await fetch(`${url}/healthz`)).text();
    unsubscribe('http.server.request.start', note);
    expect(sockets.size).toBe(1);
  });

  it.each(['/metrics', '/readyz', '/%6detrics', '//metrics'])('does not show %s', async (path) => {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  });
});
