import { RelayApi } from '../../api/relay-api.js';
import type { SessionEntry } from '../../api/session-list.js';
import { type Clock, systemClock } from '../../common/clock.js';
import { Signer, WebhookTokens } from '../../proxy/identity/index.js';
import { Progress } from '../progress.js';
import { readEnvironment } from '../read-environment.js';
import { readProxyOptions } from '../read-proxy-settings.js';
import type { Env } from '../read-setting.js';
import { patientFetch } from './patient-fetch.js';
import { rowOf, type SessionRow } from './session-row.js';

/** How many sessions a page of the list has. */
const PAGE = 100;
/** Time for one call where no setting says otherwise, in milliseconds. */
const TIMEOUT = 10_000;
/** The longest that one piece of work may take, its pauses included, in milliseconds. */
const PATIENCE = 60 * 60_000;

/** The studio's account at the relay service, as the settings of the proxy describe it. */
export class Account {
  readonly api: RelayApi;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Whether own sessions can be told from others. */
  readonly knowsOwn: boolean;
  readonly #tokens: WebhookTokens;
  #calls = 0;

  /** @throws {SettingError} where a setting is missing or wrong. */
  constructor(environment: Env, clock: Clock = systemClock) {
    const { edgegap, secrets } = readProxyOptions(readEnvironment(environment));
    this.clock = clock;
    this.progress = new Progress(process.stderr, clock);
    this.knowsOwn = secrets !== undefined;
    this.#tokens = new WebhookTokens(new Signer(secrets ?? [], clock), undefined, clock);
    const { timeout = TIMEOUT, ...access } = edgegap;
    this.api = new RelayApi({
      apiToken: access.apiToken,
      baseUrl: access.baseUrl,
      timeout: PATIENCE,
      fetch: patientFetch({
        clock,
        timeout,
        onCall: () => {
          this.#calls += 1;
        },
        onPause: (delay) =>
          this.progress.tell(
            `The relay service asks for a pause of ${Math.ceil(delay / 1_000)} s (429).`,
          ),
      }),
    });
  }

  /** All open sessions of the account. */
  async rows(): Promise<SessionRow[]> {
    const rows: SessionRow[] = [];
    for await (const entry of this.api.listAllEntries({ limit: PAGE })) {
      rows.push(await this.rowOf(entry));
      this.progress.show(`${rows.length} sessions so far, in ${this.#calls} calls …`);
    }
    this.progress.clear();
    return rows;
  }

  /** What is to be told of a session. */
  rowOf(entry: SessionEntry): Promise<SessionRow> {
    return rowOf(entry, this.#tokens);
  }

  /** The player who made a session, where it is one of ours. */
  async hostOf(webhookUrl: string | undefined): Promise<string | undefined> {
    return (await this.#tokens.readUrl(webhookUrl))?.hostId;
  }
}
