import { type ConversionConfig, toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { JOIN_CODE_ALPHABET, JOIN_CODE_LENGTH } from '../../api/join-code.js';
import { isRole, Player, PlayerSession } from '../../api/player-session.js';
import { isUint32, RelayPort } from '../../api/schemas.js';
import { SessionList } from '../../api/session-list.js';
import { AuthorizeBody, CreateBody, Filter, RevokeBody } from './bodies.js';

/** What `POST /v1/guests` answers. */
const Guest = v.object({
  player_id: v.string(),
  token: v.string(),
  expires_at: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.description('RFC 3339 in UTC, with a Z at its end: 2027-01-01T00:00:00.000Z.'),
  ),
});

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
  409: 'The same request is still being carried out (`in-progress`): try again, see `Retry-After`. Or the state of the session forbids it, for good (`conflict`).',
  413: 'The body is too large: `too-large`.',
  431: 'The headers, or the URL, are too large: `too-large`.',
  429: 'Over a limit: `rate-limited`; `Retry-After` tells when to try again.',
  500: 'The proxy failed: `internal`.',
  502: 'The relay service refused the proxy: `upstream-refused`.',
  503: 'The relay service does not answer, or has not yet done what was asked for: `upstream-unavailable`.',
};

const WHOLE = { type: 'integer', format: 'int64' } as const;

/** What the document says of a field besides its type. */
const FIELDS = new Map<v.GenericSchema, object>([
  [
    PlayerSession.entries.join_code,
    {
      description: 'With this others join. A game takes nothing of another form for a code.',
      pattern: `^[${JOIN_CODE_ALPHABET}]{${JOIN_CODE_LENGTH}}$`,
    },
  ],
  [RelayPort.entries.port, { ...WHOLE, minimum: 1, maximum: 65_535 }],
]);

/**
 * How schemas become what OpenAPI 3.1 takes. What JSON Schema cannot say, the proxy checks all the same. Numbers say
 * how large they are, for generators would have tokens rounded; and what may be missing is never `null` here.
 */
const CONVERSION: ConversionConfig = {
  errorMode: 'ignore',
  typeMode: 'input',
  overrideRef: ({ referenceId }) => ref(referenceId).$ref,
  overrideSchema({ jsonSchema, valibotSchema }) {
    if (valibotSchema.type === 'number') return { ...jsonSchema, format: 'double' };
    if (valibotSchema.type !== 'nullish') return undefined;
    const [present] = jsonSchema.anyOf ?? [];
    return { ...(present as object), ...FIELDS.get(valibotSchema) };
  },
  overrideAction({ jsonSchema, valibotAction }) {
    if (valibotAction.type === 'integer') return { ...jsonSchema, ...WHOLE };
    const requirement = 'requirement' in valibotAction && valibotAction.requirement;
    if (requirement === isRole) return { ...jsonSchema, enum: ['server', 'client'] };
    if (requirement !== isUint32) return undefined;
    return { ...jsonSchema, ...WHOLE, minimum: 0, maximum: 4_294_967_295 };
  },
};

/** The schemas by their names; wherever one holds another of them, it refers to it. */
const SCHEMAS = {
  PlayerSession,
  PlayerSessionList,
  Player,
  Guest,
  Create: CreateBody,
  Filter,
  Authorize: AuthorizeBody,
  Revoke: RevokeBody,
  Refusal,
};

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
const body = (name: string, required = true) => ({
  requestBody: { required, content: json(name) },
});
const text = { type: 'string' } as const;

function responses(success: object, ...statuses: number[]): object {
  const refusals = [400, ...statuses, 429, 431, 500].map((status) => [
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
          responses: responses(
            session('The new session.'),
            401,
            403,
            404,
            408,
            409,
            413,
            ...UPSTREAM,
          ),
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
          responses: responses(session('The session.'), 401, 403, 404, 408, 409, 413, ...UPSTREAM),
        },
      },
      '/v1/relays/sessions:revoke-user': {
        post: {
          operationId: 'relay-user-revoke',
          tags: ['Sessions'],
          summary: 'Leave, now or in a while; or, as the host, kick',
          ...body('Revoke'),
          responses: responses(done, 401, 403, 404, 408, 413, ...UPSTREAM),
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
      schemas: toJsonSchemaDefs(SCHEMAS, CONVERSION),
    },
  };
}
