/**
 * What one end of a data channel has to know of the other. Neither side sends a session description or a candidate:
 * each writes the other's description by itself, from these three. So no address that a page names gets anywhere.
 */
export interface PeerParameters {
  /** Names the end in ICE's checks (RFC 8839, 5.4): 4 to 256 characters. */
  readonly ufrag: string;
  /** What the checks are signed with: 22 to 256 characters. */
  readonly password: string;
  /** Of the end's certificate (RFC 8122, 5): the hash's name and its bytes in hexadecimal, `sha-256 AB:CD:…`. */
  readonly fingerprint: string;
}

const UFRAG = /^[\w+/-]{4,256}$/;
const PASSWORD = /^[\w+/-]{22,256}$/;
const FINGERPRINT = /^sha-(?:256|384|512) [\dA-F]{2}(?::[\dA-F]{2}){31,63}$/i;

/** Reads them; `undefined` where one is missing, or is not what it must be. */
export function readPeerParameters(from: Partial<PeerParameters>): PeerParameters | undefined {
  const { ufrag, password, fingerprint } = from;
  const areGood =
    isLike(UFRAG, ufrag) && isLike(PASSWORD, password) && isLike(FINGERPRINT, fingerprint);
  return areGood ? ({ ufrag, password, fingerprint } as PeerParameters) : undefined;
}

const isLike = (pattern: RegExp, text: unknown) => typeof text === 'string' && pattern.test(text);

/** How one end is described. */
export interface PeerDescription extends PeerParameters {
  /** The end's name for the data channel's section: both ends use that of the offer. */
  readonly mid: string;
  /** Who begins with the encryption: the answering side does, for it knows both ends first. */
  readonly setup: 'actpass' | 'active';
  /** Where the end can be reached; none for a page, which is reached by the checks that it sends. */
  readonly candidates: readonly { readonly address: string; readonly port: number }[];
}

/** A description of one end for the other end's WebRTC (RFC 8866), for one data channel and nothing else. */
export function describePeer(peer: PeerDescription): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${peer.mid}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${peer.mid}`,
    `a=setup:${peer.setup}`,
    `a=ice-ufrag:${peer.ufrag}`,
    `a=ice-pwd:${peer.password}`,
    `a=fingerprint:${peer.fingerprint}`,
    'a=sctp-port:5000',
    `a=max-message-size:${LARGEST_MESSAGE}`,
    ...peer.candidates.map(
      ({ address, port }, index) =>
        `a=candidate:${index + 1} 1 UDP ${FIRST - index} ${address} ${port} typ host`,
    ),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** The longest message of a data channel, in bytes: a datagram with what stands before it, or a control message. */
export const LARGEST_MESSAGE = 1_200;
/** The priority of the first candidate. */
const FIRST = 2_122_260_223;

/** What a description says of its own end; `undefined` where it does not say it all. */
export function readDescription(
  sdp: string,
): (PeerParameters & { readonly mid: string }) | undefined {
  const read = (name: string) => new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1];
  const parameters = readPeerParameters({
    ufrag: read('ice-ufrag') ?? '',
    password: read('ice-pwd') ?? '',
    fingerprint: read('fingerprint') ?? '',
  });
  return parameters && { ...parameters, mid: read('mid') ?? '0' };
}
