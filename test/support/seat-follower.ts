import type {
  FollowedSeat,
  SeatDocument,
  SeatEnd,
  SeatListener,
  SeatSource,
} from '../../src/gateway/index.js';

/** Follows a seat as a gateway does, and keeps what it is told. */
export class SeatFollower implements SeatListener {
  readonly documents: SeatDocument[] = [];
  readonly ends: SeatEnd[] = [];
  /** The seat. Only after {@link SeatFollower.of}. */
  seat!: FollowedSeat;

  /** Rejects with what refuses the ticket. */
  static async of(seats: SeatSource, ticket: string): Promise<SeatFollower> {
    const follower = new SeatFollower();
    follower.seat = await seats.follow(ticket, follower);
    return follower;
  }

  onDocument(document: SeatDocument): void {
    this.documents.push(document);
  }

  onEnd(reason: SeatEnd): void {
    this.ends.push(reason);
  }
}
