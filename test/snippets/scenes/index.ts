import { startRedis } from '../../support/redis-server.js';
import { newTerminal } from '../new-folder.js';
import { COMMAND_LINE } from './command-line.js';
import type { Scene } from './scene.js';

/** The simulator of the README, and settings for a proxy that plays with it. */
async function withSimulator(closing: (() => Promise<unknown>)[]) {
  const terminal = await newTerminal();
  closing.push(() => terminal[Symbol.asyncDispose]());
  await terminal.type('relais simulator --port 8181 --api-token secret');
  return { EDGEGAP_API_TOKEN: 'secret', EDGEGAP_API_URL: 'http://127.0.0.1:8181' };
}

/** The pages that are not run as they stand beside the simulator and the proxy of the README, with what is special. */
export const SCENES: Readonly<Record<string, Scene>> = {
  'README.md': {},
  'docs/command-line.md': COMMAND_LINE,
  'docs/deploying.md': {
    // What `docker compose` above it needs, too.
    turns: { 'openssl req': { setUp: 'mkdir deploy/tls' } },
  },
  'docs/gateway.md': {
    async set(closing) {
      const account = await withSimulator(closing);
      return { env: { ...account, RELAIS_GUESTS: 'on', RELAIS_DEVELOPMENT_IP: '203.0.113.7' } };
    },
  },
  'docs/metrics.md': {
    isBeside: true,
    varies: [/(version|node)="[^"]*"/g],
  },
  'docs/proxy.md': {
    async set(closing) {
      const { EDGEGAP_API_URL } = await withSimulator(closing);
      const redis = await startRedis();
      closing.push(async () => redis[Symbol.asyncDispose]());
      return {
        env: { EDGEGAP_API_URL },
        replace: [
          ['EDGEGAP_API_TOKEN=…', 'EDGEGAP_API_TOKEN=secret'],
          ['RELAIS_SECRETS=…', 'RELAIS_SECRETS=the-secret-of-all-our-instances-1234'],
          ['RELAIS_JWT_SECRET=…', 'RELAIS_JWT_SECRET=the-secret-that-our-logins-are-signed-with'],
          ['redis://relais:password@10.0.0.5:6379/0', redis.url],
        ],
      };
    },
    turns: {
      'export RELAIS_REDIS_URL': {
        and: 'export EDGEGAP_API_TOKEN=secret RELAIS_GUESTS=on\nexec relais proxy --port 8081',
      },
    },
  },
  // Other pages play there at the same time.
  'docs/scale.md': { isBeside: true, varies: [/ [\d.]+$/gm] },
  'docs/simulator.md': {
    files: {
      'package.json': JSON.stringify({
        scripts: {
          test: 'curl --fail --header "Authorization: token $EDGEGAP_API_TOKEN" $EDGEGAP_API_URL/v1/relays/sessions',
        },
      }),
    },
    turns: { 'set -e\n': { isFirst: true } },
  },
  'docs/upgrading.md': { isBeside: true, varies: [/^\d+\.\d+\.\d+$/gm] },
  // It starts a proxy of its own, at the port of the README's.
  'docs/writing-your-own-proxy.md': {},
  'docs/your-first-game.md': { isEmpty: true },
};
