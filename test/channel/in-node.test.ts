import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { built } from '../support/built.js';
import { startStack } from '../support/stack.js';

// The bundle in a Node process of its own: a host and a client play by the gateway, and the process says how it went.

/** What the process runs. `given` is what `openChannel` gets, as source text. */
const program = (bundle: string, proxyUrl: string, given: string) => `
  import { openChannel, RelayConnection } from ${JSON.stringify(bundle)};
  const { WebSocket: ws } = await import('ws');
  const connect = () => new RelayConnection(${JSON.stringify(proxyUrl)}, { via: 'gateway' });
  const [hosting, joining] = [connect(), connect()];
  try {
    await hosting.create();
    await joining.join(hosting.joinCode);
    const host = await openChannel(hosting, ${given});
    const client = await openChannel(joining, ${given});
    host.on('datagram', (bytes, id) => host.send(bytes, id));
    const heard = new Promise((resolve) => client.once('datagram', resolve));
    const timer = setInterval(() => client.send(Uint8Array.of(7)), 50);
    const [number] = await heard;
    clearInterval(timer);
    console.log('heard', number);
  } catch ({ code, message }) {
    console.log(code, message);
  }
  await joining.leave();
  await hosting.leave();
`;

/** Runs it, and returns what it says. */
async function run(flags: readonly string[], given: string): Promise<string> {
  await using stack = await startStack(
    { linkDelay: 20, relay: { checkDelay: 20 } },
    { gateway: {} },
  );
  const bundle = pathToFileURL(built('relais.standalone.min.js')).href;
  const source = program(bundle, stack.proxyUrl, given);
  const args = [...flags, '--input-type=module', '-e', source];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child, 'close');
  return said.trim();
}

/** Which nothing has to be given to: from version 22 on, and before with a flag that turns the same class on. */
const PLATFORM = ['--experimental-websocket', '--no-warnings'];
const hasNone = Number(process.versions.node.split('.')[0]) < 22;

describe('a channel in Node', () => {
  it('takes the platform’s WebSocket, where there is one', async () => {
    expect(await run(PLATFORM, '{}')).toBe('heard 7');
  });

  it('takes the one that it is given, of the package `ws`', async () => {
    expect(await run([], '{ WebSocket: ws }')).toBe('heard 7');
  });

  it('says what is missing, where there is none and none is given', async () => {
    const flags = hasNone ? [] : ['--no-experimental-websocket'];
    expect(await run(flags, '{}')).toMatch(/^invalid-option There is no WebSocket here\./);
  });
});
