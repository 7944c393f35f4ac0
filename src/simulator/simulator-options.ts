import * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import { isHost } from '../common/hosts.js';
import type { OperationId } from './operations.js';
import { oneWayTime, share } from './relay/index.js';
import { delay } from './sessions/index.js';

/** What *authorize-user* can do with an address that a user of the session has already. */
export const SAME_ADDRESS_CHOICES: readonly SameAddress[] = ['new-user', 'same-user', 'conflict'];

/** What *authorize-user* does with an address that a user of the session has already. */
export type SameAddress = 'new-user' | 'same-user' | 'conflict';

/** How to run a simulator. */
export interface SimulatorOptions {
  /**
   * TCP port; 0 picks a free one.
   *
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * Address to listen on, for the API and for the relay.
   *
   * @default `127.0.0.1`
   */
  readonly hostname?: string | undefined;
  /**
   * The API token that it asks for.
   *
   * @default `secret`
   */
  readonly apiToken?: string | undefined;
  /**
   * Time from *create* until a session is linked, in milliseconds.
   *
   * @default 1500
   */
  readonly linkDelay?: number | undefined;
  /**
   * Time from *create* until a session is ready, in milliseconds.
   *
   * @default `null`, together with `linked`
   */
  readonly readyDelay?: number | null | undefined;
  /**
   * How many of the requests fail, 0 (none) to 1 (all), each in one of many ways.
   *
   * @default 0
   */
  readonly failRate?: number | undefined;
  /**
   * How absent values arrive: as `null`, `missing`, or by session the one or the other.
   *
   * @default `mixed`, because clients must take both
   */
  readonly absent?: 'null' | 'missing' | 'mixed' | undefined;
  /**
   * Makes ids, tokens and faults the same in each run that gets the same requests in the same order; ports
   * too, but for those of UDP relays, which are whatever is free. 0 to 4294967295.
   *
   * @default none
   */
  readonly seed?: number | undefined;
  /**
   * Whether each session has a relay that forwards UDP, and how it treats its peers.
   *
   * @default `false`, plausible ports without a socket behind them, so that tests are fast
   */
  readonly relay?: boolean | RelayOptions | undefined;
  /**
   * What sessions call their relay's host.
   *
   * @default its IP address with a relay, `<id>.relay.localhost` without
   */
  readonly relayHost?: string | undefined;
  /**
   * Whether to refuse what the API does not document. Otherwise the simulator accepts what clients in the wild send:
   * `Authorization: Token …`, fields that are not known, bodies without `Content-Type: application/json`, an empty
   * `webhook_url`, a token to revoke as a string, `GET /v1/ip`, and users with addresses for documents and examples
   * (203.0.113.7, for instance).
   *
   * @default `false`
   */
  readonly strict?: boolean | undefined;
  /**
   * What *authorize-user* does with an IP address that a user of the session has already: it makes a `new-user`,
   * answers with the `same-user` and their token, or refuses with 409, a `conflict`. We do not know which of these the
   * live service does.
   *
   * @default `new-user`
   */
  readonly sameAddress?: SameAddress | undefined;
  /**
   * Whether users may have private and reserved addresses, for work on one machine. Else a session that is created
   * with one fails, and *authorize-user* refuses it.
   *
   * @default `false`
   */
  readonly privateAddresses?: boolean | undefined;
  /**
   * Whether `/_simulator/…` is there.
   *
   * @default `false`
   */
  readonly control?: boolean | undefined;
  /**
   * Time and randomness.
   *
   * @default the platform's
   */
  readonly clock?: Clock | undefined;
  /**
   * Called as soon as a session is linked or relinked, with the clock's time, in milliseconds since the epoch.
   * What it throws is uncaught, and changes nothing here.
   *
   * @default nobody is told
   */
  readonly onLinked?: ((sessionId: string, time: number) => void) | undefined;
  /**
   * Called with each answer's operation and status, `dropped` where the connection was cut instead. What it
   * throws is uncaught, and changes nothing here.
   *
   * @default nobody is told
   */
  readonly onAnswer?: ((operation: OperationId, status: string) => void) | undefined;
}

const whole = (most: number) =>
  v.pipe(
    v.number(),
    v.integer('must be whole'),
    v.minValue(0, 'must be 0 or more'),
    v.maxValue(most, `must be ${most} or less`),
  );

const RelaySchema = v.strictObject({
  checkDelay: v.optional(delay),
  peerTimeout: v.optional(delay),
  farewell: v.optional(delay),
  loss: v.optional(share),
  latency: v.optional(oneWayTime),
  jitter: v.optional(oneWayTime),
});

/** The schema of {@link SimulatorOptions}. */
export const SimulatorOptionsSchema = v.strictObject({
  port: v.optional(whole(65_535)),
  hostname: v.optional(v.pipe(v.string(), v.check(isHost, 'must be a host without a port'))),
  apiToken: v.optional(
    v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')),
  ),
  linkDelay: v.optional(delay),
  readyDelay: v.optional(v.nullable(delay)),
  failRate: v.optional(share),
  absent: v.optional(v.picklist(['null', 'missing', 'mixed'])),
  seed: v.optional(whole(0xffff_ffff)),
  // Not a union, because its message would not name the field.
  relay: v.optional(v.lazy((relay) => (typeof relay === 'object' ? RelaySchema : v.boolean()))),
  relayHost: v.optional(v.pipe(v.string(), v.check(isHost, 'must be a host without a port'))),
  strict: v.optional(v.boolean()),
  sameAddress: v.optional(v.picklist(SAME_ADDRESS_CHOICES)),
  privateAddresses: v.optional(v.boolean()),
  control: v.optional(v.boolean()),
  clock: v.optional(v.looseObject({})),
  onLinked: v.optional(v.function()),
  onAnswer: v.optional(v.function()),
});

/** How the simulated relays treat their peers, and what the network between them is like at the start. */
export interface RelayOptions {
  /**
   * Time from a peer's first datagram until its state is valid, in milliseconds.
   *
   * @default 1000
   */
  readonly checkDelay?: number | undefined;
  /**
   * Time without a datagram after which a peer is forgotten, in milliseconds. Where it was the server, the clients
   * are told `session-timeout` from then on.
   *
   * @default 10000
   */
  readonly peerTimeout?: number | undefined;
  /**
   * Time from the end of a session until its relay's ports close, in milliseconds: meanwhile its peers are told
   * `session-timeout`. Where there are none the ports close at once.
   *
   * @default 10000
   */
  readonly farewell?: number | undefined;
  /**
   * How many of the datagrams are lost one way, 0 (none) to 1 (all): pings, their answers and data, to the relay and
   * from it. With a `seed`, datagrams that come in the same order have the same fates.
   *
   * @default 0
   */
  readonly loss?: number | undefined;
  /**
   * Time that each datagram takes one way, in milliseconds, 60000 at most. A ping is answered after twice that.
   *
   * @default 0
   */
  readonly latency?: number | undefined;
  /**
   * Time that a datagram takes on top of `latency`, in milliseconds, 60000 at most: drawn for each, from 0 to this.
   *
   * @default 0
   */
  readonly jitter?: number | undefined;
}
