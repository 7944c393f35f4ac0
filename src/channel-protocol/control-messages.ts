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
}

/** Answers a {@link Probe} at once. */
export interface Echo {
  readonly type: 'echo';
  readonly id: number;
}

/** What a gateway says to a page. */
export type FromGateway = Hello | State | Stats | Probe | Echo;
/** What a page says to a gateway. */
export type FromPage = Probe | Echo;

/**
 * Reads what a gateway says. `undefined` where it is no message. A page trusts its own studio's gateway: what is in a
 * message is taken as it is.
 */
export function readFromGateway(text: string): FromGateway | undefined {
  return readObject(text) as FromGateway | undefined;
}

/** Reads what a page says. `undefined` where it is no message of a page. */
export function readFromPage(text: string): FromPage | undefined {
  const { type, id } = (readObject(text) ?? {}) as Partial<FromPage>;
  const isPages = type === 'probe' || type === 'echo';
  return isPages && Number.isSafeInteger(id) && Number(id) >= 0
    ? { type, id: Number(id) }
    : undefined;
}

/** Writes a text message. */
export function writeControlMessage(message: FromGateway | FromPage): string {
  return JSON.stringify(message);
}

function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
