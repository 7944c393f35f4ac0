import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fencesOf } from './fences.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** A real nginx or HAProxy, set up as `docs/gateway.md` says. */
export interface ReverseProxy extends AsyncDisposable {
  /** Where the proxy is behind it. */
  readonly url: string;
}

/** The docs' snippets, with the upstream's address for theirs. */
const snippets = (language: string, upstream: string) =>
  fencesOf('docs/gateway.md', language).map(({ text }) => text.replace('127.0.0.1:8080', upstream));

/** A whole configuration around the docs' two snippets: what stands in `http`, and what in `server`. */
export function nginxConfiguration(
  folder: string,
  port: number,
  [inHttp = '', inServer = '']: readonly string[],
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
    pid ${folder}/pid;
    error_log stderr;
    events { worker_connections 4096; }
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
      ${inHttp}
      server {
        listen 127.0.0.1:${port};
        ${inServer}
      }
    }`;
}

function haproxyFile(port: number, upstream: string): string {
  const [whole = ''] = snippets('haproxy', upstream);
  // The test has no certificate.
  return `${whole.replace(/bind .*/, `bind 127.0.0.1:${port}`)}\n`;
}

/** Starts one before a proxy whose base path is `/relay`. */
export async function startReverseProxy(
  kind: 'nginx' | 'haproxy',
  proxyUrl: string,
): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), `relais-${kind}-`));
  const port = await freePort();
  const { host } = new URL(proxyUrl);
  const file = join(folder, 'configuration');
  writeFileSync(
    file,
    kind === 'nginx'
      ? nginxConfiguration(folder, port, snippets('nginx', host))
      : haproxyFile(port, host),
  );
  const args = kind === 'nginx' ? ['-e', 'stderr', '-c', file] : ['-db', '-f', file];
  const child = spawn(`/usr/sbin/${kind}`, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const closed = once(child, 'close');
  const ended = closed.then(() => Promise.reject(new Error(`${kind} ended: ${said}`)));
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
