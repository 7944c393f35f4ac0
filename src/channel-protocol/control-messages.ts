import { type PeerParameters, readPeerParameters } from './peer-parameters.js';

// Text on the wire is JSON: one object with a `type`. Neither side fails over what it does not know, so that a newer
// one can say more. Checked by hand and not by a schema: the page's side is part of the game's bundle.

/** What became of the datagrams of one direction at the gateway, since the seat's channel was opened. */
export interface Passage {
  /** Datagrams that came in. */
  readonly received: number;
  /** Datagrams that went on. */
  readonly sent: number;
  /** Datagrams that did not, by cause. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** The first message of a wire. */
export interface Hello {
  readonly type: 'hello';
  /** Of what both sides speak. */
  readonly version: number;
  /** Where a wire that was lost comes back to: this process's own URL. `null`: the same as before. */
  readonly url: string | null;
  /** Which side of the relay the player is on. */
  readonly role: 'server' | 'client';
  /** Whether the player had a wire at this gateway before, so that the counts go on. */
  readonly returned: boolean;
  /** Datagrams of this player's that came in from the page so far, on the wires before. */
  readonly received: number;
  /** Datagrams that went to the page so far: those that it has not got were lost with a wire. */
  readonly sent: number;
  /** Whether the data channel goes on that the page named as it opened this wire. */
  readonly keeps?: boolean;
}

/** How the relay sees the player. */
export interface State {
  readonly type: 'state';
  /** `open`: the relay has found the player valid. */
  readonly state: 'checking' | 'open';
}

/** What the gateway has counted and measured. */
export interface Stats {
  readonly type: 'stats';
  /** Between gateway and relay, in milliseconds. */
  readonly relayRoundTrip: number | null;
  readonly fromPage: Passage;
  readonly toPage: Passage;
}

/** Asks the other side for an {@link Echo}: how old is what arrives there? */
export interface Probe {
  readonly type: 'probe';
  readonly id: number;
  /** Datagrams that this side has sent before it, on all wires since the channel was opened. */
  readonly sent?: number | undefined;
}

/** Answers a {@link Probe} at once. */
export interface Echo {
  readonly type: 'echo';
  readonly id: number;
  /** From the gateway: of those that the page has `sent`, so many have not come. */
  readonly missing?: number | undefined;
}

/** Where the gateway takes data channels: it does not say so where it takes none. */
export interface Udp {
  readonly type: 'udp';
  /** IP addresses. */
  readonly addresses: readonly string[];
  readonly port: number;
}

/** The page asks for a data channel. An earlier one of this page ends with it. */
export interface Offer extends PeerParameters {
  readonly type: 'offer';
  /** Tells the page's offers apart. */
  readonly id: number;
}

/**
 * The gateway takes an {@link Offer}. One that it does not take has no answer. Its `ufrag` names the data channel from
 * now on: a page whose WebSocket was lost opens the next one with it.
 */
export interface Answer extends PeerParameters {
  readonly type: 'answer';
  /** The offer's. */
  readonly id: number;
}

/** The data channel is given up: from now on this side sends by WebSocket again, and the other is to do the same. */
export interface Back {
  readonly type: 'back';
  /** The offer's. */
  readonly id: number;
}

/** The gateway stops. The page is to open a wire to another one; until that is there, this one carries on. */
export interface Move {
  readonly type: 'move';
  /** Where others are found. One that is relative is so to the proxy's own URL. */
  readonly url: string;
}

/** What a gateway says to a page. */
export type FromGateway = Hello | State | Stats | Probe | Echo | Udp | Answer | Back | Move;
/** What a page says to a gateway. */
export type FromPage = Probe | Echo | Offer | Back;

/**
 * Reads what a gateway says. `undefined` where it is no message. A page trusts its own studio's gateway: what is in a
 * message is taken as it is.
 */
export function readFromGateway(text: string): FromGateway | undefined {
  return readObject(text) as FromGateway | undefined;
}

/** Reads what a page says. `undefined` where it is no message of a page. */
export function readFromPage(text: string): FromPage | undefined {
  const message = (readObject(text) ?? {}) as Partial<FromPage>;
  const { id } = message;
  if (!isCount(id)) return undefined;
  switch (message.type) {
    case 'probe': {
      const { sent } = message;
      return { type: 'probe', id, sent: isCount(sent) ? sent : undefined };
    }
    case 'offer': {
      const parameters = readPeerParameters(message);
      return parameters && { type: 'offer', id, ...parameters };
    }
    case 'echo':
    case 'back':
      return { type: message.type, id };
    default:
      return undefined;
  }
}

/** Writes a text message. */
export function writeControlMessage(message: FromGateway | FromPage): string {
  return JSON.stringify(message);
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
