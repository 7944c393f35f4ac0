import { isUint32, type RelaySession } from '../../api/schemas.js';
import { etagOf, hashOf } from './etag.js';

/**
 * A session as a list has shown it: which of the fields below the entry has, and a hash of their values. So it says
 * whether the entry differs from a document, and nothing else: an entry may be stale, and never replaces a document.
 */
export interface ListedSession {
  readonly sessionId: string;
  /** One bit for each field that the entry has. */
  readonly fields: number;
  /** Over the values of those fields. */
  readonly hash: string;
}

/** What a list may show, or leave out, of a session. */
type Shown = Readonly<Record<string, unknown>>;

/** Reads one value, or `undefined` where it is missing or odd: then it is unknown, not gone. */
const FIELDS: readonly ((session: Shown) => unknown)[] = [
  ({ status }) => textOf(status),
  ({ ready }) => flagOf(ready),
  ({ linked }) => flagOf(linked),
  ({ error }) => textOf(error),
  ({ authorization_token: token }) => tokenOf(token),
  ({ relay }) => textOf(shownIn(relay)['host']),
  ({ relay }) => textOf(shownIn(relay)['ip']),
  ({ relay }) => portOf(relay, 'server'),
  ({ relay }) => portOf(relay, 'client'),
  ({ session_users: users }) => tokensOf(users),
];

/** Notes what a list shows of a session. */
export function listedSession(entry: { readonly session_id: string }): ListedSession {
  const values = FIELDS.map((read) => read(entry as unknown as Shown));
  const fields = values.reduce<number>(
    (bits, value, index) => (value === undefined ? bits : bits | (1 << index)),
    0,
  );
  return { sessionId: entry.session_id, fields, hash: hashOfValues(values, fields) };
}

/** Whether what a list showed of a session is something else than its document says. */
export function differs({ fields, hash }: ListedSession, document: RelaySession): boolean {
  const values = FIELDS.map((read) => read(document as unknown as Shown));
  return hashOfValues(values, fields) !== hash;
}

/** Whether a list showed all that a session's document has: it may leave out the users or the relay. */
export function showsAll({ fields }: ListedSession, document: RelaySession): boolean {
  return FIELDS.every(
    (read, index) => fields & (1 << index) || read(document as unknown as Shown) === undefined,
  );
}

function hashOfValues(values: readonly unknown[], fields: number): string {
  const shown = values.filter((_, index) => fields & (1 << index));
  return etagOf(hashOf(JSON.stringify(shown)));
}

const shownIn = (value: unknown): Shown =>
  typeof value === 'object' && value !== null ? (value as Shown) : {};
const textOf = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
const flagOf = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
const tokenOf = (value: unknown) => (isUint32(value) ? value : undefined);

function portOf(relay: unknown, side: string): number | undefined {
  const { port } = shownIn(shownIn(shownIn(relay)['ports'])[side]);
  return typeof port === 'number' ? port : undefined;
}

/** All users' tokens, in whatever order the users came. A list without users does not say that there are none. */
function tokensOf(users: unknown): readonly number[] | undefined {
  if (!Array.isArray(users) || users.length === 0) return undefined;
  const tokens = users.map((user) => tokenOf(shownIn(user)['authorization_token']));
  if (tokens.includes(undefined)) return undefined;
  return (tokens as number[]).sort((one, other) => one - other);
}
