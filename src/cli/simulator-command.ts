import { parseArgs } from 'node:util';
import { SAME_ADDRESS } from '../simulator/assumptions.js';
import { createSimulator, type Simulator } from '../simulator/simulator.js';
import type { SameAddress } from '../simulator/simulator-options.js';
import { readDecimal, readWholeNumber } from './read-value.js';
import { inNamesOfSettings, type SettingsByOption } from './setting-error.js';

export const simulatorHelp = `relais simulator: a stand-in for Edgegap's relay session API

  --port <number>        TCP port; 0 picks a free one (default 8181)
  --host <address>       address to listen on, for the API and the relay (default 127.0.0.1)
  --api-token <token>    the API token that it asks for (default secret)
  --link-delay <ms>      time from create until a session is linked (default 1500)
  --fail-rate <rate>     how many of the requests fail, from 0 (none) to 1 (all) (default 0)
  --seed <number>        makes ids, tokens and faults the same in each run (default none)
  --relay-host <host>    what sessions call their relay's host (default its IP address);
                         for other machines set --host too
  --no-relay             no UDP relay: plausible ports with nothing behind them
  --loss <rate>          how many of the relay's datagrams are lost one way, from 0 to 1 (default 0)
  --latency <ms>         time that each of them takes one way (default 0)
  --jitter <ms>          time on top of it, drawn for each, from 0 to this (default 0)
  --strict               refuse what the API does not document and clients in the wild send
  --same-address <what>  what authorizing an address again does: new-user, same-user (the one
                         who is there, with their token) or conflict (409) (default new-user)
  --private-addresses    take users from private and reserved addresses, for work on one
                         machine; else their sessions fail
  --control              levers for pages and tests at /_simulator/
  --help                 this text
`;

/** The flags by the options that they are for. */
const FLAGS_BY_OPTION: SettingsByOption = new Map([
  ['port', '--port'],
  ['hostname', '--host'],
  ['apiToken', '--api-token'],
  ['linkDelay', '--link-delay'],
  ['failRate', '--fail-rate'],
  ['seed', '--seed'],
  ['relayHost', '--relay-host'],
  ['sameAddress', '--same-address'],
  ['relay.loss', '--loss'],
  ['relay.latency', '--latency'],
  ['relay.jitter', '--jitter'],
]);

const FLAGS = {
  port: { type: 'string', default: '8181' },
  host: { type: 'string', default: '127.0.0.1' },
  'api-token': { type: 'string', default: 'secret' },
  'link-delay': { type: 'string', default: '1500' },
  'fail-rate': { type: 'string', default: '0' },
  seed: { type: 'string' },
  'relay-host': { type: 'string' },
  'no-relay': { type: 'boolean', default: false },
  loss: { type: 'string', default: '0' },
  latency: { type: 'string', default: '0' },
  jitter: { type: 'string', default: '0' },
  strict: { type: 'boolean', default: false },
  'same-address': { type: 'string', default: SAME_ADDRESS },
  'private-addresses': { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
} as const;

type FlagValues = ReturnType<typeof parseArgs<{ args: string[]; options: typeof FLAGS }>>['values'];

/**
 * Runs the simulator. Resolves to what to say and how to stop it.
 *
 * @throws {SettingError} rejects where a flag is wrong.
 */
export async function runSimulator(args: string[]) {
  const { values } = parseArgs({ args, options: FLAGS });
  const simulator = await start(values).catch((error: unknown) => {
    throw inNamesOfSettings(error, FLAGS_BY_OPTION);
  });
  return { message: `Simulator listening on ${simulator.url}`, close: () => simulator.close() };
}

async function start(values: FlagValues): Promise<Simulator> {
  const { seed, 'relay-host': relayHost } = values;
  return createSimulator({
    port: readWholeNumber('--port', values.port),
    hostname: values.host,
    apiToken: values['api-token'],
    linkDelay: readWholeNumber('--link-delay', values['link-delay']),
    failRate: readDecimal('--fail-rate', values['fail-rate']),
    ...(seed !== undefined && { seed: readWholeNumber('--seed', seed) }),
    relay: values['no-relay'] ? false : networkOf(values),
    ...(relayHost !== undefined && { relayHost }),
    strict: values.strict,
    sameAddress: values['same-address'] as SameAddress,
    privateAddresses: values['private-addresses'],
    control: values.control,
  });
}

/** What the relay's network does to datagrams. */
function networkOf({ loss, latency, jitter }: FlagValues) {
  return {
    loss: readDecimal('--loss', loss),
    latency: readWholeNumber('--latency', latency),
    jitter: readWholeNumber('--jitter', jitter),
  };
}
