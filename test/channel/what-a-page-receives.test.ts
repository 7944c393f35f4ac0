import { base64url } from 'jose';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openChannel } from '../../src/channel/open-channel.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { GameClient } from '../support/game-client.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { WireTap } from '../support/wire-tap.js';

// Every byte that pages receive, read off their TCP connections: each HTTP answer, head and body, and each WebSocket
// frame, of a host and two joiners, from the first request to the last, refusals included.

/** The players' own addresses, and the gateway's. */
const ADDRESSES = ['81.2.69.142', '81.2.69.160', '89.160.20.112'];
const GATEWAY = '198.41.128.77';
/** What stands for that of a player on this machine. */
const LOCAL = '203.0.113.7';

/** A game's page behind an address: both its requests and its wires come from there. */
class TappedPage {
  readonly relay: RelayConnection;
  readonly #headers: Record<string, string>;
  readonly #sockets: WebSocket[] = [];

  constructor(url: string, address: string) {
    const headers = { 'x-forwarded-for': address };
    this.#headers = headers;
    this.relay = new RelayConnection(url, {
      via: 'gateway',
      fetch: (input, init) => {
        const request = new Request(input, init);
        request.headers.set('x-forwarded-for', address);
        return fetch(request);
      },
    });
  }

  async open(): Promise<RelayChannel> {
    const [headers, sockets] = [this.#headers, this.#sockets];
    class FromHere extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers });
        sockets.push(this);
      }
    }
    return openChannel(this.relay, { WebSocket: FromHere });
  }

  /** Cuts the line, as a bad network does. */
  cut(): void {
    this.#sockets.at(-1)?.terminate();
  }
}

/** Sends a number until it comes back. */
async function echo(client: RelayChannel, heard: Set<number | undefined>, number: number) {
  await until(() => {
    client.send(Uint8Array.of(number));
    expect(heard).toContain(number);
  }, 50);
}

/** What the players ask for and are refused, one after the other. */
async function askForWhatIsRefused(url: string, { session }: RelayConnection) {
  const stranger = Object.assign(new GameClient(url), { token: 'no token' });
  const known = session ?? ({} as never);
  const answers = [
    await stranger.create(),
    await stranger.get({ ...known, ticket: 'forged' }),
    await stranger.get({ ...known, ticket: known.gateway?.ticket }),
    await stranger.send('POST', '/v1/relays/sessions', { token: known.ticket, json: { via: 5 } }),
    await stranger.send('GET', '/v1/nothing'),
    await stranger.send('GET', '/openapi.json'),
    await (await GameClient.guest(url)).join({ join_code: '66666666' }),
    await (await GameClient.guest(url)).join({ session_id: 'x-S' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 404, 200, 404, 404]);
  // Wires: without a ticket, with one of another kind, and for another path.
  for (const protocols of [['relais.v1'], ['relais.v1', `ticket.${known.ticket}`], ['other']]) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/channel`, protocols);
    await new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
  }
}

/** All texts that can be read off bytes without a key: as they are, and each part of each ticket decoded. */
function readable(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const parts = text.match(/[\w-]{8,}/g) ?? [];
  const decoded = [...new Set(parts)].map((part) => {
    try {
      return Buffer.from(base64url.decode(part)).toString('latin1');
    } catch {
      return '';
    }
  });
  return [text, ...decoded].join('\n');
}

/** Whether a number stands in a text by itself, or in bytes as a relay writes it. */
function holdsNumber(text: string, number: number): boolean {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  const big = Buffer.from(bytes).reverse();
  const asBytes = [bytes, big].some((each) => text.includes(each.toString('latin1')));
  return asBytes || new RegExp(`(?<![\\d.])${number}(?!\\d)`).test(text);
}

it.each([true, false])(
  'no byte of it holds anybody’s address, nor anything of the relay where the gateway alone knows it: %s',
  async (only) => {
    await using stack = await startStack(
      { linkDelay: 20, relay: { checkDelay: 20 }, relayHost: 'localhost' },
      {
        gateway: { only, address: GATEWAY },
        trustedProxies: ['127.0.0.1'],
        developmentIp: LOCAL,
      },
    );
    await using tap = await WireTap.before(stack.proxyUrl);
    const pages = ADDRESSES.map((address) => new TappedPage(tap.url, address));
    const [host, joiner, kicked] = pages as [TappedPage, TappedPage, TappedPage];
    await host.relay.create();
    for (const page of [joiner, kicked]) await page.relay.join(host.relay.joinCode ?? '');
    const hosting = await host.open();
    hosting.on('datagram', (bytes, id) => hosting.send(bytes, id));
    const client = await joiner.open();
    const heard = new Set<number | undefined>();
    client.on('datagram', ([number]) => heard.add(number));
    const third = await kicked.open();
    const closing = new Promise((resolve) => third.on('close', resolve));
    await echo(client, heard, 1);

    const relays = [structuredClone(stack.simulator.sessions()[0])];
    const list = await new GameClient(tap.url).send('GET', '/v1/relays/sessions', {
      token: host.relay.ticket,
    });
    expect(list.body.sessions).toHaveLength(1);
    await askForWhatIsRefused(tap.url, joiner.relay);
    await host.relay.kick(kicked.relay.playerId ?? '');
    expect(await closing).toBe('revoked');
    joiner.cut();
    await echo(client, heard, 2);
    await stack.simulator.relink(host.relay.session?.session_id ?? '');
    relays.push(structuredClone(stack.simulator.sessions()[0]));
    const before = stack.simulator.stats().relay.forwarded;
    await echo(client, heard, 3);
    expect(stack.simulator.stats().relay.forwarded).toBeGreaterThan(before);
    // The figures are told each second.
    await until(() => expect(client.stats().gateway?.toPage.sent).toBeGreaterThan(2));
    await joiner.relay.leave();
    await host.relay.leave();

    const text = readable(tap.bytes());
    for (const sign of ['"join_code"', '"hello"', '"stats"', '"revoked"', 'HTTP/1.1 404']) {
      expect(text).toContain(sign);
    }
    for (const address of [...ADDRESSES, GATEWAY, LOCAL]) expect(text).not.toContain(address);
    const users = relays.flatMap((relay) => relay?.session_users ?? []);
    expect(new Set(users.map(({ ip_address }) => ip_address))).toEqual(new Set([GATEWAY]));
    const numbers = [
      ...relays.map((relay) => relay?.authorization_token ?? 0),
      ...users.map(({ authorization_token = 0 }) => authorization_token),
      ...relays.flatMap(({ relay } = {} as never) => [
        relay?.ports?.server?.port ?? 0,
        relay?.ports?.client?.port ?? 0,
      ]),
    ];
    expect(numbers.every((number) => number > 1_024)).toBe(true);
    const found = [...new Set(numbers)].filter((number) => holdsNumber(text, number));
    const places = ['localhost', '127.0.0.1'].filter((place) => text.includes(place));
    // Without it a native player needs all of that, and each gets their own.
    if (only) expect([found, places]).toEqual([[], []]);
    else expect(found.length).toBeGreaterThan(3);
  },
);
