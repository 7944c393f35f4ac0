import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import type { Endpoint } from '../../src/connection/endpoint.js';
import type { RelayState } from '../../src/datagram/index.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import { fencesOf } from '../support/fences.js';
import { until } from '../support/until.js';

interface Example {
  openRelay(
    endpoint: Pick<Endpoint, 'role' | 'host' | 'port'> & Tokens,
    onState: (state: RelayState) => void,
    onData: (data: { connectionId?: number; payload: Uint8Array }) => void,
  ): { send(payload: Uint8Array, connectionId?: number): void; close(): void };
}

type Tokens = Pick<Endpoint, 'userAuthorizationToken' | 'sessionAuthorizationToken'>;

/** The example of the page as a module, with this repository as the package. */
async function loadExample(): Promise<Example> {
  const [fence] = fencesOf('docs/datagram.md', 'ts');
  const folder = await mkdtemp(join('test', 'datagram', 'example-'));
  try {
    const file = join(folder, 'example.ts');
    const own = fence?.text.replace("'relais/datagram'", "'../../../src/datagram/index.js'") ?? '';
    await writeFile(file, own);
    return (await import(join(process.cwd(), file))) as Example;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('the page’s example plays through the simulated relay, there and back', async () => {
  const { openRelay } = await loadExample();
  const simulator = await createSimulator({ linkDelay: 0, relay: { checkDelay: 0 } });
  const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
  const users = [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }];
  const { session_id } = await api.createSession({ users });
  await vi.waitUntil(async () => (await api.getSession(session_id)).linked, { timeout: 20_000 });
  const { relay, authorization_token, session_users } = await api.getSession(session_id);
  const endpointOf = (role: 'server' | 'client', user: number) => ({
    role,
    host: relay?.host ?? '',
    port: relay?.ports?.[role]?.port ?? 0,
    sessionAuthorizationToken: authorization_token ?? 0,
    userAuthorizationToken: session_users?.[user]?.authorization_token ?? 0,
  });
  const states: string[] = [];
  const texts: string[] = [];
  const server = openRelay(
    endpointOf('server', 0),
    (state) => states.push(`server ${state}`),
    ({ payload, connectionId }) => {
      texts.push(Buffer.from(payload).toString());
      server.send(Buffer.from('and back'), connectionId);
    },
  );
  const client = openRelay(
    endpointOf('client', 1),
    (state) => states.push(`client ${state}`),
    ({ payload }) => texts.push(Buffer.from(payload).toString()),
  );
  try {
    const isValid = (side: string) => states.includes(`${side} valid`);
    await until(() => isValid('server') && isValid('client'));
    client.send(Buffer.from('there'));
    await until(() => texts.length === 2);
    expect(texts).toEqual(['there', 'and back']);
  } finally {
    server.close();
    client.close();
    await simulator.close();
  }
});
