import type { Command } from 'commander';
import { SAME_ADDRESS } from '../simulator/assumptions.js';
import { createSimulator, type Simulator } from '../simulator/simulator.js';
import type { SameAddress } from '../simulator/simulator-options.js';
import type { Running } from './keep-running.js';
import { newCommand } from './new-command.js';
import { readDecimal, readWholeNumber } from './read-value.js';
import { inNamesOfSettings, type SettingsByOption } from './setting-error.js';

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

/** What the flags of `relais simulator` come to. */
export interface SimulatorFlags {
  readonly port: number;
  readonly host: string;
  readonly apiToken: string;
  readonly linkDelay: number;
  readonly failRate: number;
  readonly seed?: number;
  readonly relayHost?: string;
  readonly relay: boolean;
  readonly loss: number;
  readonly latency: number;
  readonly jitter: number;
  readonly strict?: boolean;
  readonly sameAddress: SameAddress;
  readonly privateAddresses?: boolean;
  readonly control?: boolean;
}

const whole = (flag: string) => (text: string) => readWholeNumber(flag, text);
const decimal = (flag: string) => (text: string) => readDecimal(flag, text);

/** `relais simulator` and its flags. */
export function simulatorCommand(): Command {
  return newCommand('simulator', "a stand-in for Edgegap's relay session API")
    .option('--port <number>', 'TCP port; 0 picks a free one', whole('--port'), 8181)
    .option('--host <address>', 'address to listen on, for the API and the relay', '127.0.0.1')
    .option('--api-token <token>', 'the API token that it asks for', 'secret')
    .option(
      '--link-delay <ms>',
      'time from create until a session is linked',
      whole('--link-delay'),
      1500,
    )
    .option(
      '--fail-rate <rate>',
      'how many of the requests fail, from 0 (none) to 1 (all)',
      decimal('--fail-rate'),
      0,
    )
    .option(
      '--seed <number>',
      'makes ids, tokens and faults the same in each run (default: none)',
      whole('--seed'),
    )
    .option(
      '--relay-host <host>',
      "what sessions call their relay's host (default: its IP address); for other machines set --host too",
    )
    .option('--no-relay', 'no UDP relay: plausible ports with nothing behind them')
    .option(
      '--loss <rate>',
      "how many of the relay's datagrams are lost one way, from 0 to 1",
      decimal('--loss'),
      0,
    )
    .option('--latency <ms>', 'time that each of them takes one way', whole('--latency'), 0)
    .option(
      '--jitter <ms>',
      'time on top of it, drawn for each, from 0 to this',
      whole('--jitter'),
      0,
    )
    .option('--strict', 'refuse what the API does not document and clients in the wild send')
    .option(
      '--same-address <what>',
      'what authorizing an address again does: new-user, same-user (the one who is there, with their token) ' +
        'or conflict (409)',
      SAME_ADDRESS,
    )
    .option(
      '--private-addresses',
      'take users from private and reserved addresses, for work on one machine; else their sessions fail',
    )
    .option('--control', 'levers for pages and tests at /_simulator/');
}

/** What `relais simulator --help` says. */
export const simulatorHelp = simulatorCommand().helpInformation();

/**
 * Runs the simulator. Resolves to what to say and how to stop it.
 *
 * @throws {SettingError} rejects where a flag is wrong.
 */
export async function runSimulator(flags: SimulatorFlags): Promise<Running> {
  const simulator = await start(flags).catch((error: unknown) => {
    throw inNamesOfSettings(error, FLAGS_BY_OPTION);
  });
  return { message: `Simulator listening on ${simulator.url}`, close: () => simulator.close() };
}

async function start({
  host,
  jitter,
  latency,
  loss,
  relay,
  ...others
}: SimulatorFlags): Promise<Simulator> {
  return createSimulator({
    ...others,
    hostname: host,
    relay: relay ? { loss, latency, jitter } : false,
  });
}
