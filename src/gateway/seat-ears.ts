import type { SeatDocument, SeatEnd, SeatListener } from '../channel-protocol/seat-source.js';

/**
 * Hears what becomes of a seat, and keeps it until somebody wants to know: the first is told before the wire is let in.
 */
export class SeatEars implements SeatListener {
  #document: SeatDocument | undefined;
  #end: SeatEnd | undefined;
  #listener: SeatListener | undefined;

  /** The newest document. */
  get document(): SeatDocument | undefined {
    return this.#document;
  }

  /** Whether the seat is no more. */
  get end(): SeatEnd | undefined {
    return this.#end;
  }

  onDocument(document: SeatDocument): void {
    this.#document = document;
    this.#listener?.onDocument(document);
  }

  onEnd(reason: SeatEnd): void {
    this.#end = reason;
    this.#listener?.onEnd(reason);
  }

  /** Tells `listener` from now on; of what was told before, the fields know. `undefined` for nobody. */
  tell(listener: SeatListener | undefined): void {
    this.#listener = listener;
  }
}
