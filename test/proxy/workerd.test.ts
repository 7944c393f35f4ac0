import { Miniflare } from 'miniflare';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { GameClient } from '../support/game-client.js';
import { API_TOKEN, startStack } from '../support/stack.js';

/** A worker whose proxy lives in one durable object, so that all requests share its watchers. */
const WORKER = `
import { createRelayProxy } from '/src/proxy/index.ts';
export class Proxy {
  constructor(state, env) {
    this.proxy = createRelayProxy({
      edgegap: { apiToken: env.API_TOKEN, baseUrl: env.API_URL },
      authenticate: (request) => ({ id: request.headers.get('authorization')?.slice(7) ?? '' }),
    });
  }
  fetch(request) {
    return this.proxy.fetch(request, { remoteAddress: '198.41.128.1' });
  }
}
export default {
  fetch: (request, env) => env.PROXY.get(env.PROXY.idFromName('one')).fetch(request),
};
`;

async function bundle(): Promise<string> {
  const name = 'virtual:worker';
  const output = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'worker',
        resolveId: (id) => (id === name ? `\0${name}` : undefined),
        load: (id) => (id === `\0${name}` ? WORKER : undefined),
      },
    ],
    ssr: { noExternal: true, target: 'webworker' },
    build: { ssr: true, write: false, minify: false, rolldownOptions: { input: { worker: name } } },
  });
  const [result] = [output].flat();
  if (!result || !('output' in result)) throw new Error('Nothing was built.');
  return result.output[0].code;
}

it('the proxy runs in workerd: create, join, get and a held get', async () => {
  await using stack = await startStack({ linkDelay: 400 });
  const script = await bundle();
  expect(script).not.toMatch(/from ?["']node:/);
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2025-11-01',
    bindings: { API_TOKEN, API_URL: stack.simulator.url },
    durableObjects: { PROXY: 'Proxy' },
  });
  try {
    const url = (await miniflare.ready).origin;
    const [host, joiner] = [new GameClient(url), new GameClient(url)];
    host.token = 'ada';
    joiner.token = 'bob';
    const created = await host.create();
    expect(created).toMatchObject({ status: 200, body: { linked: false, player_id: 'ada' } });
    const held = await host.get(created.body, {
      prefer: 'wait=20',
      'if-none-match': created.headers.get('etag') ?? '',
    });
    expect(held).toMatchObject({ status: 200, body: { linked: true, role: 'server' } });
    const joined = await joiner.join({ join_code: held.body.join_code });
    expect(joined).toMatchObject({
      status: 200,
      body: { role: 'client', session_user: { authorization_token: expect.any(Number) } },
    });
    const addresses = stack.simulator.sessions()[0]?.session_users?.map((user) => user.ip_address);
    expect(addresses?.at(-1)).toBe('198.41.128.1');
    expect((await host.delete(held.body)).status).toBe(204);
    expect(stack.simulator.sessions()).toEqual([]);
  } finally {
    await miniflare.dispose();
  }
}, 60_000);
