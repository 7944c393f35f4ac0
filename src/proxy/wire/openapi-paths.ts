import { done, json, responses, session, UPSTREAM } from './openapi-answers.js';
import type { SchemaName } from './openapi-schemas.js';

const text = { type: 'string' } as const;

const body = (name: SchemaName, required = true) => ({
  requestBody: { required, content: json(name) },
});
const header = (description: string) => ({ description, schema: text });
const sessionId = {
  name: 'session_id',
  in: 'path',
  required: true,
  description: 'The `session_id` of the player’s document.',
  schema: text,
};
const optionalHeader = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: text,
});

/** Letting guests in. */
const GUESTS = {
  post: {
    operationId: 'guest-create',
    tags: ['Players'],
    summary: 'Let a guest in',
    security: [],
    responses: responses({ 200: { description: 'The guest.', content: json('Guest') } }, 404),
  },
};

/** Hosting a match, and listing one’s own. */
const SESSIONS = {
  post: {
    operationId: 'relay-session-create',
    tags: ['Sessions'],
    summary: 'Host a match',
    parameters: [
      optionalHeader(
        'Idempotency-Key',
        'The same key gives the same session. 1 to 128 visible ASCII characters.',
      ),
    ],
    ...body('Create', false),
    responses: responses(session('The new session.'), 401, 403, 404, 408, 409, 413, ...UPSTREAM),
  },
  get: {
    operationId: 'relay-session-list',
    tags: ['Sessions'],
    summary: 'List the player’s own sessions',
    responses: responses(
      { 200: { description: 'The sessions.', content: json('PlayerSessionList') } },
      401,
      ...UPSTREAM,
    ),
  },
};

/** Asking for a session, and ending it. */
const SESSION = {
  parameters: [sessionId],
  get: {
    operationId: 'relay-session-get',
    tags: ['Sessions'],
    summary: 'Ask for a session, or wait for news of it',
    parameters: [
      optionalHeader('If-None-Match', 'The ETag of the document that is known.'),
      optionalHeader(
        'Prefer',
        '`wait=N`: hold the request up to N seconds, until the document changes.',
      ),
    ],
    responses: responses(
      {
        ...session('The session.', {
          ETag: header('Strong, over the whole body.'),
          'Preference-Applied': header('The wait that was granted.'),
        }),
        304: { description: 'Nothing has changed.' },
      },
      401,
      403,
      404,
      ...UPSTREAM,
    ),
  },
  delete: {
    operationId: 'relay-session-delete',
    tags: ['Sessions'],
    summary: 'End the session, as its host',
    responses: responses(done, 401, 403, 404, ...UPSTREAM),
  },
};

/** Joining and resuming. */
const AUTHORIZE_USER = {
  post: {
    operationId: 'relay-user-authorize',
    tags: ['Sessions'],
    summary: 'Join a match by session id or join code, or resume with a ticket',
    ...body('Authorize'),
    responses: responses(session('The session.'), 401, 403, 404, 408, 409, 413, ...UPSTREAM),
  },
};

/** Leaving and kicking. */
const REVOKE_USER = {
  post: {
    operationId: 'relay-user-revoke',
    tags: ['Sessions'],
    summary: 'Leave, now or in a while; or, as the host, kick',
    ...body('Revoke'),
    responses: responses(done, 401, 403, 404, 408, 413, ...UPSTREAM),
  },
};

/** Where a page opens its channel. It has no operation: OpenAPI has no words for a WebSocket. */
const CHANNEL = {
  summary: 'A WebSocket: a page’s datagrams to the relay and back, where the proxy runs a gateway',
  description:
    'The `url` of a document’s `gateway` leads here. ' +
    'The subprotocols are `relais.v1` and `ticket.` with the `ticket` ' +
    'behind it; only `relais.v1` is answered. A wire that is refused is opened and then closed with a code. Binary ' +
    'messages are datagrams, texts are JSON: docs/gateway.md says what is in them.',
};

/** Every path that a game may ask, with what it sends and what it gets. */
export const PATHS = {
  '/v1/guests': GUESTS,
  '/v1/relays/sessions': SESSIONS,
  '/v1/relays/sessions/{session_id}': SESSION,
  '/v1/relays/sessions:authorize-user': AUTHORIZE_USER,
  '/v1/relays/sessions:revoke-user': REVOKE_USER,
  '/v1/channel': CHANNEL,
};
