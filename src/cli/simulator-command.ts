import { parseArgs } from 'node:util';
import { createSimulator } from '../simulator/simulator.js';
import { readNumber } from './settings.js';

export const simulatorHelp = `relais simulator: a stand-in for Edgegap's relay session API

  --port <number>        TCP port; 0 picks a free one (default 8181)
  --host <address>       address to listen on (default 127.0.0.1)
  --api-token <token>    the API token that it asks for (default secret)
  --link-delay <ms>      time from create until a session is linked (default 1500)
  --help                 this text
`;

/** Runs the simulator. Returns what to say and how to stop it. */
export async function runSimulator(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8181' },
      host: { type: 'string', default: '127.0.0.1' },
      'api-token': { type: 'string', default: 'secret' },
      'link-delay': { type: 'string', default: '1500' },
    },
  });
  const simulator = await createSimulator({
    port: readNumber('--port', values.port, 0, 65_535),
    hostname: values.host,
    apiToken: values['api-token'],
    linkDelay: readNumber('--link-delay', values['link-delay'], 0, 3_600_000),
  });
  return { message: `Simulator listening on ${simulator.url}`, close: () => simulator.close() };
}
