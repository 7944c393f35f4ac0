import WebSocket from 'ws';
import { isPublicAddress } from '../../gateway/public-address.js';
import { udpAddresses } from '../../gateway/udp-addresses.js';
import { takeUdpPort } from '../../gateway/udp-port.js';
import { readUdpOptions } from '../read-proxy-settings.js';
import { readSetting } from '../read-setting.js';
import { type Finding, fine, problem, warning } from './finding.js';
import type { Patient } from './patient.js';
import { withoutSlash } from './without-slash.js';

/** How long the WebSocket may take to open and close, in milliseconds. */
const PATIENCE = 10_000;
/** The close codes of the gateway's own begin here. */
const OWN_CODES = 4_400;

/** Whether pages reach the gateway, and whether its UDP port is to be had. */
export async function checkGateway(patient: Patient): Promise<Finding[]> {
  const { gateway, publicUrl } = patient.options;
  if (!gateway) return [];
  const findings = await checkUdpPort(readSetting(patient.env, 'RELAIS_GATEWAY_UDP_PORT'));
  findings.push(...checkUdpAddresses(patient));
  const below = publicUrl && `${withoutSlash(publicUrl)}/v1/channel`;
  const url = gateway.url ?? below?.replace(/^http/, 'ws');
  if (url !== undefined) findings.push(await checkWire(url));
  return findings;
}

/** Opens a wire with a ticket that is none. The gateway accepts it, and closes it with a code of its own. */
async function checkWire(url: string): Promise<Finding> {
  const socket = new WebSocket(url, ['relais.v1', 'ticket.doctor'], { handshakeTimeout: PATIENCE });
  const timer = setTimeout(() => socket.terminate(), PATIENCE);
  const found = await new Promise<string | number>((resolve) => {
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(`HTTP ${statusCode}`));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'it failed'));
    socket.once('close', (code) => resolve(code));
  });
  clearTimeout(timer);
  socket.on('error', () => {}).terminate();
  if (typeof found === 'number' && found >= OWN_CODES)
    return fine('Pages reach the gateway by WebSocket.');
  return problem(
    `No WebSocket gets through to the gateway (${found}).`,
    'Pages have a relay, and cannot play.',
    'Let what stands in front pass on Upgrade and Connection: docs/gateway.md has it for nginx and HAProxy.',
  );
}

/** Whether a page on the internet reaches the gateway's UDP port at one of the addresses that it is told. */
function checkUdpAddresses({ env, options }: Patient): Finding[] {
  const udp = readUdpOptions(env);
  // Who works on one machine needs no address but loopback's.
  if (!udp || options.developmentIp !== undefined) return [];
  if (udpAddresses(udp, false).some(isPublicAddress)) {
    return [fine('Pages are told a public address for data channels.')];
  }
  const isSet = udp.address !== undefined;
  return [
    warning(
      isSet
        ? 'RELAIS_GATEWAY_UDP_ADDRESS names no public address.'
        : 'RELAIS_GATEWAY_UDP_ADDRESS is not set, and this machine has no public address.',
      'Pages on the internet reach no data channel, and play over WebSockets alone.',
      'Set RELAIS_GATEWAY_UDP_ADDRESS to the public IP address that leads to this machine’s UDP port.',
    ),
  ];
}

/** Whether the gateway's UDP port can be had. The gateway itself has it, where it runs. */
async function checkUdpPort(port: string | undefined): Promise<Finding[]> {
  if (port === undefined) return [];
  try {
    const socket = await takeUdpPort(Number(port));
    socket.close();
    return [fine(`The UDP port ${port} is free.`)];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      return [
        warning(
          `The UDP port ${port} is taken.`,
          'That is well where the proxy runs on this machine. Otherwise pages get no data channels.',
          'See who has it (ss -ulpn), or set RELAIS_GATEWAY_UDP_PORT to another one.',
        ),
      ];
    }
    return [
      problem(
        `The UDP port ${port} cannot be had (${code}).`,
        'Pages get no data channels, and play over WebSockets alone.',
        'Set RELAIS_GATEWAY_UDP_PORT to one that this user may use.',
      ),
    ];
  }
}
