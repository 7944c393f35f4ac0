// From the library's data channels to UDP and back with nothing in between: the limit of this wire.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { IceUdpMuxListener, PeerConnection, setSctpSettings } from 'node-datachannel';

/** As the gateway's data channels are: agreed upon beforehand, and what is lost is lost. */
export const CHANNEL = { negotiated: true, id: 0, maxRetransmits: 0 };
/** As the gateway's, one UDP port for all. */
const PORT = 3479;
const PEER = {
  iceServers: [],
  enableIceUdpMux: true,
  portRangeBegin: PORT,
  portRangeEnd: PORT,
  disableAutoNegotiation: true,
};
const SCTP = { sendBufferSize: 64 * 1024 };

const CANDIDATE = /^a=(candidate|end-of-candidates).*\r?\n/gm;

/** What the library must not lose to the garbage collection. */
const kept = new Set();

/** Takes offers by HTTP, and sends what comes to an echo. */
export async function startDataForwarder({ port, hostname }) {
  setSctpSettings(SCTP);
  kept.add(new IceUdpMuxListener(PORT));
  const server = createServer(async (request, response) => {
    response.end(await answer(await text(request), { port, hostname }));
  });
  server.listen(0, hostname);
  await once(server, 'listening');
  return { url: `http://${hostname}:${server.address().port}/` };
}

async function answer(offer, { port, hostname }) {
  const peer = new PeerConnection('bare', PEER);
  const isGathered = new Promise((resolve) => {
    peer.onGatheringStateChange((state) => state === 'complete' && resolve());
  });
  // A page's own checks tell where it is.
  peer.setRemoteDescription(offer.replaceAll(CANDIDATE, ''), 'offer');
  const channel = peer.createDataChannel('bare', { ...CHANNEL, unordered: true });
  kept.add({ peer, channel });
  const udp = createSocket('udp4');
  udp.connect(port, hostname);
  udp.on('message', (bytes) => channel.sendMessageBinary(bytes));
  channel.onMessage((bytes) => udp.send(bytes));
  peer.setLocalDescription('answer');
  await isGathered;
  return peer.localDescription().sdp;
}
