import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import ts from 'typescript';
import { expect, inject, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { fencesOf, listingsOf } from '../support/fences.js';
import { freePort } from '../support/free-port.js';
import { run } from './run.js';

const PAGE = 'docs/your-first-game.md';

/** It installs two packages, and starts three servers and a browser: a busy machine takes its time. */
const TIMEOUT = 300_000;

/** Runs what is typed into a terminal. Resolves once it says what it says when it is there. */
async function runTyped(command: string, cwd: string, says: RegExp): Promise<ChildProcess> {
  const child = spawn('bash', ['-c', `exec ${withoutSettings(command)}`], {
    cwd,
    env: { ...process.env, ...settingsOf(command) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (says.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`${command} ended: ${said}`)));
  });
  return child;
}

const words = (command: string) => command.replaceAll('\\\n', ' ').trim().split(/\s+/);
const isSetting = (word: string) => /^[A-Z_]+=/.test(word);
const withoutSettings = (command: string) =>
  words(command)
    .filter((word) => !isSetting(word))
    .join(' ');
const settingsOf = (command: string) =>
  Object.fromEntries(
    words(command)
      .filter(isSetting)
      .map((word) => word.split(/=(.*)/s, 2) as [string, string]),
  );

/** What TypeScript says of the game, with the installed package. */
function complaints(cwd: string): string[] {
  const program = ts.createProgram([join(cwd, 'main.ts'), join(cwd, 'ticker.ts')], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const textOf = (page: Page) => () => page.locator('p').textContent();

it('“Your first game” has the demo’s netcode, to the letter', () => {
  expect(listingsOf(PAGE).get('netcode.ts')).toBe(readFileSync('demo/game/netcode.ts', 'utf8'));
});

it(
  '“Your first game”, followed to the letter in an empty folder, is played in two windows',
  async () => {
    const ports = new Map([
      ['8181', await freePort()],
      ['8080', await freePort()],
      ['5173', await freePort()],
    ]);
    const here = (text: string) =>
      text.replace(/8181|8080|5173/g, (port) => String(ports.get(port)));
    const [install = '', ...commands] = fencesOf(PAGE, 'sh').map(({ text }) => text);
    const [simulator = '', proxy = '', vite = ''] = commands.map(here);
    const cwd = mkdtempSync(join(inject('folder'), 'first-game-'));
    for (const command of install.trim().split('\n'))
      run('bash', ['-c', command.replace(/\brelais\b/, inject('tarball'))], cwd);
    const files = listingsOf(PAGE);
    expect([...files.keys()].sort()).toEqual(
      ['index.html', 'main.ts', 'netcode.ts', 'rules.ts', 'ticker.ts'].sort(),
    );
    for (const [name, text] of files) writeFileSync(join(cwd, name), here(text));
    expect(complaints(cwd)).toEqual([]);

    const url = `http://localhost:${ports.get('5173')}`;
    const running = [
      await runTyped(simulator, cwd, /listening on/),
      await runTyped(proxy, cwd, /listening on/),
      // The port is the page's, where that is free.
      await runTyped(`${vite.trim()} --port ${ports.get('5173')} --strictPort`, cwd, /Local/),
    ];
    const browser = await launchChromium();
    try {
      const host = await (await browser.newContext()).newPage();
      await host.goto(url);
      await expect.poll(textOf(host)).toMatch(/^Join with [A-Z\d]{8}\. Player 1: 0$/);
      const [, code] = /with (\w+)/.exec((await textOf(host)()) ?? '') ?? [];
      const client = await (await browser.newContext()).newPage();
      await client.goto(`${url}/#${code}`);
      await expect.poll(textOf(client)).toMatch(/Player 1: 0, Player 2: 0$/);
      // Straight up to the coin: its keys go by gateway and relay to the host, and the score comes back.
      await client.keyboard.down('ArrowUp');
      await expect.poll(textOf(host)).toMatch(/Player 1: 0, Player 2: 1$/);
      await expect.poll(textOf(client)).toMatch(/Player 1: 0, Player 2: 1$/);
      await client.close();
      await expect.poll(textOf(host)).toMatch(/Player 1: 0$/);
    } finally {
      await browser.close();
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(running.map((child) => child.exitCode ?? once(child, 'exit')));
    }
  },
  TIMEOUT,
);
