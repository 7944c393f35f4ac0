import type { Exchange } from './exchange.js';
import { type OwnSession, ownSession, renderOwn } from './own-session.js';
import type { Caller } from './players.js';
import { seatRevoked } from './proxy-error.js';
import type { Rendering } from './renderings.js';
import type { Services } from './services.js';

/**
 * Answers a player's *get*: at once, or, where they know the document already and are willing to wait,
 * when it changes (`If-None-Match`, and `Prefer: wait=N` of RFC 7240).
 *
 * @throws {ProxyError} 401, 403, 404, 429. {@link RelayError}.
 */
export async function getSession(
  services: Services,
  exchange: Exchange,
  request: Request,
  caller: Caller,
  sessionId: string,
): Promise<Response> {
  const own = await ownSession(services, caller, sessionId);
  let rendering = await renderOwn(services, own, caller.ticket);
  const known = request.headers.get('if-none-match');
  const prefer = request.headers.get('prefer');
  const wait = prefer === null ? undefined : Math.min(parseWait(prefer), services.longestWait);
  if (wait && isKnown(known, rendering)) {
    rendering = await hold(services, own, caller, request, { wait, known, rendering });
  }
  const headers = {
    etag: rendering.etag,
    ...(wait !== undefined && !Number.isNaN(wait) && { 'preference-applied': `wait=${wait}` }),
  };
  return isKnown(known, rendering)
    ? exchange.empty(304, headers)
    : exchange.json(rendering.body, 200, headers);
}

async function hold(
  services: Services,
  own: OwnSession,
  caller: Caller,
  request: Request,
  {
    wait,
    known,
    rendering: first,
  }: { readonly wait: number; readonly known: string | null; readonly rendering: Rendering },
): Promise<Rendering> {
  const { clock, isClosing, limiter, records } = services;
  const { watcher } = own;
  const { playerId } = caller;
  const release = limiter.holdWait(playerId);
  let rendering = first;
  try {
    const { signal } = request;
    const end = clock.now() + wait * 1000;
    for (;;) {
      const left = end - clock.now();
      if (left <= 0 || signal.aborted || isClosing()) return rendering;
      const isAnswered = await watcher.wait(playerId, left, signal);
      watcher.checkIsThere();
      const seat = watcher.seat(playerId);
      if (!seat) {
        if (await records.departure(watcher.sessionId, playerId)) throw seatRevoked();
        return rendering;
      }
      rendering = await renderOwn(services, { watcher, seat }, caller.ticket);
      if (isAnswered || !isKnown(known, rendering)) return rendering;
    }
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
  return known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
