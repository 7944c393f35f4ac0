import type { RelayApi } from '../api/relay-api.js';
import type { Clock } from '../common/clock.js';
import { DEFAULT_LEASE } from './checked-options.js';
import type { Signer, WebhookTokens } from './identity/index.js';
import { type AskClass, NOBODY } from './limits/index.js';
import type { RelayProxyOptions } from './options.js';
import type { Note } from './reports/index.js';
import type { SessionRecords, Store, SweepChannel } from './store/index.js';
import {
  AccountList,
  AccountSweep,
  Adoption,
  Chores,
  Duty,
  Leases,
  LONG_LEASE,
  LostCreates,
  OtherProcesses,
  Reaper,
  Sweeps,
  useOfToken,
  WantedCreates,
} from './upkeep/index.js';
import type { Polls, SweepPace } from './watch/index.js';

/** The parts that the upkeep is put together from. */
export interface UpkeepParts {
  /** The relay session API, as it is called on somebody's behalf, with the class of a *get* and a *list*. */
  readonly apiFor: (asker: string, asks: AskClass) => RelayApi;
  readonly clock: Clock;
  /** Puts something into the log. */
  readonly note: Note;
  readonly records: SessionRecords;
  readonly signer: Signer;
  readonly store: Store;
  /** How fast the account is looked after. */
  readonly pace: SweepPace;
  readonly polls: Polls;
  readonly sweepChannel: SweepChannel;
  readonly webhookTokens: WebhookTokens;
  /** Tells the log of something that went wrong, or may. */
  readonly tell: (event: 'failure' | 'warning', message: string) => void;
}

/** The upkeep: it takes sessions and seats away once nobody needs them. */
export interface Upkeep {
  readonly adoption: Adoption;
  readonly chores: Chores;
  readonly leases: Leases;
  readonly lostCreates: LostCreates;
  readonly reaper: Reaper;
  readonly sweeps: Sweeps;
}

const OTHER_AT_WORK =
  'Another process with the same secrets makes sessions on this account, with a memory of its own: ' +
  'give both one store, or each its own secrets.';

/**
 * The asker for whom chores are done at the service. It is not {@link NOBODY}, whose long lists they would have to wait
 * for.
 */
const CHORES = 'chores';

/** Whether another process may have the same secrets, and does not have the same memory. */
export const remembersAlone = ({ secrets, store }: RelayProxyOptions): boolean =>
  secrets !== undefined && store === undefined;

/** Puts together what keeps the account tidy. */
export function assembleUpkeep(options: RelayProxyOptions, parts: UpkeepParts): Upkeep {
  const { apiFor, clock, records, store, tell, webhookTokens } = parts;
  const lease = (options.lease ?? DEFAULT_LEASE) * 1000;
  const isAlone = remembersAlone(options);
  const leases = new Leases(store, clock, lease, isAlone ? Math.max(lease, LONG_LEASE) : lease);
  const chores = assembleChores(parts);
  const others = new OtherProcesses({
    leases,
    records,
    clock,
    maker: webhookTokens.maker,
    onFound: () => tell('warning', OTHER_AT_WORK),
  });
  const adoption = new Adoption({
    ...parts,
    api: apiFor(NOBODY, 'sweeps'),
    chores,
    leases,
    others: isAlone ? others : undefined,
  });
  const duty = new Duty(store, clock);
  const list = new AccountList({
    api: apiFor(NOBODY, 'sweeps'),
    urgentApi: apiFor(NOBODY, 'announced'),
    pace: parts.pace,
  });
  const sweeps = assembleSweeps(parts, { adoption, duty, list, lease: leases.duration });
  const reaper = new Reaper({
    chores,
    duty,
    sweeps,
    leases,
    records,
    metrics: options.metrics,
    note: parts.note,
    clock,
    onFailure: (message) => tell('failure', message),
  });
  const lostCreates = new LostCreates({
    channel: parts.sweepChannel,
    clock,
    duty,
    list,
    webhookTokens,
  });
  return { adoption, chores, leases, lostCreates, reaper, sweeps };
}

/** What sweeps serve, and how they read. */
interface ListedUpkeep {
  readonly adoption: Adoption;
  readonly duty: Duty;
  /** How long a lease lasts, in milliseconds. */
  readonly lease: number;
  readonly list: AccountList;
}

function assembleSweeps(
  { clock, pace, polls, sweepChannel: channel, tell }: UpkeepParts,
  { adoption, duty, lease, list }: ListedUpkeep,
): Sweeps {
  const wanted = new WantedCreates(clock);
  const shared = { adoption, channel, clock, duty, pace, wanted };
  return new Sweeps({
    ...shared,
    accountSweep: new AccountSweep({ ...shared, list }),
    lease,
    polls,
    onFailure: (message) => tell('failure', message),
  });
}

function assembleChores({ apiFor, clock, records, store }: UpkeepParts): Chores {
  const api = apiFor(CHORES, 'announced');
  const revoke = (sessionId: string, token: number) =>
    chores.do({ what: 'revoke', sessionId, token });
  const chores: Chores = new Chores(api, store, clock, {
    useOfToken: (sessionId, token) => useOfToken({ api, records, revoke }, sessionId, token),
    onRevoked: (sessionId) => records.tell(sessionId, 'refresh'),
  });
  return chores;
}
