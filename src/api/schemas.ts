import * as v from 'valibot';

// The documents of the relay session API. What the OpenAPI document requires is required here; all
// else may be missing or `null`. Unknown fields survive.

/** A field that may be missing or `null`: both read as `undefined`. */
export const maybe = <const TSchema extends v.GenericSchema>(schema: TSchema) =>
  v.nullish(schema, () => undefined);

/** Whether it is an unsigned 32-bit number, 0 to 4294967295. */
export const isUint32 = (value: number) => value >>> 0 === value;

/** A session's or a session user's token at the relay. */
export const AuthorizationToken = v.pipe(v.number(), v.check(isUint32));

/** One port of the relay. `link` is `host:port`, ready to be shown or dialled. */
export const RelayPort = v.looseObject({
  port: maybe(v.pipe(v.number(), v.integer())),
  protocol: maybe(v.string()),
  link: maybe(v.string()),
});

/** The relay that a session was given: `ports.server` is for the hosting player, `ports.client` for all others. */
export const Relay = v.looseObject({
  ip: maybe(v.string()),
  host: maybe(v.string()),
  ports: maybe(v.looseObject({ server: maybe(RelayPort), client: maybe(RelayPort) })),
});

/** A player as the relay knows them. */
export const SessionUser = v.looseObject({
  ip_address: maybe(v.string()),
  latitude: maybe(v.number()),
  longitude: maybe(v.number()),
  authorization_token: maybe(AuthorizationToken),
});

/** What every document about a session holds, whoever it is for. */
export const sessionEntries = {
  session_id: v.string(),
  authorization_token: maybe(AuthorizationToken),
  status: v.string(),
  ready: v.boolean(),
  linked: v.boolean(),
  error: maybe(v.string()),
  relay: maybe(Relay),
};

// Marked, so that the game's bundle goes without them: bundlers do not look into what is spread.

/** A session with all its users: the answer of *create* and *get*. */
export const RelaySession = /* @__PURE__ */ v.looseObject({
  ...sessionEntries,
  session_users: maybe(v.array(SessionUser)),
  webhook_url: maybe(v.string()),
});

/** A session with one of its users: the answer of *authorize-user*. */
export const UserAuthorization = /* @__PURE__ */ v.looseObject({
  ...sessionEntries,
  session_user: maybe(SessionUser),
  webhook_url: maybe(v.string()),
});

/** Why a request was refused. */
export const ErrorBody = v.looseObject({ message: v.string() });

export type RelayPort = v.InferOutput<typeof RelayPort>;
export type Relay = v.InferOutput<typeof Relay>;
export type SessionUser = v.InferOutput<typeof SessionUser>;
export type RelaySession = v.InferOutput<typeof RelaySession>;
export type UserAuthorization = v.InferOutput<typeof UserAuthorization>;
