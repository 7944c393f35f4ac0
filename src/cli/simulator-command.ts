import { parseArgs } from 'node:util';
import { SAME_ADDRESS } from '../simulator/assumptions.js';
import { createSimulator } from '../simulator/simulator.js';
import { SAME_ADDRESS_CHOICES, type SameAddress } from '../simulator/simulator-options.js';
import { readHost, readNumber, SettingError } from './settings.js';

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

/** Runs the simulator. Returns what to say and how to stop it. */
export async function runSimulator(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
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
    },
  });
  const { seed, 'relay-host': relayHost } = values;
  const network = {
    loss: readRate('--loss', values.loss),
    latency: readNumber('--latency', values.latency, 0, 60_000),
    jitter: readNumber('--jitter', values.jitter, 0, 60_000),
  };
  const simulator = await createSimulator({
    port: readNumber('--port', values.port, 0, 65_535),
    hostname: readHost('--host', values.host),
    apiToken: readToken('--api-token', values['api-token']),
    linkDelay: readNumber('--link-delay', values['link-delay'], 0, 3_600_000),
    failRate: readRate('--fail-rate', values['fail-rate']),
    ...(seed !== undefined && { seed: readNumber('--seed', seed, 0, 0xffff_ffff) }),
    relay: values['no-relay'] ? false : network,
    ...(relayHost !== undefined && { relayHost: readHost('--relay-host', relayHost) }),
    strict: values.strict,
    sameAddress: readSameAddress('--same-address', values['same-address']),
    privateAddresses: values['private-addresses'],
    control: values.control,
  });
  return { message: `Simulator listening on ${simulator.url}`, close: () => simulator.close() };
}

/** A share, from 0 to 1. */
function readRate(name: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 1) return Number(text);
  throw new SettingError(`${name} must be a number from 0 to 1, not "${text}".`);
}

function readSameAddress(name: string, text: string): SameAddress {
  const choice = SAME_ADDRESS_CHOICES.find((choice) => choice === text);
  if (choice) return choice;
  throw new SettingError(`${name} must be ${SAME_ADDRESS_CHOICES.join(', ')}, not "${text}".`);
}

/** What an `Authorization` header can carry. The message does not repeat it. */
function readToken(name: string, text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new SettingError(`${name} must be visible ASCII without spaces.`);
}
