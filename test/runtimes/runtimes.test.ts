import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { RelayConnection } from '../../src/index.js';
import { built } from '../support/built.js';
import { freePort } from '../support/free-port.js';
import { API_TOKEN, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const PACKAGES = 'test/runtimes/node_modules';

/** How each runtime runs a file, and how it serves a `fetch` handler. */
const RUNTIMES = {
  Bun: {
    command: [`${PACKAGES}/@oven/bun-linux-x64/bin/bun`, 'run'],
    serve: (port: number) => `Bun.serve({ hostname: '127.0.0.1', port: ${port}, idleTimeout: 60,
      fetch: (request, server) => proxy.fetch(request, { remoteAddress: server.requestIP(request).address }) });`,
  },
  Deno: {
    command: [`${PACKAGES}/@deno/linux-x64-glibc/deno`, 'run', '--allow-all', '--no-lock'],
    serve: (port: number) => `Deno.serve({ hostname: '127.0.0.1', port: ${port} },
      (request, { remoteAddr }) => proxy.fetch(request, { remoteAddress: remoteAddr.hostname }));`,
  },
};

// In this repository, so that the libraries of the proxy are found.
const folder = mkdtempSync('dist/.runtimes-');
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a script down. @returns how a runtime is told to run it. */
function script(name: keyof typeof RUNTIMES, code: string): [string, string[]] {
  const file = join(folder, `${name}-${code.length}.mjs`);
  writeFileSync(file, code);
  const [program = '', ...args] = RUNTIMES[name].command;
  return [program, [...args, file]];
}

describe.each(['Bun', 'Deno'] as const)('in %s', (name) => {
  it('a game hosts with the standalone bundle, another joins, and both leave', async () => {
    await using stack = await startStack({ linkDelay: 50 });
    const code = `
      import { RelayConnection } from ${JSON.stringify(built('relais.standalone.min.js'))};
      const host = new RelayConnection('${stack.proxyUrl}');
      const { port } = await host.create();
      const client = new RelayConnection('${stack.proxyUrl}');
      const joined = await client.join(host.joinCode);
      console.log(JSON.stringify({ ports: [port, joined.port], roles: [host.role, client.role] }));
      await client.leave();
      await host.leave();
    `;
    const { stdout } = await promisify(execFile)(...script(name, code));
    expect(JSON.parse(stdout)).toEqual({
      ports: [expect.any(Number), expect.any(Number)],
      roles: ['server', 'client'],
    });
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('relais/proxy serves players, and holds their requests', async () => {
    await using stack = await startStack({ linkDelay: 300 });
    const port = await freePort();
    const options = `{ edgegap: { apiToken: '${API_TOKEN}', baseUrl: '${stack.simulator.url}' },
      guests: true, developmentIp: '203.0.113.7' }`;
    const code = `
      import { createRelayProxy } from ${JSON.stringify(built('proxy.js'))};
      const proxy = createRelayProxy(${options});
      ${RUNTIMES[name].serve(port)}
    `;
    const server: ChildProcess = spawn(...script(name, code), { stdio: 'ignore' });
    const ended = once(server, 'close');
    try {
      const url = `http://127.0.0.1:${port}`;
      await until(() => fetch(`${url}/healthz`));
      const held: (string | null)[] = [];
      const host = new RelayConnection(url, {
        fetch: async (input, init) => {
          const answer = await fetch(input, init);
          const applied = answer.headers.get('preference-applied');
          if (applied) held.push(applied);
          return answer;
        },
      });
      await host.create();
      expect(held).toContain('wait=25');
      const client = new RelayConnection(url);
      expect(await client.join(host.joinCode ?? '')).toMatchObject({ role: 'client' });
      await client.leave();
      await host.leave();
      expect(stack.simulator.sessions()).toEqual([]);
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
});
