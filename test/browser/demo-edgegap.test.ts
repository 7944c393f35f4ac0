import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulator } from '../../src/simulator/simulator.js';
import { findAxeProblems } from '../support/axe.js';
import { launchChromium } from '../support/chromium.js';
import { expectState, openDemo } from '../support/demo.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';
import { startDemo } from '../support/start-demo.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('the demo page with real sessions', () => {
  it('says that they cost money, has no levers, and plays', async () => {
    const service = await createSimulator({ apiToken: 'real', linkDelay: 200 });
    await using demo = await startDemo([], {
      EDGEGAP_API_TOKEN: 'real',
      EDGEGAP_API_URL: service.url,
    });
    {
      await using opened = await openDemo(browser, demo.url);
      const { page, host } = opened;
      await page
        .getByText('Real Edgegap sessions: each costs money until its host leaves')
        .waitFor();
      await host.getByText('This costs money until you leave').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await findAxeProblems(page)).toEqual([]);
      }
      for (const name of ['Levers', 'Spoil the network'])
        expect(await page.getByRole('heading', { name }).isVisible()).toBe(false);
      // Nobody knows what a real network loses.
      expect(await page.locator('[data-cause=lost]').count()).toBe(0);
      expect(await page.locator('[data-cause=late]').count()).toBe(2);
      expect(await page.getByRole('button', { name: 'Compare' }).isVisible()).toBe(false);
      const levers = await fetch(`${demo.url}service/levers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"lever":"rate-limit"}',
      });
      expect(await levers.text()).not.toContain('Retry-After');
      await host.getByRole('button', { name: 'Create a session' }).click();
      await expectState(host, 'open');
      expect(service.sessions()).toHaveLength(1);
      await host.getByRole('button', { name: 'Leave' }).click();
      await expect.poll(() => service.sessions().length, { timeout: 5_000 }).toBe(0);
    }
    await service.close();
  });

  it('takes the API token from a mounted secret, with its line end', async () => {
    await using service = await scriptServer((_request, response) => answerJson(response, 404, {}));
    await using demo = await startDemo([], {
      EDGEGAP_API_TOKEN: 'real\n',
      EDGEGAP_API_URL: `${service.url}\r\n`,
      RELAIS_DEVELOPMENT_IP: '203.0.113.7\n',
    });
    const settings = await fetch(`${demo.url}service/settings`);
    expect(await settings.json()).toMatchObject({ service: 'edgegap' });
  });

  it('ends them when it is stopped: nothing else ever would', async () => {
    const service = await createSimulator({ apiToken: 'real', linkDelay: 200 });
    const demo = await startDemo([], {
      EDGEGAP_API_TOKEN: 'real',
      EDGEGAP_API_URL: service.url,
    });
    await using opened = await openDemo(browser, demo.url);
    await opened.host.getByRole('button', { name: 'Create a session' }).click();
    await expectState(opened.host, 'open');
    expect(service.sessions()).toHaveLength(1);
    // Ctrl-C may come twice, from the terminal and from npm, and the service may be busy.
    service.faults.add({ kind: 'unavailable', operation: 'relay-session-delete', times: 1 });
    demo.interrupt();
    await expect.poll(() => service.stats().calls['relay-session-delete']['503']).toBe(1);
    demo.interrupt();
    await demo[Symbol.asyncDispose]();
    expect(service.sessions()).toEqual([]);
    await service.close();
  });

  it('never opens them to the network', async () => {
    const demo = spawn(
      process.execPath,
      ['scripts/run.mjs', 'demo/server/start.ts', '--host', '0.0.0.0'],
      {
        env: { ...process.env, PORT: '0', EDGEGAP_API_TOKEN: 'real' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    demo.stderr.on('data', (chunk) => {
      said += chunk;
    });
    expect((await once(demo, 'close'))[0]).toBe(2);
    expect(said).toContain('stays on loopback');
  });
});
