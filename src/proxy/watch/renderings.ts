import type { Seat } from '../store/index.js';
import { etagOf, hashOf, joinHashes, type TextHash } from './etag.js';
import { closeObject, continueObject, openObject } from './open-json.js';
import {
  type Credentials,
  type Known,
  ownDocument,
  sharedDocument,
  ticketDocument,
} from './player-document.js';

/** What a player gets to read, ready to be sent. */
export interface Rendering {
  /** JSON. */
  readonly body: string;
  /** Strong: over the whole body. */
  readonly etag: string;
  /** The body's length, in bytes. */
  readonly length: number;
}

/** A part of a body, and the part's hash. */
interface Part {
  readonly text: string;
  readonly hash: TextHash;
}

/** The end of one player's body, which changes only with their tickets. */
interface TicketPart extends Part {
  readonly credentials: Credentials;
}

/** The middle of one player's body, and what is known of the whole body. */
interface OwnText {
  readonly end: TicketPart;
  readonly text: string;
  readonly etag: string;
  readonly length: number;
}

/**
 * The documents of one session's players, as texts. A body begins with what all players share, which is put into text
 * once after each change. The player's own part follows, a few words that may change as well, and then their tickets.
 * Those are most of what is the player's own, and are put into text only when they are new: a change must reach
 * thousands of players at the same moment.
 */
export class Renderings {
  #shared: Part | undefined;
  /** By player. */
  readonly #own = new Map<string, OwnText>();
  /** By player. */
  readonly #ends = new Map<string, TicketPart>();

  /** Forgets all but the tickets: something has changed. */
  clear(): void {
    this.#shared = undefined;
    this.#own.clear();
  }

  /** The document of the player in a seat, with their tickets. */
  render(known: Known, seat: Seat, credentials: Credentials): Rendering {
    this.#shared ??= this.#begin(known);
    let own = this.#own.get(seat.playerId);
    if (!own || !isSame(own.end.credentials, credentials)) {
      own = writeOwn(known, seat, this.#shared.hash, this.#end(seat, credentials));
      this.#own.set(seat.playerId, own);
    }
    const body = this.#shared.text + own.text + own.end.text;
    return { body, etag: own.etag, length: own.length };
  }

  #begin(known: Known): Part {
    this.#forgetTicketsOfOthers(known.seats);
    return write(openObject(sharedDocument(known)));
  }

  #end(seat: Seat, credentials: Credentials): TicketPart {
    const written = this.#ends.get(seat.playerId);
    if (written && isSame(written.credentials, credentials)) return written;
    const end = { credentials, ...write(closeObject(ticketDocument(seat, credentials))) };
    this.#ends.set(seat.playerId, end);
    return end;
  }

  /** Forgets the tickets of players who have left. */
  #forgetTicketsOfOthers(seats: readonly Seat[]): void {
    const players = new Set(seats.map(({ playerId }) => playerId));
    for (const playerId of this.#ends.keys()) {
      if (!players.has(playerId)) this.#ends.delete(playerId);
    }
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  const { gateway, ticket } = one;
  return (
    ticket === other.ticket &&
    gateway?.ticket === other.gateway?.ticket &&
    gateway?.url === other.gateway?.url
  );
}

const write = (text: string): Part => ({ text, hash: hashOf(text) });

function writeOwn(known: Known, seat: Seat, shared: TextHash, end: TicketPart): OwnText {
  const text = continueObject(ownDocument(known, seat));
  const hash = joinHashes(hashOf(text, shared), end.hash);
  return { end, text, etag: etagOf(hash), length: hash.length };
}
