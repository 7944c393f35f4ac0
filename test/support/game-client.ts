import type { PlayerSession } from '../../src/api/player-session.js';

/** What a game sends, and what it gets. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: A test looks into whatever came.
  readonly body: any;
}

const SESSIONS = '/v1/relays/sessions';

/** Speaks to the proxy as a game does, one HTTP request at a time. */
export class GameClient {
  readonly url: string;
  /** The login token. */
  token = '';
  playerId = '';

  constructor(url: string) {
    this.url = url;
  }

  /** A guest who has just come. */
  static async guest(url: string): Promise<GameClient> {
    const client = new GameClient(url);
    const { body } = await client.send('POST', '/v1/guests');
    client.token = body.token;
    client.playerId = body.player_id;
    return client;
  }

  async send(
    method: string,
    path: string,
    {
      token = this.token,
      json,
      headers = {},
      signal,
    }: {
      token?: string | undefined;
      json?: unknown;
      headers?: Record<string, string>;
      signal?: AbortSignal;
    } = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }

  create(headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', SESSIONS, { json: {}, headers });
  }

  join(json: { session_id?: string; join_code?: string }): Promise<Answer> {
    return this.send('POST', `${SESSIONS}:authorize-user`, { json });
  }

  get(
    { session_id, ticket }: PlayerSession,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    const path = `${SESSIONS}/${encodeURIComponent(session_id)}`;
    return this.send('GET', path, { token: ticket, headers, ...(signal && { signal }) });
  }

  revoke({ session_id, ticket }: PlayerSession, json: object = {}): Promise<Answer> {
    return this.send('POST', `${SESSIONS}:revoke-user`, {
      token: ticket,
      json: { session_id, ...json },
    });
  }

  delete({ session_id, ticket }: PlayerSession): Promise<Answer> {
    const path = `${SESSIONS}/${encodeURIComponent(session_id)}`;
    return this.send('DELETE', path, { token: ticket });
  }

  /** Asks until the session is linked. */
  async linked(session: PlayerSession): Promise<PlayerSession> {
    let answer = await this.get(session);
    while (!answer.body.linked) {
      const headers = { prefer: 'wait=5', 'if-none-match': answer.headers.get('etag') ?? '' };
      const next = await this.get(session, headers);
      if (next.status >= 400) throw new Error(`${next.status}: ${JSON.stringify(next.body)}`);
      if (next.status === 200) answer = next;
    }
    return answer.body;
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
