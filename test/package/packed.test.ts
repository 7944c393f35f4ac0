import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { runCommand } from '../support/command.js';
import { startStack } from '../support/stack.js';
import { emptyFolder, installPackage } from './install.js';
import { run, runScript } from './run.js';

describe('the packed package', () => {
  it('holds a game’s entries for plain Node ESM, and asks for no server library', async () => {
    await using stack = await startStack({ linkDelay: 20 });
    const cwd = installPackage();
    expect(readdirSync(join(cwd, 'node_modules')).sort()).toEqual([
      '.bin',
      '.package-lock.json',
      'eventemitter3',
      'ky',
      'relais',
      'valibot',
    ]);
    const endpoint = await runScript(
      cwd,
      `import { RelayConnection } from 'relais';
       import { RelayApi } from 'relais/api';
       const relay = new RelayConnection('${stack.proxyUrl}');
       const { link } = await relay.create();
       await relay.leave();
       console.log(link, typeof RelayApi);`,
    );
    expect(endpoint).toMatch(/^\S+:\d+ function\n$/);
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('holds a studio’s entries, beside the libraries that they ask for', async () => {
    const cwd = installPackage(
      'hono',
      '@hono/node-server',
      'jose',
      'ipaddr.js',
      'prom-client',
      '@valibot/to-json-schema',
    );
    const output = await runScript(
      cwd,
      `import { createRelayProxy } from 'relais/proxy';
       import { serveRelayProxy } from 'relais/proxy/node';
       import { createSimulator } from 'relais/simulator';
       const simulator = await createSimulator({ linkDelay: 1 });
       const proxy = createRelayProxy({
         edgegap: { apiToken: 'secret', baseUrl: simulator.url },
         authenticate: () => ({ id: 'ada' }),
         developmentIp: '203.0.113.7',
       });
       const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
       const answer = await fetch(listener.url + '/v1/relays/sessions', { method: 'POST' });
       console.log(answer.status, (await answer.json()).status);
       await listener.close();
       await simulator.close();`,
    );
    expect(output).toBe('200 Initializing\n');
  });

  it('runs its commands in an empty folder with nothing else installed', async () => {
    const cwd = emptyFolder();
    run('tar', ['-xzf', inject('tarball')], cwd);
    expect(existsSync(join(cwd, 'node_modules'))).toBe(false);
    const at = { cwd, file: 'package/dist/cli.js' };
    const simulator = runCommand(['simulator', '--port', '0'], {}, at);
    const proxy = runCommand(
      ['proxy', '--port', '0'],
      {
        EDGEGAP_API_TOKEN: 'secret',
        RELAIS_DRAIN: '0',
        EDGEGAP_API_URL: await simulator.listening,
        RELAIS_GUESTS: 'on',
        RELAIS_DEVELOPMENT_IP: '203.0.113.7',
      },
      at,
    );
    const url = await proxy.listening;
    const guest = await fetch(`${url}/v1/guests`, { method: 'POST' });
    const { token } = (await guest.json()) as { token: string };
    const answer = await fetch(`${url}/v1/relays/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    proxy.stop('SIGTERM');
    simulator.stop('SIGTERM');
    expect([(await proxy.ended).code, (await simulator.ended).code]).toEqual([0, 0]);
  });

  it('works on a page without a bundler', async () => {
    const cwd = installPackage();
    const page = `<!doctype html><link rel="icon" href="data:,"><script type="module">
      import { RelayConnection } from '/node_modules/relais/dist/relais.standalone.min.js';
      globalThis.RelayConnection = RelayConnection;</script>`;
    const server = createServer(({ url = '/' }, response) => {
      const isPage = url === '/';
      response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
      response.end(isPage ? page : readFileSync(join(cwd, url)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using stack = await startStack({ linkDelay: 20 }, { allowedOrigins: [origin] });
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      await tab.goto(origin);
      await tab.waitForFunction(() => 'RelayConnection' in globalThis);
      const { link } = await tab.evaluate((proxyUrl) => {
        const game = globalThis as unknown as typeof import('../../src/index.js');
        return new game.RelayConnection(proxyUrl).create();
      }, stack.proxyUrl);
      expect(link).toBe(stack.simulator.sessions()[0]?.relay?.ports?.server?.link);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
