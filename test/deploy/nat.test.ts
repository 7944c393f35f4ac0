import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { built } from '../support/built.js';
import { Nat, PUBLIC_ADDRESS, whyNoNat } from './nat.js';

/** Why it is left out. `.ci/run` leaves out nothing, and says so by this variable. */
const problem = process.env['NEEDS_REDIS'] === 'yes' ? undefined : whyNoNat();
if (problem) process.stderr.write(`Left out, for ${problem}: the gateway behind NAT\n`);

/** Runs the built command in the gateway's network, until it is disposed of. Resolves once it listens. */
async function start(nat: Nat, args: string[], env: Record<string, string>) {
  const [command = '', ...prefix] = nat.prefix('gateway');
  const child = spawn(command, [...prefix, process.execPath, built('cli.js'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => String(chunk).includes('listening on') && resolve());
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}.`)));
  });
  return { [Symbol.dispose]: () => child.kill('SIGKILL') };
}

/** A page in Node that says by which wire it plays: WebSocket, where its data channel does not come up. */
const page = (port: number) => `
  import { RTCPeerConnection } from 'node-datachannel/polyfill';
  import { WebSocket } from 'ws';
  import { openChannel, RelayConnection } from ${JSON.stringify(pathToFileURL(built('relais.standalone.min.js')).href)};
  const say = (wire) => process.stdout.write(wire, () => process.exit());
  class Peer extends RTCPeerConnection {
    close() {
      super.close();
      say('websocket');
    }
  }
  globalThis.RTCPeerConnection = Peer;
  const relay = new RelayConnection('http://${PUBLIC_ADDRESS}:${port}', { via: 'gateway' });
  await relay.create();
  const channel = await openChannel(relay, { WebSocket, RTCPeerConnection: Peer });
  // It may have moved before it was there for the game.
  if (channel.stats().wire === 'webrtc') say('webrtc');
  channel.on('state', (state, before, wire) => wire && say(wire));
`;

/** A proxy with its gateway at ports of its own. */
const startProxy = (nat: Nat, port: number, udpPort: number, more: Record<string, string>) =>
  start(nat, ['proxy', '--host', '0.0.0.0', '--port', String(port), '--gateway'], {
    EDGEGAP_API_TOKEN: 'secret',
    EDGEGAP_API_URL: 'http://127.0.0.1:8181',
    RELAIS_GUESTS: 'on',
    RELAIS_DEVELOPMENT_IP: '203.0.113.7',
    RELAIS_GATEWAY_UDP_PORT: String(udpPort),
    ...more,
  });

describe.skipIf(problem)('a gateway behind NAT that maps another UDP port to its own', () => {
  it('has data channels with its public address and port, and WebSockets without them', async () => {
    using nat = new Nat([
      ['tcp', 8080, 8080],
      ['tcp', 8081, 8081],
      ['tcp', 8082, 8082],
      ['udp', 40_001, 3478],
      ['udp', 40_002, 3479],
      ['udp', 40_003, 3480],
    ]);
    const RELAIS_GATEWAY_UDP_ADDRESS = PUBLIC_ADDRESS;
    using _simulator = await start(nat, ['simulator', '--port', '8181'], {});
    using _told = await startProxy(nat, 8080, 3478, {
      RELAIS_GATEWAY_UDP_ADDRESS,
      RELAIS_GATEWAY_UDP_PUBLIC_PORT: '40001',
    });
    using _untold = await startProxy(nat, 8081, 3479, {});
    using _half = await startProxy(nat, 8082, 3480, { RELAIS_GATEWAY_UDP_ADDRESS });
    const wires = await Promise.all([8080, 8081, 8082].map((port) => nat.runPage(page(port))));
    expect(wires).toEqual(['webrtc', 'websocket', 'websocket']);
  });
});
