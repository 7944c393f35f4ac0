import type { RelaySession } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';
import { ownDocument, sharedDocument } from './player-document.js';

/** What a player gets to read, ready to be sent. */
export interface Rendering {
  readonly body: string;
  /** Strong: over the whole body. */
  readonly etag: string;
  /** The body's, in bytes. */
  readonly length: number;
}

/** What one session's documents are made of. */
export interface Known {
  readonly session: RelaySession;
  /** All seats, the host's first. */
  readonly seats: readonly Seat[];
  readonly joinCode: string | undefined;
}

/** The documents of one session's players. What they all share is put into text once, however many they are. */
export class Renderings {
  /** Only what is theirs alone is kept of each: a session of many players has them all in each body. */
  readonly #own = new Map<string, OwnText>();
  #shared: { readonly text: string; readonly hash: Hash } | undefined;

  /** Forgets all: something has changed. */
  clear(): void {
    this.#shared = undefined;
    this.#own.clear();
  }

  /** The document of the player in a seat, with their ticket. */
  render(known: Known, seat: Seat, ticket: string): Rendering {
    const { session, seats, joinCode } = known;
    if (!this.#shared) {
      const text = JSON.stringify(sharedDocument(session, seats, joinCode)).slice(0, -1);
      this.#shared = { text, hash: hash(text) };
    }
    const shared = this.#shared;
    let own = this.#own.get(seat.playerId);
    if (own?.ticket !== ticket) {
      const text = `,${JSON.stringify(ownDocument(session, seat, seats, ticket)).slice(1)}`;
      const whole = hash(text, shared.hash);
      own = { ticket, text, etag: `"${etagOf(whole)}"`, length: whole.length };
      this.#own.set(seat.playerId, own);
    }
    return { body: shared.text + own.text, etag: own.etag, length: own.length };
  }
}

/** One player's part of the text; the rest is of the whole document. */
interface OwnText extends Omit<Rendering, 'body'> {
  readonly ticket: string;
  readonly text: string;
}

/** 64 bits that tell one text from another, and its length in bytes; they keep no secret. */
interface Hash {
  readonly a: number;
  readonly b: number;
  readonly length: number;
}

/** The hash of a text, or of what comes before it and the text. */
function hash(text: string, before: Hash = { a: 0x811c9dc5, b: 0x9e3779b9, length: 0 }): Hash {
  let { a, b, length } = before;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
    length += bytesOf(code);
  }
  return { a, b, length };
}

/** How many bytes a UTF-16 code unit becomes in UTF-8; the two of a surrogate pair make four. JSON has no other ones. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  return code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
}

const etagOf = ({ a, b, length }: Hash) =>
  `${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}-${length.toString(36)}`;
