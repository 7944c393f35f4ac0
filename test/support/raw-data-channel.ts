import { type DataChannel, PeerConnection } from 'node-datachannel';
import type { Answer, Udp } from '../../src/channel-protocol/control-messages.js';
import { DATA_CHANNEL } from '../../src/channel-protocol/data-channel-rules.js';
import { describePeer, readDescription } from '../../src/channel-protocol/peer-parameters.js';
import type { PageClient } from './page-client.js';
import { until } from './until.js';

/** A page's end of a data channel, without any of its rules. */
export interface RawDataChannel {
  /** The offer's. */
  readonly id: number;
  readonly connection: PeerConnection;
  readonly channel: DataChannel;
  /** What came. */
  readonly messages: (string | Buffer)[];
  readonly isClosed: boolean;
  close(): void;
}

let offers = 0;

/** The answers to a page's offers so far. */
export const answersOf = (page: PageClient): Answer[] => page.of('answer');
/** Where the gateway takes data channels, as a page was told. */
export const udpOf = (page: PageClient): Udp[] => page.of('udp');

/** Offers a data channel by a page's WebSocket, and waits until it is open. */
export async function openRawDataChannel(page: PageClient): Promise<RawDataChannel> {
  await until(() => udpOf(page).length > 0);
  const connection = new PeerConnection('page', { iceServers: [], disableAutoNegotiation: true });
  const { ordered, ...options } = DATA_CHANNEL.options;
  const channel = connection.createDataChannel(DATA_CHANNEL.label, {
    ...options,
    unordered: !ordered,
  });
  offers += 1;
  const id = offers;
  const raw = {
    id,
    connection,
    channel,
    messages: [] as (string | Buffer)[],
    isClosed: false,
    close: () => connection.close(),
  };
  let isOpen = false;
  // Both let go of their handles only when they tell that they are closed.
  connection.onStateChange(() => {});
  channel.onClosed(() => {
    raw.isClosed = true;
  });
  channel.onOpen(() => {
    isOpen = true;
  });
  channel.onMessage((message) => raw.messages.push(message as string | Buffer));
  connection.setLocalDescription('offer');
  const own = readDescription(connection.localDescription()?.sdp ?? '');
  if (!own) throw new Error('No description came.');
  const { mid, ...parameters } = own;
  page.socket.send(JSON.stringify({ type: 'offer', id, ...parameters }));
  await until(() => answersOf(page).some((answer) => answer.id === id));
  const answer = answersOf(page).find((each) => each.id === id) as Answer;
  const [{ addresses, port }] = udpOf(page) as [Udp];
  const candidates = addresses.map((address) => ({ address, port }));
  connection.setRemoteDescription(
    describePeer({ ...answer, mid, setup: 'active', candidates }),
    'answer',
  );
  await until(() => isOpen);
  return raw;
}
