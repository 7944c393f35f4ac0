import type { RelaySide } from '../datagram/index.js';
import type { SharedLimits } from './shared-limits.js';

/** Why a seat has no channel any more. */
export type SeatEnd =
  /** The player was kicked, or their lease ran out. */
  | 'revoked'
  /** The session is over, or has failed. */
  | 'ended'
  /** The seat has a newer wire, in another process. */
  | 'replaced'
  /** This process stops to follow seats. */
  | 'closing';

/** What a gateway has to know of a seat: where its relay is, and what to say there. Nothing of it reaches the page. */
export interface SeatDocument {
  /** Which side of the relay the player is on. */
  readonly role: RelaySide;
  /** How many players the session has now. The host's share of what may be sent goes by it. */
  readonly players: number;
  /** Whether the session is ready and linked. */
  readonly isOpen: boolean;
  /** Where the relay is. */
  readonly relay?:
    | {
        /** A name or an IP address. */
        readonly host: string;
        /** The UDP port for this side. */
        readonly port: number;
      }
    | undefined;
  /** The player's own token, unsigned 32-bit. */
  readonly userAuthorizationToken?: number | undefined;
  /** The token that all players share, unsigned 32-bit. */
  readonly sessionAuthorizationToken?: number | undefined;
}

/** Whom a {@link SeatSource} tells what becomes of a seat. */
export interface SeatListener {
  /** Called at once, before `follow` resolves, and at each change. */
  onDocument(document: SeatDocument): void;
  /** Called once, when the seat is no more; nothing else is told after it. */
  onEnd(reason: SeatEnd): void;
}

/** A seat that is followed. */
export interface FollowedSeat {
  /** Names the seat: the same for each of its tickets, another for each other seat. Never told to anybody. */
  readonly key: string;
  /** How long the seat lasts after it was renewed, in milliseconds. */
  readonly lease: number;
  /** The session's id, for the log. */
  readonly session?: string | undefined;
  /** The player's id, for the log. */
  readonly player?: string | undefined;
  /** Renews the seat's lease. */
  renew(): Promise<void>;
  /**
   * Asks the source to look upstream soon, for the relay refuses the player. The source sees to it that this is rare.
   */
  refresh(): void;
  /** Ends the following: nothing is told any more. */
  release(): void;
}

/** Where a gateway learns who may have a channel, and where it leads. The proxy is one. */
export interface SeatSource {
  /** What this process and others count together. @default each gateway counts by itself */
  readonly sharedLimits?: SharedLimits | undefined;
  /** Whether a page of this origin may open a channel. `undefined` comes from programs that are no browser. */
  allowsOrigin(origin: string | undefined): boolean;
  /** Under which name the wires of an address are counted: the client's network, behind proxies that are trusted. */
  addressKey(headers: Headers, remoteAddress: string): string;
  /**
   * Follows the seat that a ticket is for. Rejects with an error that has the fields of a {@link SeatRefusal}.
   *
   * @param admit - called with the seat's key before anything is done for the seat. What it throws, this rejects with.
   */
  follow(
    ticket: string,
    listener: SeatListener,
    admit?: (key: string) => void,
  ): Promise<FollowedSeat>;
}

/** The codes that a {@link SeatSource} may refuse a ticket with; close codes of the channel. */
export type SeatRefusalCode = 4401 | 4403 | 4404 | 4429 | 4503;

/** Why a ticket opens nothing. */
export interface SeatRefusal {
  /** What the wire is closed with. */
  readonly code: SeatRefusalCode;
  /** One word for the page and the log; no secret in it. */
  readonly reason: string;
}

const CODES: readonly unknown[] = [4401, 4403, 4404, 4429, 4503] satisfies SeatRefusalCode[];

/** The refusal that an error is, if it is one. */
export function refusalOf(error: unknown): SeatRefusal | undefined {
  const { code, reason } = (error ?? {}) as Partial<SeatRefusal>;
  return CODES.includes(code) && typeof reason === 'string' ? (error as SeatRefusal) : undefined;
}
