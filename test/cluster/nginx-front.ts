import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fencesOf } from '../support/fences.js';
import { nginxConfiguration } from '../support/reverse-proxies.js';
import { until } from '../support/until.js';

/** A real nginx before several instances, set up as `docs/proxy.md` says. */
export interface NginxFront extends AsyncDisposable {
  /** Where players find the proxy. */
  readonly url: string;
}

/** The docs' two snippets for several instances: what stands in `http`, and what in `server`. */
function snippets(hosts: readonly string[]): readonly string[] {
  const ofSeveral = fencesOf('docs/proxy.md', 'nginx').map(({ text }) => text);
  const [inHttp = '', inServer = ''] = ofSeveral.slice(
    ofSeveral.findIndex((text) => text.includes('10.0.0.1')),
  );
  return [
    hosts.reduce((text, host, index) => text.replaceAll(`10.0.0.${index + 1}:8080`, host), inHttp),
    inServer,
  ];
}

/**
 * @param port - where it listens.
 * @param hosts - of the instances, three of them.
 */
export async function startNginx(port: number, hosts: readonly string[]): Promise<NginxFront> {
  const folder = mkdtempSync(join(tmpdir(), 'relais-cluster-'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfiguration(folder, port, snippets(hosts)));
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  const child = spawn('nginx', ['-e', 'stderr', '-c', file], { stdio: [...stdio] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const closed = once(child, 'close');
  const ended = closed.then(() => Promise.reject(new Error(`nginx ended: ${said}`)));
  const url = `http://127.0.0.1:${port}/relay`;
  await Promise.race([ended, until(() => fetch(`${url}/healthz`))]);
  ended.catch(() => {});
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
      rmSync(folder, { recursive: true });
    },
  };
}
