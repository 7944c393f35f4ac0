import { readList, readSwitch, readText, readWholeNumber } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/** The gateway that carries pages' datagrams: first what turns it on, then what means nothing without it. */
export const GATEWAY_SETTINGS: readonly [ProxySetting, ...ProxySetting[]] = [
  {
    name: 'RELAIS_GATEWAY',
    help: '"on" carries the datagrams of pages to the relay and back, on the same port; as --gateway',
    fallback: 'off',
    option: 'gateway',
    read: (name, text) => (readSwitch(name, text) ? {} : undefined),
  },
  {
    name: 'RELAIS_GATEWAY_URL',
    help: "where pages reach this process's gateway, wss://gateway-1.studio.example/v1/channel for instance",
    fallback: "v1/channel below the proxy's own URL",
    option: 'gateway.url',
    read: readText,
  },
  {
    name: 'RELAIS_GATEWAY_ADDRESS',
    help: 'public IP address that is authorised at the relay for players who come by the gateway',
    fallback: "each player's own",
    option: 'gateway.address',
    read: readText,
  },
  {
    name: 'RELAIS_GATEWAY_ONLY',
    help: '"on" keeps the relay\'s address and all tokens out of the players\' documents',
    fallback: 'off',
    option: 'gateway.only',
    read: readSwitch,
  },
  {
    name: 'RELAIS_GATEWAY_UDP_PORT',
    help: 'UDP port for data channels beside the WebSockets; 0 picks a free one; needs the package node-datachannel',
    fallback: 'none, WebSockets alone',
    option: 'udp.port',
    isForGateway: true,
    read: readWholeNumber,
  },
  {
    name: 'RELAIS_GATEWAY_UDP_ADDRESS',
    help: 'public IP addresses that pages reach that port at, behind NAT or in a container, separated by commas',
    fallback: "this machine's own",
    option: 'udp.address',
    isForGateway: true,
    read: readList,
  },
  {
    name: 'RELAIS_GATEWAY_UDP_PUBLIC_PORT',
    help: 'port that pages reach it at, where NAT or a container maps another one to RELAIS_GATEWAY_UDP_PORT',
    fallback: 'the same port',
    option: 'udp.publicPort',
    isForGateway: true,
    read: readWholeNumber,
  },
];
