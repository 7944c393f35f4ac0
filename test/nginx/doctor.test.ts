import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findingsOn, told } from '../support/doctor.js';
import { fencesOf } from '../support/fences.js';
import { freePort } from '../support/free-port.js';
import { nginxConfiguration } from '../support/reverse-proxies.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const SECRET = 'the secret of our own instances 1234';

/** What the doctor finds where nginx stands in front, set up as the docs say but for one change. */
async function problemsBehindNginx(change: (snippet: string) => string): Promise<string> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}/relay`;
  const trustedProxies = ['127.0.0.1'];
  await using stack = await startStack({}, { secrets: [SECRET], longestWait: 2, trustedProxies });
  const folder = mkdtempSync(join(tmpdir(), 'relais-doctor-'));
  const snippets = fencesOf('docs/proxy.md', 'nginx').map(({ text }) =>
    change(text).replace('127.0.0.1:8080', new URL(stack.proxyUrl).host),
  );
  writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(folder, port, snippets));
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf')]);
  const ended = once(nginx, 'close');
  await until(() => fetch(`${publicUrl}/healthz`));
  const findings = await findingsOn(
    {
      EDGEGAP_API_TOKEN: stack.edgegap.apiToken,
      EDGEGAP_API_URL: stack.simulator.url,
      RELAIS_SECRETS: SECRET,
      RELAIS_GUESTS: 'on',
      RELAIS_DEVELOPMENT_IP: '203.0.113.7',
      RELAIS_PUBLIC_URL: publicUrl,
      RELAIS_TRUSTED_PROXIES: trustedProxies.join(),
      RELAIS_LONGEST_WAIT: '2',
    },
    { quick: false },
  );
  nginx.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
  expect(told(findings, 'fine')).toContain('RELAIS_PUBLIC_URL leads to this proxy.');
  return told(findings, 'problem');
}

it.each([
  ['as the docs say', (text: string) => text, ''],
  [
    'with too little patience',
    (text: string) => text.replace('proxy_read_timeout 60s', 'proxy_read_timeout 1s'),
    'A request that is held for 2 s does not come back (HTTP 504).',
  ],
  [
    'with the players’ own header',
    (text: string) => text.replace('$proxy_add_x_forwarded_for', '$http_x_forwarded_for'),
    '"x-forwarded-for" reaches the proxy as the player has written it.',
  ],
] as const)('relais doctor judges nginx %s', async (_name, change, problems) => {
  expect(await problemsBehindNginx(change)).toBe(problems);
});
