import type * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import type { RelayError } from '../common/relay-error.js';
import { parseBaseUrl } from './base-url.js';
import { exchange, type Peer, type WholeAnswer } from './exchange.js';
import { readDocument } from './read-document.js';
import { asSaid, notItsWord, readRefusal } from './refusal.js';

// How a game's connection speaks to the proxy. `RelayApi` sends in its own way, see `service-client.ts`.

/** A request's time unless it says otherwise, in milliseconds. */
export const TIMEOUT = 10_000;

/** One request, whoever makes it. */
export interface Call<TSchema extends v.GenericSchema> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path below the base URL, without a leading slash. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** The body, sent as JSON. */
  readonly json?: unknown;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
  /** From the first byte sent to the last byte read, in milliseconds. Otherwise {@link TIMEOUT}. */
  readonly timeout?: number;
  /** What a 200 must look like. */
  readonly schema: TSchema;
}

/** An answer. A 304 has no document. */
export interface Answer<TDocument> {
  readonly headers: Headers;
  readonly document: TDocument | undefined;
}

/** What sends requests, with the Bearer token that the player shows. */
export interface Transport {
  /**
   * Sends a request once, and turns whatever can go wrong into a {@link RelayError}.
   *
   * @param signal - Ends the request. One that lives no longer than what the request is for.
   * @throws {RelayError} with every code that an answer or the way to it can have.
   */
  send<TSchema extends v.GenericSchema>(
    call: Call<TSchema>,
    bearer?: string,
    signal?: AbortSignal,
  ): Promise<Answer<v.InferOutput<TSchema>>>;
  /**
   * Puts a request together for later. To send it takes next to no time, and nobody hears of its answer: Firefox
   * sends what a closing tab asks for only within the first millisecond.
   */
  prepare(call: Call<v.GenericSchema>, bearer?: string): () => void;
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

  return {
    async send(call, bearer, signal) {
      const { path, schema, timeout = TIMEOUT } = call;
      const answer = await exchange(proxy, base + path, initOf(call, bearer), { timeout, signal });
      const { response, text = '' } = answer;
      const { headers, ok, status } = response;
      if (status === 304 && call.headers?.['if-none-match']) {
        return { headers, document: undefined };
      }
      if (!ok) throw errorFrom(proxy, answer, bearer);
      return { headers, document: readDocument(proxy, status, text, schema) };
    },

    prepare(call, bearer) {
      const init = initOf(call, bearer);
      const send = async () => await fetch(base + call.path, init);
      return () => void send().catch(() => {});
    },
  };
}

/** Not a `Request`: Firefox always drops the `keepalive` of one together with its tab. */
function initOf(call: Call<v.GenericSchema>, bearer: string | undefined): RequestInit {
  const { headers, json, keepalive = false, method } = call;
  const body = JSON.stringify(json);
  return {
    method,
    headers: {
      ...headers,
      ...(bearer && { authorization: `Bearer ${bearer}` }),
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
function errorFrom(proxy: Peer, answer: WholeAnswer, bearer: string | undefined): RelayError {
  const refusal = readRefusal(proxy, answer);
  const { message, reason, status } = refusal;
  const isItsWord = typeof message === 'string' && typeof reason === 'string';
  const code = isItsWord && reason === REASONS[status] ? REASONS[status] : refusal.code;
  const error = asSaid(proxy, refusal, code, bearer);
  return isItsWord || error.retryable ? error : notItsWord(proxy, refusal);
}

/** What the proxy tells apart where the status alone does not, by status. */
const REASONS: Readonly<Record<number, 'revoked' | 'in-progress'>> = {
  403: 'revoked',
  409: 'in-progress',
};
