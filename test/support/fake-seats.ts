import type {
  FollowedSeat,
  SeatDocument,
  SeatEnd,
  SeatListener,
  SeatRefusalCode,
  SeatSource,
} from '../../src/gateway/index.js';
import type { RelaySeat } from './relay-match.js';

/** One seat, and what a gateway did with it. */
export class FakeSeat {
  readonly key: string;
  document: SeatDocument;
  /** The tickets that open it. */
  readonly tickets: string[];
  lease = 120_000;
  renewals = 0;
  refreshes = 0;
  /** How often following began and ended. */
  follows = 0;
  releases = 0;
  /** Lets renewals fail. */
  isBroken = false;
  readonly listeners = new Set<SeatListener>();

  constructor(key: string, document: SeatDocument) {
    this.key = key;
    this.document = document;
    this.tickets = [`ticket-of-${key}`];
  }

  update(document: Partial<SeatDocument>): void {
    this.document = { ...this.document, ...document };
    for (const listener of this.listeners) listener.onDocument(this.document);
  }

  end(reason: SeatEnd): void {
    for (const listener of [...this.listeners]) listener.onEnd(reason);
  }
}

/** Who has a seat, as a test wants it. */
export class FakeSeats implements SeatSource {
  readonly seats: FakeSeat[] = [];
  readonly origins = new Set<string | undefined>([undefined, 'https://game.example']);
  /** What tickets are refused with. */
  readonly refusals = new Map<string, readonly [SeatRefusalCode, string]>();
  /** The tickets that were shown, in order. */
  readonly shown: string[] = [];
  /** Tickets that are never looked at. */
  readonly hung = new Set<string>();
  /** Tells addresses apart. */
  addressKey = (headers: Headers, remoteAddress: string): string =>
    headers.get('x-forwarded-for') ?? remoteAddress;

  allowsOrigin(origin: string | undefined): boolean {
    return this.origins.has(origin);
  }

  /** A seat at a relay. */
  add(seat: RelaySeat, players = 2): FakeSeat {
    const { side, host, port, userAuthorizationToken, sessionAuthorizationToken } = seat;
    const tokens = { userAuthorizationToken, sessionAuthorizationToken };
    const document = { role: side, players, isOpen: true, relay: { host, port }, ...tokens };
    const added = new FakeSeat(`seat-${this.seats.length + 1}`, document);
    this.seats.push(added);
    return added;
  }

  async follow(
    ticket: string,
    listener: SeatListener,
    admit: (key: string) => void = () => {},
  ): Promise<FollowedSeat> {
    this.shown.push(ticket);
    if (this.hung.has(ticket)) return new Promise(() => {});
    const seat = this.seats.find(({ tickets }) => tickets.includes(ticket));
    const [code, reason] = this.refusals.get(ticket) ?? [4401, 'ticket'];
    if (!seat || this.refusals.has(ticket))
      throw Object.assign(new Error(reason), { code, reason });
    admit(seat.key);
    seat.follows += 1;
    seat.listeners.add(listener);
    listener.onDocument(seat.document);
    return {
      key: seat.key,
      lease: seat.lease,
      session: 'session-1',
      player: seat.key,
      async renew() {
        seat.renewals += 1;
        if (seat.isBroken) throw new Error('The store is away.');
      },
      refresh: () => {
        seat.refreshes += 1;
      },
      release() {
        seat.releases += 1;
        seat.listeners.delete(listener);
      },
    };
  }
}
