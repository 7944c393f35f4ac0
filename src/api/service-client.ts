import ky, { type BeforeRetryHook, type KyInstance } from 'ky';
import type * as v from 'valibot';
import { checkJson } from '../common/check-json.js';
import type { Clock } from '../common/clock.js';
import { errorWithoutSecret, reasonWithoutSecret } from '../common/error-without-secret.js';
import { onAbort } from '../common/on-abort.js';
import { RelayError } from '../common/relay-error.js';
import { parseBaseUrl } from './base-url.js';
import { exchange, type Peer, type WholeAnswer } from './exchange.js';
import { NotSent } from './not-sent.js';
import { readAnswer } from './read-answer.js';
import { readDocument } from './read-document.js';
import { asSaid, notItsWord, readRefusal } from './refusal.js';
import { RETRY, waitBeforeRetry } from './retry.js';
import { strangeAnswer } from './strange-answer.js';

// How `RelayApi` speaks to the relay service: by ky, which makes the requests and repeats them. A game's connection
// sends in its own way, see `transport.ts`.

/** One request. */
export interface ServiceCall<TSchema extends v.GenericSchema> {
  readonly method: 'get' | 'post' | 'delete';
  /** Path below the base URL, without a leading slash. */
  readonly path: string;
  /** The body. */
  readonly json?: unknown;
  /** Ends the request. It may live long, and be that of many calls. */
  readonly signal?: AbortSignal | undefined;
  /** What a success must look like. */
  readonly schema: TSchema;
  /** Told of each failure that is followed by a repetition. */
  readonly onRetry?: BeforeRetryHook;
}

/** How to reach the service. */
export interface ServiceClientOptions {
  readonly apiToken: string;
  readonly baseUrl: string | URL;
  readonly fetch: typeof globalThis.fetch;
  /** Time for one try, in milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** Sends requests to the relay service, and turns whatever can go wrong into a {@link RelayError}. */
export class ServiceClient {
  readonly #apiToken: string;
  readonly #timeout: number;
  readonly #service: Peer;
  readonly #http: KyInstance;

  /** @throws {RelayError} `invalid-url`. */
  constructor({ apiToken, baseUrl, clock, fetch, timeout }: ServiceClientOptions) {
    const name = 'relay service';
    const base = parseBaseUrl(baseUrl, name);
    this.#apiToken = apiToken;
    this.#timeout = timeout;
    this.#service = { name, base, fetch: hideSecret(fetch, apiToken), clock, read: readAnswer };
    this.#http = ky.create({
      prefixUrl: base,
      headers: { authorization: `token ${apiToken}` },
      // To follow one could do the work twice or not at all, and would take the token along.
      redirect: 'manual',
      // Each try has its own time, on the clock; see `exchange`.
      timeout: false,
      throwHttpErrors: false,
      retry: RETRY,
    });
  }

  /** @throws {RelayError} with every code that an answer or the way to it can have; the reason of {@link NotSent}. */
  async send<TSchema extends v.GenericSchema>(
    call: ServiceCall<TSchema>,
  ): Promise<v.InferOutput<TSchema>> {
    const { json, method, onRetry, path, schema } = call;
    checkJson(json);
    const end = new AbortController();
    const forget = call.signal && onAbort(call.signal, () => end.abort(call.signal?.reason));
    const { signal } = end;
    const wait = waitBeforeRetry(this.#service.clock, signal);
    let text = '';
    try {
      const { status } = await this.#http(path, {
        method,
        ...(json !== undefined && { json }),
        signal,
        fetch: async (request) => {
          const answer = await this.#sendOnce(request as Request, signal);
          text = answer.text;
          return answer.response;
        },
        hooks: { beforeRetry: onRetry ? [onRetry, wait] : [wait] },
      });
      return readDocument(this.#service, status, text, schema);
    } catch (error) {
      throw signal.aborted ? this.#aborted(signal.reason) : error;
    } finally {
      forget?.();
    }
  }

  /** Sends a request once, and takes nothing but a success. */
  async #sendOnce(
    request: Request,
    signal: AbortSignal,
  ): Promise<{ response: Response; text: string }> {
    const service = this.#service;
    const limit = { signal, timeout: this.#timeout };
    const answer = await exchange(service, request, {}, limit).catch((error: RelayError) => {
      throw error.cause instanceof NotSent ? error.cause.reason : error;
    });
    const { response, text } = answer;
    if (!response.ok) throw refusalOf(service, answer, this.#apiToken);
    if (text === undefined) {
      const { status } = response;
      throw new RelayError('invalid-response', "The relay service's answer is too long.", {
        status,
      });
    }
    return { response, text };
  }

  #aborted(reason: unknown): RelayError {
    const cause = reasonWithoutSecret(reason, this.#apiToken);
    return new RelayError('aborted', 'The request was aborted.', { cause });
  }
}

/** Errors of a `fetch` may hold the request, and that holds the token. */
function hideSecret(fetch: typeof globalThis.fetch, secret: string): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      throw error instanceof NotSent ? error : errorWithoutSecret(error, secret);
    }
  };
}

/** What an answer of the service's without success means. "Not found" ends a session: only the service may say that. */
function refusalOf(service: Peer, answer: WholeAnswer, apiToken: string): RelayError {
  const { status } = answer.response;
  if (!status) {
    return new RelayError('unexpected-status', strangeAnswer(service, status), { status });
  }
  const refusal = readRefusal(service, answer);
  const { code } = refusal;
  const isItsWord = typeof refusal.message === 'string' || code !== 'not-found';
  return isItsWord ? asSaid(service, refusal, code, apiToken) : notItsWord(service, refusal);
}
