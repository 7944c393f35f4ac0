import { readText, readUrl, readWholeNumber } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/** How the proxy reaches the relay session API. */
export const UPSTREAM_SETTINGS: readonly ProxySetting[] = [
  {
    name: 'EDGEGAP_API_TOKEN',
    help: 'the studio\'s API token, without the word "token"',
    fallback: 'required',
    option: 'edgegap.apiToken',
    isSecret: true,
    read: readText,
  },
  {
    name: 'EDGEGAP_API_URL',
    help: 'where the relay session API is',
    fallback: 'https://api.edgegap.com',
    option: 'edgegap.baseUrl',
    read: readUrl,
  },
  {
    name: 'RELAIS_UPSTREAM_CALLS',
    help: 'calls of that API per second, at most',
    fallback: '20',
    option: 'edgegap.callsPerSecond',
    read: readWholeNumber,
  },
  {
    name: 'RELAIS_UPSTREAM_TIMEOUT',
    help: 'time for one such call, in milliseconds',
    fallback: '10000',
    option: 'edgegap.timeout',
    read: readWholeNumber,
  },
];
