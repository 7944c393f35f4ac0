import type { BrowserContext } from 'playwright-core';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import {
  connect,
  type GamePages,
  type GameWindow,
  onPage,
  type ScriptedPage,
} from './game-pages.js';

/** What is on the page of a game that plays by a gateway. */
export interface ChannelWindow extends GameWindow {
  channel: RelayChannel;
  /** The states that the channel went through, and why it was closed. */
  told: string[];
  /** What it heard: the last byte of each datagram, and whom it is from. */
  heard: { readonly number: number; readonly from: number | undefined }[];
}

const VIA = { via: 'gateway' } as const;

/** Reads something on such a page, or does something there. */
export const inPlay = <T, A = undefined>(
  page: ScriptedPage,
  read: (game: ChannelWindow, argument: A) => T | Promise<T>,
  argument?: A,
): Promise<T> => onPage(page, read as (game: GameWindow, argument: A) => T | Promise<T>, argument);

/** A page that comes by the gateway. */
export const openByGateway = (pages: GamePages, proxyUrl: string, player?: BrowserContext) =>
  pages.open(proxyUrl, player, VIA);

/** Makes the connection of a page that was reloaded. */
export const connectByGateway = (page: ScriptedPage) => connect(page, VIA);

/** Opens the page's channel. The host sends back what it hears. */
export const openChannelOn = (page: ScriptedPage): Promise<void> =>
  inPlay(page, async (game) => {
    const { relay, relais } = game;
    const channel = await relais.openChannel(relay);
    Object.assign(game, { channel, told: [], heard: [] });
    channel.on('state', (state) => game.told.push(state));
    channel.on('close', (reason) => game.told.push(reason));
    channel.on('datagram', (bytes, from) => {
      game.heard.push({ number: bytes[0] ?? -1, from });
      if (relay.role === 'server') channel.send(bytes, from);
    });
  });

/** The client sends a number until its echo is there. @returns the connection id that the host knows the client by. */
export async function echo(
  host: ScriptedPage,
  client: ScriptedPage,
  number: number,
): Promise<number | undefined> {
  await inPlay(
    client,
    ({ channel, heard }, sent) =>
      new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          if (heard.some((each) => each.number === sent)) {
            clearInterval(timer);
            resolve();
          } else channel.send(Uint8Array.of(sent));
        }, 50);
      }),
    number,
  );
  return inPlay(
    host,
    ({ heard }, sent) => heard.find((each) => each.number === sent)?.from,
    number,
  );
}
