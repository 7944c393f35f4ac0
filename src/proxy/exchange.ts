/** Sent with every answer. */
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** One request on its way to its answer: what the routes need besides it, and what the log tells of it. */
export class Exchange {
  /** Stands in the log and in the answer. */
  readonly id: string;
  /** The IP address of whoever asks, public or not. */
  client = '';
  /** The player who asks, once that is known. */
  playerId: string | undefined;
  sessionId: string | undefined;
  /** The pattern of the path. */
  route = 'unknown';
  /** Why it went wrong, for the log, where that is not the asker's doing. */
  failure: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(id: string, corsHeaders: Readonly<Record<string, string>>) {
    this.id = id;
    this.#headers = { ...HEADERS, ...corsHeaders, 'x-request-id': id };
  }

  /** An answer with a JSON body, given as an object or as its text. */
  json(body: unknown, status = 200, headers?: Readonly<Record<string, string>>): Response {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new Response(text, { status, headers: { ...this.#headers, ...headers } });
  }

  /** An answer without a body. */
  empty(status: number, headers?: Readonly<Record<string, string>>): Response {
    const { 'content-type': _none, ...others } = this.#headers;
    return new Response(null, { status, headers: { ...others, ...headers } });
  }
}
