import type * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import type { RelayError } from '../common/relay-error.js';
import { parseBaseUrl } from './base-url.js';
import { exchange, type Peer, type WholeAnswer } from './exchange.js';
import { readDocument } from './read-document.js';
import { asSaid, notItsWord, readRefusal } from './refusal.js';

// How a game's connection speaks to the proxy. `RelayApi` sends in its own way, see `service-client.ts`.

/** One request. */
export interface Call<TSchema extends v.GenericSchema> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path below the base URL, without a leading slash. */
  readonly path: string;
  /** The whole `Authorization` header. */
  readonly authorization?: string | undefined;
  readonly headers?: Record<string, string>;
  /** The body, sent as JSON. */
  readonly json?: unknown;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
  /** From the first byte sent to the last byte read, in milliseconds. */
  readonly timeout: number;
  /** Ends the request. One that lives no longer than what the request is for. */
  readonly signal?: AbortSignal | undefined;
  /** What a 200 must look like. */
  readonly schema: TSchema;
}

/** An answer. A 304 has no document. */
export interface Answer<TDocument> {
  readonly headers: Headers;
  readonly document: TDocument | undefined;
}

/**
 * Sends a request once, and turns whatever can go wrong into a {@link RelayError}.
 *
 * @throws {RelayError} with every code that an answer or the way to it can have.
 */
export interface Transport {
  <TSchema extends v.GenericSchema>(call: Call<TSchema>): Promise<Answer<v.InferOutput<TSchema>>>;
  /**
   * Puts a request together for later. To send it takes next to no time, and nobody hears of its answer: Firefox
   * sends what a closing tab asks for only within the first millisecond.
   */
  prepare(call: Call<v.GenericSchema>): () => void;
}

/**
 * @param baseUrl - Where the proxy is. May be relative to the page.
 * @param fetch - The function that sends a request.
 * @throws {RelayError} `invalid-url`.
 */
export function createTransport(
  baseUrl: string | URL,
  fetch: typeof globalThis.fetch,
  clock: Clock,
): Transport {
  const name = 'proxy';
  const base = parseBaseUrl(baseUrl, name);
  const proxy: Peer = { name, base, fetch, clock, read: (response) => response.text() };

  async function transport<TSchema extends v.GenericSchema>(
    call: Call<TSchema>,
  ): Promise<Answer<v.InferOutput<TSchema>>> {
    const answer = await exchange(proxy, base + call.path, initOf(call), call);
    const { response, text = '' } = answer;
    const { headers, ok, status } = response;
    if (status === 304 && call.headers?.['if-none-match']) return { headers, document: undefined };
    if (!ok) throw errorFrom(proxy, answer, call.authorization);
    return { headers, document: readDocument(proxy, status, text, call.schema) };
  }

  function prepare(call: Call<v.GenericSchema>): () => void {
    const init = initOf(call);
    const send = async () => await fetch(base + call.path, init);
    return () => void send().catch(() => {});
  }

  return Object.assign(transport, { prepare });
}

/** Not a `Request`: Firefox always drops the `keepalive` of one together with its tab. */
function initOf(call: Call<v.GenericSchema>): RequestInit {
  const { authorization, headers, json, keepalive = false, method } = call;
  const body = JSON.stringify(json);
  return {
    method,
    headers: {
      ...headers,
      ...(authorization && { authorization }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body ?? null,
    keepalive,
    // Where it leads, the work may be done twice or not at all, and the token would travel along.
    redirect: 'manual',
  };
}

/**
 * What an answer of the proxy's without success means. Only the contract's JSON is its word: whatever else refuses
 * stands before it, and that passes.
 */
function errorFrom(
  proxy: Peer,
  answer: WholeAnswer,
  authorization: string | undefined,
): RelayError {
  const refusal = readRefusal(proxy, answer);
  const { message, reason, status } = refusal;
  const isItsWord = typeof message === 'string' && typeof reason === 'string';
  const code = isItsWord && reason === REASONS[status] ? REASONS[status] : refusal.code;
  const error = asSaid(proxy, refusal, code, authorization?.split(' ')[1]);
  return isItsWord || error.retryable ? error : notItsWord(proxy, refusal);
}

/** What the proxy tells apart where the status alone does not, by status. */
const REASONS: Readonly<Record<number, 'revoked' | 'in-progress'>> = {
  403: 'revoked',
  409: 'in-progress',
};
