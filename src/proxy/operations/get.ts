import type { Clock } from '../../common/clock.js';
import type { Limiter } from '../limits/index.js';
import { seatRevoked } from '../proxy-error.js';
import type { SessionRecords } from '../store/index.js';
import type { Rendering } from '../watch/index.js';
import { KnownTags } from './known-tags.js';
import type { OwnSession, OwnSessions } from './own-sessions.js';
import type { PlayerRequest } from './player-request.js';

/** What {@link Get} works with. */
export interface GetTools {
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly own: OwnSessions;
  readonly records: SessionRecords;
  /** The longest time that a request is held, in seconds. */
  readonly longestWait: number;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}

/** What the headers of one *get* ask for. */
interface Asked {
  /** The documents that the player knows. */
  readonly known: KnownTags;
  /** How long they are willing to wait, in seconds; `undefined` without a `Prefer`, `NaN` where it asks for no wait. */
  readonly wait: number | undefined;
}

/**
 * The operation *get*. It answers at once, or, if the player knows the document already and is willing to wait, when
 * the document changes (`If-None-Match`, and `Prefer: wait=N` of RFC 7240).
 */
export class Get {
  readonly #tools: GetTools;

  constructor(tools: GetTools) {
    this.#tools = tools;
  }

  /**
   * Answers one *get*. If everything is at hand, no promise is made on the way, because this is most of what a proxy
   * does.
   *
   * @throws {ProxyError} 401, 403, 404, 429. {@link RelayError}.
   */
  get(request: PlayerRequest, sessionId: string): Response | Promise<Response> {
    const { own } = this.#tools;
    const asked = this.#asked(request.raw.headers);
    const atHand = own.atHand(request, sessionId);
    const rendering = atHand && own.documentAtHand(atHand, request);
    if (!rendering) return this.#load(request, asked, sessionId);
    return this.#answerOrHold(request, asked, atHand, rendering);
  }

  #asked(headers: Headers): Asked {
    const known = headers.get('if-none-match');
    const prefer = headers.get('prefer');
    return {
      known: known === null ? KnownTags.NONE : new KnownTags(known),
      wait: prefer === null ? undefined : Math.min(parseWait(prefer), this.#tools.longestWait),
    };
  }

  async #load(request: PlayerRequest, asked: Asked, sessionId: string): Promise<Response> {
    const { own } = this.#tools;
    const found = await own.find(request, sessionId);
    const credentials = await own.credentialsFor(found, request);
    // From here to the wait there must be no `await`: a change in between would be missed.
    const rendering = found.watcher.render(found.seat, credentials);
    return this.#answerOrHold(request, asked, found, rendering);
  }

  #answerOrHold(
    request: PlayerRequest,
    asked: Asked,
    own: OwnSession,
    rendering: Rendering,
  ): Response | Promise<Response> {
    const isHeld = asked.wait && asked.known.has(rendering.etag);
    return isHeld ? this.#hold(request, asked, own, rendering) : answer(request, asked, rendering);
  }

  /** Answers once there is news of the session, at the latest when the player is no longer willing to wait. */
  async #hold(
    request: PlayerRequest,
    asked: Asked,
    own: OwnSession,
    first: Rendering,
  ): Promise<Response> {
    const release = this.#tools.limiter.holdWait(request.playerId);
    try {
      return answer(request, asked, await this.#awaitNews(request, asked, own, first));
    } finally {
      release();
    }
  }

  /** The document once it is another than the first, or the newest one when the wait is over. */
  async #awaitNews(
    request: PlayerRequest,
    { known, wait = 0 }: Asked,
    { watcher }: OwnSession,
    first: Rendering,
  ): Promise<Rendering> {
    const { clock, isClosing, own, records } = this.#tools;
    const { playerId } = request;
    const { signal } = request.raw;
    const end = clock.monotonic() + wait * 1000;
    let rendering = first;
    for (;;) {
      const left = end - clock.monotonic();
      if (left <= 0 || signal.aborted || isClosing()) return rendering;
      const mustAnswer = await watcher.wait(playerId, left, signal);
      watcher.use();
      watcher.checkIsThere();
      const seat = watcher.seat(playerId);
      if (!seat) {
        if (await records.departure(watcher.sessionId, playerId)) throw seatRevoked();
        return rendering;
      }
      const seated = { watcher, seat };
      rendering =
        own.documentAtHand(seated, request) ??
        // The tickets come first: between the document and the next wait there must be no `await`.
        watcher.render(seat, await own.credentialsFor(seated, request));
      if (mustAnswer || !known.has(rendering.etag)) return rendering;
    }
  }
}

function answer({ exchange }: PlayerRequest, { known, wait }: Asked, rendering: Rendering) {
  const isWaited = wait !== undefined && !Number.isNaN(wait);
  const headers = isWaited ? { 'preference-applied': `wait=${wait}` } : undefined;
  return known.has(rendering.etag)
    ? exchange.empty(304, { etag: rendering.etag, ...headers })
    : exchange.document(rendering, headers);
}

/** The seconds of a `Prefer` header; `NaN` where it asks for no wait. */
function parseWait(prefer: string): number {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(prefer)?.[1];
  return Number(seconds ?? Number.NaN);
}
