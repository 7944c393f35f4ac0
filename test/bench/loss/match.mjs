// A match at the simulator's relay, and the proxy with its gateway before it: the built package, as users run it.
import { openChannel, RelayConnection } from 'relais';
import { createGateway } from 'relais/gateway';
import { createRelayProxy } from 'relais/proxy';
import { serveRelayProxy } from 'relais/proxy/node';
import { createSimulator } from 'relais/simulator';
import { udpWire } from 'relais/udp';
import { limits, PLENTY } from '../stack.mjs';

/** The service, with relays that forward UDP. */
export async function startRelays() {
  const simulator = await createSimulator({ linkDelay: 0, relay: { checkDelay: 0 }, seed: 1 });
  return { serviceUrl: simulator.url };
}

/** The proxy with its gateway, and one UDP port for data channels. */
export async function startGatewayProxy({ serviceUrl, hostname, origin }) {
  const proxy = createRelayProxy({
    edgegap: { apiToken: 'secret', baseUrl: serviceUrl, callsPerSecond: 1_000 },
    guests: true,
    developmentIp: '203.0.113.7',
    allowedOrigins: [origin],
    limits,
    gateway: {},
  });
  const gateway = createGateway({
    seats: proxy.seats,
    development: true,
    udp: { port: 0, address: hostname },
    // All players come from one address.
    limits: { wiresPerAddress: PLENTY, openingsPerAddress: PLENTY },
  });
  return serveRelayProxy(proxy, { port: 0, hostname, gateway });
}

/** A host who has UDP, and sends everything back. Resolves to the code to join with. */
export async function startHost({ proxyUrl }) {
  const relay = new RelayConnection(proxyUrl);
  await relay.create();
  const channel = await openChannel(relay, { wire: udpWire() });
  channel.on('datagram', (bytes, connectionId) => channel.send(bytes, connectionId));
  return { proxyUrl, code: relay.joinCode };
}
