import * as v from 'valibot';
import { isWellFormed } from '../common/well-formed.js';

// The documents of the relay session API. What the OpenAPI document requires is required here; all
// else may be missing or `null`. Unknown fields survive.

/** A field that may be missing or `null`: both read as `undefined`. */
export const maybe = /* @__NO_SIDE_EFFECTS__ */ <const TSchema extends v.GenericSchema>(
  schema: TSchema,
) => v.nullish(schema, () => undefined);

/** What names a session in a path: `.` and `..` would change it. */
export const SessionId = /* @__PURE__ */ v.pipe(
  /* @__PURE__ */ v.string(),
  v.nonEmpty('must not be empty'),
  v.check((id) => !/^\.{1,2}$/.test(id), 'must not be a path segment'),
  v.check(isWellFormed, 'must be well-formed Unicode'),
);

/** Whether it is an unsigned 32-bit number, 0 to 4294967295. */
export const isUint32 = (value: unknown): value is number => (value as number) >>> 0 === value;

/** A session's or a session user's token at the relay. */
export const AuthorizationToken = v.custom<number>(isUint32, 'an unsigned 32-bit number');

/** @internal */
export const RelayPort = v.looseObject({
  /** The port's number. */
  port: maybe(v.number()),
  /** `UDP`. */
  protocol: maybe(v.string()),
  /** `host:port`. */
  link: maybe(v.string()),
});

/** @internal */
export const Relay = v.looseObject({
  /** Its IP address. */
  ip: maybe(v.string()),
  /** Its host name. */
  host: maybe(v.string()),
  /** Where it listens for whom. */
  ports: maybe(
    v.looseObject({
      /** For the hosting player. */
      server: maybe(RelayPort),
      /** For all others. */
      client: maybe(RelayPort),
    }),
  ),
});

const userEntries = {
  /** Where the service takes them to be, in degrees. */
  latitude: maybe(v.number()),
  /** Where the service takes them to be, in degrees. */
  longitude: maybe(v.number()),
  /** Their own token at the relay, an unsigned 32-bit number. */
  authorization_token: maybe(AuthorizationToken),
};

/** @internal */
export const PlayerUser = v.looseObject(userEntries);

/** What every document about a session holds, whoever it is for. */
export const sessionEntries = {
  /** The session's id, `7349356945f1-S` for instance. */
  session_id: v.string(),
  /** The session's token at the relay, the same for all its users: an unsigned 32-bit number. */
  authorization_token: maybe(AuthorizationToken),
  /** Where the session stands, in words for people: the flags decide. */
  status: v.string(),
  /** Whether the session is ready. */
  ready: v.boolean(),
  /** Whether the session has its relay. */
  linked: v.boolean(),
  /** Why the session failed, for good; nothing while it has not. */
  error: maybe(v.string()),
  /** The relay, once the session is linked. */
  relay: maybe(Relay),
};

/** A document about a session, with entries of its own. */
export type SessionDocument<TEntries extends v.ObjectEntries> = v.LooseObjectSchema<
  typeof sessionEntries & TEntries,
  undefined
>;

/** Its type names the common entries: the declarations of a spread would lose their comments. */
export const sessionDocument = <const TEntries extends v.ObjectEntries>(
  entries: TEntries,
): SessionDocument<TEntries> => v.looseObject({ ...sessionEntries, ...entries });

/** As above. */
const sessionUser = <const TEntries extends v.ObjectEntries>(
  entries: TEntries,
): v.LooseObjectSchema<TEntries & typeof userEntries, undefined> =>
  v.looseObject({ ...entries, ...userEntries });

// Marked, so that the game's bundle goes without them: bundlers do not look into what is spread.

/** @internal */
export const SessionUser = /* @__PURE__ */ sessionUser({
  /** Their public address. */
  ip_address: /* @__PURE__ */ maybe(/* @__PURE__ */ v.string()),
});

/** @internal */
export const RelaySession = /* @__PURE__ */ sessionDocument({
  /** All players, once the session is linked. */
  session_users: /* @__PURE__ */ maybe(/* @__PURE__ */ v.array(SessionUser)),
  /** Where the service posts the session once it is ready. */
  webhook_url: /* @__PURE__ */ maybe(/* @__PURE__ */ v.string()),
});

/** @internal */
export const UserAuthorization = /* @__PURE__ */ sessionDocument({
  /** The player who was let in. */
  session_user: /* @__PURE__ */ maybe(SessionUser),
  /** Where the service posts the session once it is ready. */
  webhook_url: /* @__PURE__ */ maybe(/* @__PURE__ */ v.string()),
});

/** One port of the relay. `link` is `host:port`, ready to be shown or dialled. */
export interface RelayPort extends v.InferOutput<typeof RelayPort> {}
/** The relay that a session was given: `ports.server` is for the hosting player, `ports.client` for all others. */
export interface Relay extends v.InferOutput<typeof Relay> {}
/** A player as the relay knows them, as far as the player gets to know it: without their address. */
export interface PlayerUser extends v.InferOutput<typeof PlayerUser> {}
/** A player as the relay knows them. */
export interface SessionUser extends v.InferOutput<typeof SessionUser> {}
/** A session with all its users: the answer of *create* and *get*. */
export interface RelaySession extends v.InferOutput<typeof RelaySession> {}
/** A session with one of its users: the answer of *authorize-user*. */
export interface UserAuthorization extends v.InferOutput<typeof UserAuthorization> {}
