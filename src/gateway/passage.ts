/** Why a page's datagram did not reach the relay. */
export type FromPageDrop =
  /** It was no message of the channel. The wire is closed. */
  | 'malformed'
  /** It came more than 250 ms later than the quickest. */
  | 'late'
  /** The seat sends more than it may. */
  | 'rate'
  /** The relay has not found the player valid, or not yet. */
  | 'not-open'
  /** The system did not send it. */
  | 'socket';

/** Why a relay's datagram did not reach the page. */
export type ToPageDrop =
  /** The page has not answered for too long: it would come late. */
  | 'stalled'
  /** Too many bytes are on their way to the page. */
  | 'congested'
  /** The relay sends more than can be meant for one player. */
  | 'rate'
  /** The page's wire was lost, and is not back yet. */
  | 'no-wire';

/** What became of the datagrams of one direction. `received` is `sent` and all that were dropped, exactly. */
export interface Passage<TDrop extends string> {
  /** Datagrams that came in. */
  readonly received: number;
  /** Datagrams that went on. */
  readonly sent: number;
  /** Datagrams that did not, by the cause. */
  readonly dropped: Readonly<Record<TDrop, number>>;
}

/** Counts the datagrams to a page. */
export class ToPageCounts implements Passage<ToPageDrop> {
  received = 0;
  sent = 0;
  readonly dropped: Record<ToPageDrop, number> = {
    stalled: 0,
    congested: 0,
    rate: 0,
    'no-wire': 0,
  };
}

/** Adds the figures of `more` to `sum`. */
export function addPassage<TDrop extends string>(
  sum: { received: number; sent: number; readonly dropped: Record<TDrop, number> },
  more: Passage<TDrop>,
): void {
  sum.received += more.received;
  sum.sent += more.sent;
  for (const cause of Object.keys(more.dropped) as TDrop[]) {
    sum.dropped[cause] += more.dropped[cause];
  }
}
