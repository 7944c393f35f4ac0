import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frameBytes } from '../../src/channel-protocol/frame.js';
import { encodeFromRelay, encodeToRelay, type RelaySide } from '../../src/datagram/index.js';
import { fencesOf } from '../support/fences.js';

const FILE = 'docs/playing-over-the-channel.md';
const page = readFileSync(FILE, 'utf8');

/** A row's numbers, by what its first cell says. */
function numbersOf(row: string): number[] {
  const line = page.split('\n').find((each) => each.startsWith(`| ${row} |`)) ?? '';
  const cells = line.split('|').slice(2, -1).join(' ').replaceAll(',', '');
  return [...cells.matchAll(/\d+/g)].map(([number]) => Number(number));
}

const payload = new Uint8Array(24);
const tokens = { userAuthorizationToken: 1, sessionAuthorizationToken: 2 };

/** What the relay's datagrams add to a payload. */
const toRelay = (side: RelaySide) => {
  const to = side === 'server' ? { connectionId: 1 } : {};
  return encodeToRelay({ type: 'data', payload, ...tokens, ...to }, side).byteLength - 24;
};
const fromRelay = (side: RelaySide) => {
  const from = side === 'server' ? { connectionId: 1 } : {};
  return encodeFromRelay({ type: 'data', payload, ...from }, side).byteLength - 24;
};

const PAGES = [
  ['client’s page → gateway', frameBytes(undefined, payload) - 24],
  ['gateway → client’s page', frameBytes(undefined, payload) - 24],
  ['host’s page → gateway', frameBytes(1, payload) - 24],
  ['gateway → host’s page', frameBytes(1, payload) - 24],
] as const;
const RELAY = [
  ['client → relay', toRelay('client')],
  ['relay → client', fromRelay('client')],
  ['host → relay', toRelay('server')],
  ['relay → host', fromRelay('server')],
] as const;

describe('the page’s arithmetic', () => {
  it.each([...PAGES, ...RELAY])('has our header, and adds up: %s', (row, header) => {
    const numbers = numbersOf(row.replaceAll('’', "'"));
    const together = numbers.pop();
    expect(numbers[0]).toBe(header);
    expect(numbers.reduce((sum, number) => sum + number)).toBe(together);
  });

  it('multiplies what travels in a match of eight, and sums it up', () => {
    const rows = [...page.matchAll(/^\| .+ \| ([\d+ ]+) = (\d+) \| (\d+) \| ([\d,]+) \|$/gm)];
    expect(rows).toHaveLength(8);
    for (const [, terms = '', bytes, times, product = ''] of rows) {
      expect(terms.split('+').reduce((sum, term) => sum + Number(term), 0)).toBe(Number(bytes));
      expect(Number(bytes) * Number(times)).toBe(Number(product.replace(',', '')));
    }
    const products = rows.map(([, , , , product = '']) => Number(product.replace(',', '')));
    const [up = 0, down = 0, hostUp = 0, hostDown = 0, ...relay] = products;
    const megabytes = (bytes: number) => `${Math.round((bytes * 3_600) / 1e6)} MB an hour`;
    const ofRelay = relay.reduce((sum, each) => sum + each, 0);
    expect(page).toContain(megabytes(ofRelay));
    const [fromClients = 0, , fromHost = 0] = relay;
    expect(page).toContain(megabytes(7 * down + hostDown + fromClients + fromHost));
    const kilobits = (bytes: number) => Math.round((bytes * 8) / 1e3);
    expect(page).toContain(`${kilobits(hostUp)} kbit/s`);
    expect(page).toContain(`${kilobits(up)} kbit/s up and ${kilobits(down)} down`);
  });

  it('packs a player into six bytes that come out again', async () => {
    const { text = '' } = fencesOf(FILE, 'ts').find((each) => each.text.includes('pack(')) ?? {};
    const { pack, unpack } = await importSnippet(text);
    const players = [
      { id: 7, x: 0, y: 4_095.9375 },
      { id: 65_535, x: 12.0625, y: 1 },
    ];
    expect(pack(players)).toHaveLength(12);
    // What arrives lies in the midst of another message.
    const arrived = new Uint8Array(15);
    arrived.set(pack(players), 3);
    expect(unpack(arrived.subarray(3))).toEqual(players);
  });
});

interface Packing {
  pack(players: readonly { id: number; x: number; y: number }[]): Uint8Array;
  unpack(bytes: Uint8Array): { id: number; x: number; y: number }[];
}

async function importSnippet(text: string): Promise<Packing> {
  const { default: ts } = await import('typescript');
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}
