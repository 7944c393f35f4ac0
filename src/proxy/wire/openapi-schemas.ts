import { type ConversionConfig, toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { JOIN_CODE_ALPHABET, JOIN_CODE_LENGTH } from '../../api/join-code.js';
import { Player, PlayerSession, Role } from '../../api/player-session.js';
import { AuthorizationToken, RelayPort } from '../../api/schemas.js';
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
  [
    PlayerSession.entries.session_user,
    {
      description:
        "The player's own entry at the relay, with their own token. " +
        "Nobody's IP address is in a player's document, the player's own included.",
    },
  ],
  [
    PlayerSession.entries.gateway,
    {
      description:
        'For a player who comes by the gateway: where they open a channel ' +
        '(`url`, absolute or relative to the URL that ' +
        'they reach the proxy by), and the `ticket` that does it, within five minutes.',
    },
  ],
  [RelayPort.entries.port, { ...WHOLE, minimum: 1, maximum: 65_535 }],
]);

/**
 * How schemas are turned into those of OpenAPI 3.1. What JSON Schema cannot express is left out, and checked all the
 * same. Numbers say how large they are, so that generated clients do not round tokens. What may be missing is never
 * `null` here.
 */
const CONVERSION: ConversionConfig = {
  errorMode: 'ignore',
  typeMode: 'input',
  overrideRef: ({ referenceId }) => ref(referenceId).$ref,
  overrideSchema({ jsonSchema, valibotSchema }) {
    if (valibotSchema.type === 'number') return { ...jsonSchema, format: 'double' };
    if (valibotSchema === Role) return { type: 'string', enum: ['server', 'client'] };
    if (valibotSchema === AuthorizationToken)
      return { ...WHOLE, minimum: 0, maximum: 4_294_967_295 };
    if (valibotSchema.type !== 'nullish') return undefined;
    const [present] = jsonSchema.anyOf ?? [];
    return { ...(present as object), ...FIELDS.get(valibotSchema) };
  },
  overrideAction({ jsonSchema, valibotAction }) {
    if (valibotAction.type === 'integer') return { ...jsonSchema, ...WHOLE };
    return undefined;
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

/** The name of a schema that the document has. */
export type SchemaName = keyof typeof SCHEMAS;

/** A reference to a schema that has a name. */
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** All schemas as OpenAPI 3.1 takes them, by their names. */
export const describeSchemas = () => toJsonSchemaDefs(SCHEMAS, CONVERSION);
