import * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import { parseUrl } from '../common/parse-url.js';
import { RelayError } from '../common/relay-error.js';
import { errorFromResponse } from './error-from-answer.js';

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
  /** Time for one attempt, from the first byte sent to the last byte read, in milliseconds. */
  readonly timeout: number;
  /** One that lives no longer than what the request is for: each attempt listens to it. */
  readonly signal?: AbortSignal | undefined;
  /** Attempts the request as often as need be. Default: once. */
  readonly repeat?: (
    request: Request,
    attempt: (request: Request) => Promise<Response>,
  ) => Promise<Response>;
  /** What a 200 must look like. */
  readonly schema: TSchema;
}

/** An answer. A 304 has no document. */
export interface Answer<TDocument> {
  readonly headers: Headers;
  readonly document: TDocument | undefined;
}

/**
 * Sends a request, and turns whatever can go wrong into a {@link RelayError}.
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
 * @param peer - How errors call the other side: `proxy`, `relay service`.
 * @param baseUrl - Address under which `/v1/relays/…` is found, with or without a path of its own. May be relative to the page.
 * @param fetch - The function that sends a request.
 * @param read - Reads an answer's body; `undefined` for one that is too long. Default: whole, however long it is.
 * @throws {RelayError} `invalid-url`.
 */
export function createTransport(
  peer: string,
  baseUrl: string | URL,
  fetch: typeof globalThis.fetch,
  clock: Clock,
  read: (response: Response) => Promise<string | undefined> = (response) => response.text(),
): Transport {
  const base = parseBaseUrl(baseUrl, peer);

  /** Asks once, body included, so that a connection lost half-way counts as lost. There is no text of too long a body. */
  async function load(
    input: string | Request,
    init: RequestInit,
    { signal, timeout }: Call<v.GenericSchema>,
  ): Promise<readonly [Response, string | undefined]> {
    const end = new AbortController();
    let timer: unknown;
    let abort = () => {};
    try {
      // Whoever brings a `fetch` may not heed its signal.
      return await new Promise((resolve, reject) => {
        const giveUp = (error: RelayError) => {
          reject(error);
          end.abort();
        };
        abort = () => giveUp(new RelayError('aborted', 'The request was aborted.'));
        if (signal?.aborted) return abort();
        signal?.addEventListener('abort', abort);
        timer = clock.setTimeout(() => {
          giveUp(
            new RelayError('timeout', `The ${peer} gave no whole answer within ${timeout} ms.`),
          );
        }, timeout);
        const ask = async () => {
          const response = await fetch(input, { ...init, signal: end.signal });
          resolve([response, await read(response)]);
        };
        ask().catch((cause) => {
          const message = `The connection to the ${peer} failed. Is ${base} right, and does it allow this page?`;
          reject(new RelayError('network', message, { cause }));
        });
      });
    } finally {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  function parse<TSchema extends v.GenericSchema>(
    status: number,
    text: string,
    schema: TSchema,
  ): v.InferOutput<TSchema> | undefined {
    if (status === 304) return undefined;
    let body: unknown;
    try {
      body = status === 204 ? undefined : JSON.parse(text);
    } catch {
      throw new RelayError(
        'not-json',
        `The ${peer} answered ${status} without its JSON. Is ${base} right?`,
        { status },
      );
    }
    const result = v.safeParse(schema, body, { abortEarly: true });
    if (result.success) return result.output;
    const [issue] = result.issues;
    throw new RelayError(
      'invalid-response',
      `The ${peer}'s answer breaks the schema at "${pathOf(issue)}": expected ${issue.expected ?? issue.type}.`,
      { status },
    );
  }

  function put(call: Call<v.GenericSchema>): [string, RequestInit] {
    const { authorization, headers, json, keepalive = false, method, path } = call;
    const body = JSON.stringify(json);
    const init: RequestInit = {
      method,
      headers: {
        ...headers,
        ...(authorization && { authorization }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body }),
      keepalive,
      // Where it leads, the work may be done twice or not at all, and the token would travel along.
      redirect: 'manual',
    };
    return [base + path, init];
  }

  function prepare(call: Call<v.GenericSchema>): () => void {
    const request = put(call);
    const send = async () => await fetch(...request);
    return () => void send().catch(() => {});
  }

  const transport = async <TSchema extends v.GenericSchema>(
    call: Call<TSchema>,
  ): Promise<Answer<v.InferOutput<TSchema>>> => {
    const { authorization, headers } = call;
    const [url, init] = put(call);
    let text = '';
    const attempt = async (input: string | Request, init: RequestInit): Promise<Response> => {
      const [response, answered] = await load(input, init, call);
      const { ok, status } = response;
      if (!status) {
        // All that a page gets to know of a redirect, which is never the proxy's word.
        const code = peer === 'proxy' ? 'not-json' : 'unexpected-status';
        const message = `The ${peer} answered with a redirect. Is ${base} right?`;
        throw new RelayError(code, message);
      }
      if (!ok && !(status === 304 && headers?.['if-none-match'])) {
        throw errorFromResponse(
          response,
          answered ?? '',
          peer,
          base,
          authorization?.split(' ')[1],
          clock,
        );
      }
      if (answered === undefined) {
        throw new RelayError('invalid-response', `The ${peer}'s answer is too long.`, { status });
      }
      text = answered;
      return response;
    };
    // Without a `Request`: Firefox always drops the `keepalive` of one together with its tab.
    const response = await (call.repeat
      ? call.repeat(new Request(url, init), (each) => attempt(each, {}))
      : attempt(url, init));
    return { headers: response.headers, document: parse(response.status, text, call.schema) };
  };
  return Object.assign(transport, { prepare });
}

/** Where in a document something is wrong, `relay.ports.server` for instance. */
const pathOf = ({ path }: v.BaseIssue<unknown>) => path?.map(({ key }) => key).join('.') ?? '';

function parseBaseUrl(baseUrl: string | URL, peer: string): string {
  // A page's or a worker's own address: what is relative is so to it. A server has none.
  const url = baseUrl ? parseUrl(baseUrl, globalThis.location?.href || undefined) : undefined;
  const href = url?.href ?? '';
  // All up to a query, less the slashes at its end, where there is no user name.
  const [, address] = /^(https?:\/\/[^/@]+(?:\/+[^/?#]+)*)(?:[/?#]|$)/.exec(href) ?? [];
  if (!address) {
    throw new RelayError(
      'invalid-url',
      `The ${peer}'s URL must be like https://studio.example/relay, without a user name.`,
    );
  }
  return `${address}/`;
}
