import type { Caller } from '../identity/index.js';
import { seatRevoked } from '../proxy-error.js';
import type { Services } from '../services.js';
import type { Rendering } from '../watch/index.js';
import type { Exchange } from './exchange.js';
import {
  newestTicket,
  type OwnSession,
  ownAtHand,
  ownSession,
  renderOwnNow,
} from './own-sessions.js';

/** One *get*, and what its headers ask for. */
interface Asked {
  readonly request: Request;
  /** The `ETag`s of the documents that the player knows. */
  readonly known: string | null;
  /** How long they are willing to wait, in seconds; `undefined` without a `Prefer`, `NaN` where it asks for no wait. */
  readonly wait: number | undefined;
}

/**
 * Answers a player's *get*: at once, or, where they know the document already and are willing to wait,
 * when it changes (`If-None-Match`, and `Prefer: wait=N` of RFC 7240). Where all is at hand there is no promise
 * on the way: most of what a proxy does is this.
 *
 * @throws {ProxyError} 401, 403, 404, 429. {@link RelayError}.
 */
export function getSession(
  services: Services,
  exchange: Exchange,
  request: Request,
  caller: Caller,
  sessionId: string,
): Response | Promise<Response> {
  const { headers } = request;
  const prefer = headers.get('prefer');
  const wait = prefer === null ? undefined : Math.min(parseWait(prefer), services.longestWait);
  const asked = { request, known: headers.get('if-none-match'), wait };
  const own = ownAtHand(services, caller, sessionId);
  const rendering = own && renderOwnNow(services, own, caller);
  return own && rendering
    ? answerNowOrLater(services, exchange, asked, caller, own, rendering)
    : fetchSession(services, exchange, asked, caller, sessionId);
}

async function fetchSession(
  services: Services,
  exchange: Exchange,
  asked: Asked,
  caller: Caller,
  sessionId: string,
): Promise<Response> {
  const asker = services.askers.of(caller.playerId, exchange.client);
  const own = await ownSession(services, caller, sessionId, asker);
  exchange.sessionId = sessionId;
  const ticket = await newestTicket(services, own, caller);
  // From here to the wait without a pause: what changed in one would be missed.
  const rendering = own.watcher.render(own.seat, ticket);
  return answerNowOrLater(services, exchange, asked, caller, own, rendering);
}

function answerNowOrLater(
  services: Services,
  exchange: Exchange,
  asked: Asked,
  caller: Caller,
  own: OwnSession,
  rendering: Rendering,
): Response | Promise<Response> {
  if (!asked.wait || !isKnown(asked.known, rendering)) return answer(exchange, asked, rendering);
  return hold(services, exchange, asked, caller, own, rendering);
}

function answer(exchange: Exchange, { known, wait }: Asked, rendering: Rendering): Response {
  const isWaited = wait !== undefined && !Number.isNaN(wait);
  const headers = isWaited ? { 'preference-applied': `wait=${wait}` } : undefined;
  return isKnown(known, rendering)
    ? exchange.empty(304, { etag: rendering.etag, ...headers })
    : exchange.document(rendering, headers);
}

/** Answers once there is news of the session, at the latest when the player is no longer willing to wait. */
async function hold(
  services: Services,
  exchange: Exchange,
  asked: Asked,
  caller: Caller,
  { watcher }: OwnSession,
  first: Rendering,
): Promise<Response> {
  const { known, request, wait = 0 } = asked;
  const { clock, isClosing, limiter, records } = services;
  const { playerId } = caller;
  const release = limiter.holdWait(playerId);
  let rendering = first;
  try {
    const { signal } = request;
    const end = clock.monotonic() + wait * 1000;
    for (;;) {
      const left = end - clock.monotonic();
      if (left <= 0 || signal.aborted || isClosing()) break;
      const isAnswered = await watcher.wait(playerId, left, signal);
      watcher.use();
      watcher.checkIsThere();
      const seat = watcher.seat(playerId);
      if (!seat) {
        if (await records.departure(watcher.sessionId, playerId)) throw seatRevoked();
        break;
      }
      const own = { watcher, seat };
      rendering =
        renderOwnNow(services, own, caller) ??
        watcher.render(seat, await newestTicket(services, own, caller));
      if (isAnswered || !isKnown(known, rendering)) break;
    }
    return answer(exchange, asked, rendering);
  } finally {
    release();
  }
}

/** The seconds of a `Prefer` header; `NaN` where it asks for no wait. */
function parseWait(prefer: string): number {
  return Number(
    /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(prefer)?.[1] ?? Number.NaN,
  );
}

function isKnown(known: string | null, { etag }: Rendering): boolean {
  if (known === null) return false;
  if (known === etag) return true;
  return known === '*' || known.split(',').some((tag) => plainTag(tag) === etag);
}

/**
 * A tag as it was before a server on the way compressed the document: some weaken it, some add the coding to it. No tag
 * of ours looks like one of those: they all have three parts.
 */
const plainTag = (tag: string) =>
  tag
    .trim()
    .replace(/^W\//, '')
    .replace(/^("[^"-]+-[^"-]+-[^"-]+?)(?:--?|;)(?:gzip|br|zstd|deflate|compress)"$/, '$1"');
