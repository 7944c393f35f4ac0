import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openChannel } from '../../src/channel/open-channel.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { NativePlayer } from '../support/native-player.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';

// Pages by the gateway, and players whose netcode was written for the relay alone, over real sockets.

const start = () => startStack({ linkDelay: 20, relay: { checkDelay: 20 } }, { gateway: {} });

/** A page's channel, with what it heard. */
class PagePlayer {
  readonly channel: RelayChannel;
  readonly heard: { readonly from: number | undefined; readonly text: string }[] = [];

  private constructor(channel: RelayChannel) {
    this.channel = channel;
    channel.on('datagram', (bytes, from) => {
      const text = new TextDecoder().decode(bytes);
      // The same manners as the native player's.
      if (text === 'hello') channel.send(new TextEncoder().encode('welcome'), from);
      else if (text !== 'welcome') this.heard.push({ from, text });
    });
  }

  static async enter(relay: RelayConnection): Promise<PagePlayer> {
    const options = { WebSocket };
    return new PagePlayer(await openChannel(relay, options));
  }

  say(text: string, to?: number): void {
    this.channel.send(new TextEncoder().encode(text), to);
  }
}

/** Repeats what UDP may lose until it has come. */
const untilHeard = async (say: () => void, heard: () => boolean) => {
  await until(() => {
    if (!heard()) say();
    expect(heard()).toBe(true);
  });
};

const textsOf = (player: { heard: readonly { text: string }[] }) => [
  ...new Set(player.heard.map(({ text }) => text)),
];

describe('a page and a native player', () => {
  it('play, the native player as host', async () => {
    await using stack = await start();
    await using hosting = new RelayConnection(stack.proxyUrl);
    await using joining = new RelayConnection(stack.proxyUrl, { via: 'gateway' });
    await using host = await NativePlayer.enter(await hosting.create());
    await joining.join(hosting.joinCode ?? '');
    const page = await PagePlayer.enter(joining);
    await untilHeard(
      () => page.say('from the page'),
      () => textsOf(host).includes('from the page'),
    );
    const id = host.heard[0]?.from ?? 0;
    await untilHeard(
      () => host.say('from the host', id),
      () => textsOf(page).includes('from the host'),
    );
    expect(page.heard[0]?.from).toBeUndefined();
  });

  it('play, the page as host: the client’s first datagram is data, and its pings come after', async () => {
    await using stack = await start();
    await using hosting = new RelayConnection(stack.proxyUrl, { via: 'gateway' });
    await using joining = new RelayConnection(stack.proxyUrl);
    await hosting.create();
    const page = await PagePlayer.enter(hosting);
    await using client = await NativePlayer.enter(await joining.join(hosting.joinCode ?? ''));
    await client.met();
    await untilHeard(
      () => client.say('from the client'),
      () => textsOf(page).includes('from the client'),
    );
    const id = page.heard[0]?.from;
    await untilHeard(
      () => page.say('from the page', id),
      () => textsOf(client).includes('from the page'),
    );
  });
});

describe('eight players', () => {
  it.each(['page', 'native player'])(
    'each get what is theirs alone, where the host is a %s',
    async (kind) => {
      await using stack = await start();
      const isPage = kind === 'page';
      const via = { via: 'gateway' } as const;
      await using hosting = new RelayConnection(stack.proxyUrl, isPage ? via : {});
      const endpoint = await hosting.create();
      await using native = isPage ? undefined : await NativePlayer.enter(endpoint);
      const host = native ?? (await PagePlayer.enter(hosting));
      // Four pages and three native players, in turn.
      const clients = await Promise.all(
        Array.from({ length: 7 }, async (_, index) => {
          const isPage = index % 2 === 0;
          const relay = new RelayConnection(stack.proxyUrl, isPage ? via : {});
          const place = await relay.join(hosting.joinCode ?? '');
          const player = isPage
            ? await PagePlayer.enter(relay)
            : await (await NativePlayer.enter(place)).met();
          return { player, relay, name: `player ${index}` };
        }),
      );
      try {
        for (const { player, name } of clients) {
          await untilHeard(
            () => player.say(name),
            () => textsOf(host).includes(name),
          );
        }
        const ids = new Map(host.heard.map(({ from, text }) => [text, from ?? 0]));
        expect(new Set(ids.values()).size).toBe(7);
        for (const { player, name } of clients) {
          await untilHeard(
            () => host.say(`for ${name}`, ids.get(name)),
            () => player.heard.length > 0,
          );
        }
        expect(clients.map(({ player }) => textsOf(player))).toEqual(
          clients.map(({ name }) => [`for ${name}`]),
        );
        expect(textsOf(host).sort()).toEqual(clients.map(({ name }) => name));
      } finally {
        for (const { player, relay } of clients) {
          if (player instanceof NativePlayer) await player[Symbol.asyncDispose]();
          await relay.leave();
        }
      }
    },
  );
});
