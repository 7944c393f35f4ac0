import type { RelaySession } from '../api/schemas.js';
import { ownDocument, sharedDocument } from './player-document.js';
import type { Seat } from './seat.js';

/** What a player gets to read, ready to be sent. */
export interface Rendering {
  readonly body: string;
  /** Strong: over the whole body. */
  readonly etag: string;
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
  readonly #own = new Map<string, { readonly ticket: string; readonly rendering: Rendering }>();
  #shared: { readonly text: string; readonly hash: Hash } | undefined;

  /** Forgets all: something has changed. */
  clear(): void {
    this.#shared = undefined;
    this.#own.clear();
  }

  /** The document of the player in a seat, with their ticket. */
  render(known: Known, seat: Seat, ticket: string): Rendering {
    const last = this.#own.get(seat.playerId);
    if (last?.ticket === ticket) return last.rendering;
    const { session, seats, joinCode } = known;
    if (!this.#shared) {
      const text = JSON.stringify(sharedDocument(session, seats, joinCode)).slice(0, -1);
      this.#shared = { text, hash: hash(text) };
    }
    const shared = this.#shared;
    const own = `,${JSON.stringify(ownDocument(session, seat, seats, ticket)).slice(1)}`;
    const rendering = { body: shared.text + own, etag: `"${etagOf(hash(own, shared.hash))}"` };
    this.#own.set(seat.playerId, { ticket, rendering });
    return rendering;
  }
}

/** 64 bits that tell one text from another, and its length; they keep no secret. */
interface Hash {
  readonly a: number;
  readonly b: number;
  readonly length: number;
}

/** The hash of a text, or of what comes before it and the text. */
function hash(text: string, before: Hash = { a: 0x811c9dc5, b: 0x9e3779b9, length: 0 }): Hash {
  let { a, b } = before;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  return { a, b, length: before.length + text.length };
}

const etagOf = ({ a, b, length }: Hash) =>
  `${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}-${length.toString(36)}`;
