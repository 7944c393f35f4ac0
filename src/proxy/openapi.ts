import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { PlayerSession } from '../api/player-session.js';
import { SessionList } from '../api/session-list.js';
import { AuthorizeBody, CreateBody, RevokeBody } from './bodies.js';

/** What `POST /v1/guests` answers. */
const Guest = v.object({ player_id: v.string(), token: v.string(), expires_at: v.string() });

const Refusal = v.object({ message: v.string(), code: v.string() });

const PlayerSessionList = v.object({
  ...SessionList.entries,
  sessions: v.array(PlayerSession),
});

const REFUSALS: Readonly<Record<string, string>> = {
  400: 'The request is not as this document says: `bad-request`.',
  401: 'The token is missing, forged or expired: `unauthorized`.',
  403: 'Not this player’s right (`forbidden`), or their seat was taken away (`revoked`).',
  404: 'Not there, or not visible to the caller: `not-found`.',
  408: 'The request took too long to come: `timeout`. The connection is closed.',
  409: 'Not now: `conflict`.',
  413: 'The body is too large: `too-large`.',
  429: 'Over a limit: `rate-limited`; `Retry-After` tells when to try again.',
  500: 'The proxy failed: `internal`.',
  502: 'The relay service refused the proxy: `upstream-refused`.',
  503: 'The relay service does not answer: `upstream-unavailable`.',
};

/** A schema as OpenAPI 3.1 takes it. What JSON Schema cannot say, the proxy checks all the same. */
function schemaOf(schema: v.GenericSchema): object {
  const { $schema: _dialect, ...json } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  });
  return json;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
const body = (name: string, required = true) => ({
  requestBody: { required, content: json(name) },
});
const text = { type: 'string' } as const;

function responses(success: object, ...statuses: number[]): object {
  const refusals = [...statuses, 429, 500].map((status) => [
    String(status),
    { description: REFUSALS[status], content: json('Refusal') },
  ]);
  return { ...success, ...Object.fromEntries(refusals) };
}

const session = (description: string, headers?: object) => ({
  200: { description, content: json('PlayerSession'), ...(headers && { headers }) },
});
const done = { 204: { description: 'Done.' } };
const header = (description: string) => ({ description, schema: text });
const UPSTREAM = [502, 503];
const sessionId = { name: 'session_id', in: 'path', required: true, schema: text };
const optionalHeader = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: text,
});

/** This proxy's own API as an OpenAPI 3.1 document, from the schemas that check its requests. */
export function createOpenApiDocument(basePath: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Relais token-issuing proxy',
      version: '1',
      description: 'What a game asks of the proxy between it and the relay session API.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath }],
    tags: [
      { name: 'Players', description: 'Who may play.' },
      { name: 'Sessions', description: 'The relay session API, as one player sees it.' },
    ],
    security: [{ bearer: [] }],
    paths: {
      '/v1/guests': {
        post: {
          operationId: 'guest-create',
          tags: ['Players'],
          summary: 'Let a guest in',
          security: [],
          responses: responses({ 200: { description: 'The guest.', content: json('Guest') } }, 404),
        },
      },
      '/v1/relays/sessions': {
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
          responses: responses(session('The new session.'), 400, 401, 408, 409, 413, ...UPSTREAM),
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
      },
      '/v1/relays/sessions/{session_id}': {
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
      },
      '/v1/relays/sessions:authorize-user': {
        post: {
          operationId: 'relay-user-authorize',
          tags: ['Sessions'],
          summary: 'Join a match by session id or join code, or resume with a ticket',
          ...body('Authorize'),
          responses: responses(
            session('The session.'),
            400,
            401,
            403,
            404,
            408,
            409,
            413,
            ...UPSTREAM,
          ),
        },
      },
      '/v1/relays/sessions:revoke-user': {
        post: {
          operationId: 'relay-user-revoke',
          tags: ['Sessions'],
          summary: 'Leave, now or in a while; or, as the host, kick',
          ...body('Revoke'),
          responses: responses(done, 400, 401, 403, 404, 408, 413, ...UPSTREAM),
        },
      },
    },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A login token, a guest token, or the ticket of a session.',
        },
      },
      schemas: {
        PlayerSession: schemaOf(PlayerSession),
        PlayerSessionList: schemaOf(PlayerSessionList),
        Guest: schemaOf(Guest),
        Create: schemaOf(CreateBody),
        Authorize: schemaOf(AuthorizeBody),
        Revoke: schemaOf(RevokeBody),
        Refusal: schemaOf(Refusal),
      },
    },
  };
}
