import { parseArgs } from 'node:util';
import { serveRelayProxy } from '../proxy/node.js';
import { createRelayProxy } from '../proxy/relay-proxy.js';
import { readNumber, readOrigins, readUrl, SettingError } from './settings.js';

export const proxyHelp = `relais proxy: the token-issuing proxy between games and Edgegap

  --port <number>    TCP port; 0 picks a free one (default 8080)
  --host <address>   address to listen on (default 127.0.0.1)
  --help             this text

From the environment:
  EDGEGAP_API_TOKEN        the studio's API token (required)
  EDGEGAP_API_URL          where the API is (default https://api.edgegap.com)
  RELAIS_ALLOWED_ORIGINS   origins whose pages may use the proxy, separated by commas (default none)
  RELAIS_DEVELOPMENT_IP    public IP address to use for every player, for work on one machine
`;

/** Grace for running requests when the proxy is told to stop, in milliseconds. */
const GRACE = 5_000;

/** Runs the proxy. Returns what to say and how to stop it. */
export async function runProxy(args: string[], env: NodeJS.ProcessEnv) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  const port = readNumber('--port', values.port, 0, 65_535);
  const {
    EDGEGAP_API_TOKEN: apiToken,
    EDGEGAP_API_URL: apiUrl,
    RELAIS_ALLOWED_ORIGINS: origins,
    RELAIS_DEVELOPMENT_IP: developmentIp,
  } = env;
  if (!apiToken) throw new SettingError("EDGEGAP_API_TOKEN must hold the studio's API token.");
  const proxy = createRelayProxy({
    edgegap: { apiToken, ...(apiUrl && { baseUrl: readUrl('EDGEGAP_API_URL', apiUrl) }) },
    ...(origins && { allowedOrigins: readOrigins('RELAIS_ALLOWED_ORIGINS', origins) }),
    ...(developmentIp && { developmentIp }),
  });
  const listener = await serveRelayProxy(proxy, { port, hostname: values.host });
  return { message: `Proxy listening on ${listener.url}`, close: () => listener.close(GRACE) };
}
