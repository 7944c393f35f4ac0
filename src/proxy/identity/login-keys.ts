import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../common/clock.js';
import { readBoundedText } from '../../common/read-bounded-text.js';

/** How old keys may be before they are fetched anew, in milliseconds. */
const FRESH = 10 * 60_000;
/**
 * How old keys may be if they cannot be fetched again, in milliseconds. For so long a withdrawn key may still be
 * accepted.
 */
const LAST_GOOD = 60 * 60_000;
/** Time between two fetches as long as there are keys, in milliseconds. */
const COOLDOWN = 30_000;

/** The longest set of keys that is read, in bytes. */
const LONGEST_KEYS = 1024 * 1024;

const CANNOT_BE_FETCHED = 'The login keys ("jwt.jwksUrl") cannot be fetched, or are no JWKS';

/** Fetches keys, but no more than {@link LONGEST_KEYS}: an endless answer must not fill the memory. */
async function fetchKeys(...call: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...call);
  const text = await readBoundedText(response, LONGEST_KEYS);
  if (text === undefined) throw new Error('The key set is too large.');
  return new Response(text, { status: response.status });
}

/** What {@link LoginKeys} work with. */
export interface LoginKeysTools {
  readonly clock: Clock;
  /** Told that the keys cannot be fetched, once until they can be again, and then that they can. */
  readonly tell: (event: 'failure' | 'warning', message: string) => void;
}

/**
 * The public keys of the studio's login, as a JWKS. If they cannot be fetched again, the last good ones are used on.
 */
export class LoginKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #clock: Clock;
  readonly #tell: LoginKeysTools['tell'];
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching = 0;
  /** Why the last fetch failed. */
  #failure: unknown;

  constructor(url: URL, { clock, tell }: LoginKeysTools) {
    // jose would tell the keys' age by the wall clock: set back, it would never fetch them again.
    const never = Number.POSITIVE_INFINITY;
    this.#keys = createRemoteJWKSet(url, {
      cacheMaxAge: never,
      cooldownDuration: never,
      [customFetch]: fetchKeys,
    });
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Whether they could be fetched when that was last tried. */
  get isCurrent(): boolean {
    return this.#failure === undefined;
  }

  /** Whether tokens can be checked: with keys that are fetched where that is due, or with the last good ones. */
  async areThere(): Promise<boolean> {
    if (!this.#isYoungerThan(FRESH) && this.#mayFetch()) await this.#fetch();
    return this.#isYoungerThan(LAST_GOOD);
  }

  /**
   * The key that a token says it was signed with. Rejects with what kept the keys from being fetched, where one of them
   * might have fitted.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isYoungerThan(FRESH) && this.#mayFetch()) await this.#fetch();
    if (!this.#isYoungerThan(LAST_GOOD)) throw this.#failure;
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (this.#mayFetch()) await this.#fetch();
      if (this.#failure !== undefined) throw this.#failure;
      return this.#keys(header, token);
    }
  };

  #isYoungerThan(age: number): boolean {
    return this.#clock.monotonic() - this.#fetchedAt < age;
  }

  /** Whether the keys may be fetched now. Those who ask while they are being fetched wait for the same answer. */
  #mayFetch(): boolean {
    const hasCooledDown = this.#clock.monotonic() - this.#triedAt >= COOLDOWN;
    return this.#fetching > 0 || hasCooledDown || !this.#isYoungerThan(LAST_GOOD);
  }

  async #fetch(): Promise<void> {
    this.#triedAt = this.#clock.monotonic();
    this.#fetching += 1;
    try {
      await this.#keys.reload();
      this.#fetchedAt = this.#clock.monotonic();
      if (!this.isCurrent) this.#tell('warning', 'The login keys ("jwt.jwksUrl") are there again.');
      this.#failure = undefined;
    } catch (error) {
      if (this.isCurrent) this.#tell('failure', `${CANNOT_BE_FETCHED}: ${codeOf(error)}.`);
      this.#failure = error;
    } finally {
      this.#fetching -= 1;
    }
  }
}

/** What went wrong, in a word: the system's where there is one, `ECONNREFUSED` for instance. */
function codeOf(error: unknown): string {
  const { cause, code, name } = error as Error & { readonly code?: string };
  const { code: systemCode } = (cause ?? {}) as { readonly code?: string };
  return systemCode ?? code ?? name;
}
