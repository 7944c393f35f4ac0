import { readList, readText, readUrl, readWholeNumber } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/** Where the proxy stands in the network, and what stands in front of it. */
export const NETWORK_SETTINGS: readonly ProxySetting[] = [
  {
    name: 'RELAIS_PUBLIC_URL',
    help: 'where the relay service reaches this proxy, for its webhook',
    fallback: 'none, no webhook',
    option: 'publicUrl',
    read: readUrl,
  },
  {
    name: 'RELAIS_BASE_PATH',
    help: 'path under which the proxy is mounted, /relay for instance',
    fallback: 'none',
    option: 'basePath',
    read: readText,
  },
  {
    name: 'RELAIS_TRUSTED_PROXIES',
    help: 'IP addresses and ranges of the reverse proxies in front, separated by commas',
    fallback: 'none',
    option: 'trustedProxies',
    read: readList,
  },
  {
    name: 'RELAIS_IP_HEADER',
    help: "header in which they report the player's address",
    fallback: 'x-forwarded-for',
    option: 'ipHeader',
    read: readText,
  },
  {
    name: 'RELAIS_DEVELOPMENT_IP',
    help: 'public IP address to use for players from a private one, for work on one machine',
    fallback: 'none, they are refused',
    option: 'developmentIp',
    read: readText,
  },
  {
    name: 'RELAIS_METRICS_PORT',
    help: 'TCP port for /metrics alone, at the same address; the other port then has no /metrics',
    fallback: "none, the proxy's own port",
    option: 'metrics.port',
    isForMetrics: true,
    read: readWholeNumber,
  },
];
