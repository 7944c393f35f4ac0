import { StoreError } from '../store/index.js';

/**
 * What the refusals of Redis mean, by their first word. The rest of a refusal may repeat what it was sent, a password
 * for instance.
 */
const MEANINGS = new Map([
  ['OOM', 'Redis has no memory left.'],
  ['READONLY', 'This Redis is a replica, and takes no changes.'],
  ['LOADING', 'Redis is still loading its data.'],
  ['MASTERDOWN', 'Redis has lost its primary.'],
  ['MISCONF', 'Redis cannot save its data, and takes no changes.'],
  ['NOREPLICAS', 'Redis has too few replicas, and takes no changes.'],
  ['BUSY', 'Redis is busy with a script.'],
  ['NOAUTH', 'Redis wants a password.'],
  ['WRONGPASS', 'Redis does not accept the user or the password.'],
  ['NOPERM', 'The user may not do this at Redis.'],
  ['MOVED', 'Redis is in cluster mode.'],
  ['CROSSSLOT', 'Redis is in cluster mode.'],
]);

/** How a refusal begins inside a script of Redis 6: newer ones say it as everywhere else. */
const IN_A_SCRIPT = /^ERR Error running script .*?: -(?=[A-Z])/s;

/** The refusals that trying again does not change: what was set is wrong. */
const LASTING = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);

/** What Redis says where it does not do what it is asked. */
export class RedisRefusal extends StoreError {
  /** The first word: `OOM`, for instance. */
  readonly code: string;

  constructor(code: string) {
    super(MEANINGS.get(code) ?? `Redis refused what it was asked (${code}).`);
    this.code = code;
  }

  /** Whether the same would be refused again. */
  get isLasting(): boolean {
    return LASTING.has(this.code);
  }
}

/** Where Redis leaves a question without an answer. What was asked for may be done all the same. */
export class RedisSilence extends StoreError {
  /** @param limit - how long it was waited for, in milliseconds. */
  constructor(limit: number) {
    super(`Redis did not answer within ${limit / 1000} s.`);
  }
}

/** What TLS says where a certificate is not trusted, does not name the host, or is out of date. */
const CERTIFICATE = /CERT|ISSUER|VERIFY/;

/** Where Redis does not prove over TLS that it is the one that is meant. */
export class UntrustedRedis extends StoreError {
  /** What TLS says: `SELF_SIGNED_CERT_IN_CHAIN`, for instance. */
  readonly code: string;

  constructor(code: string) {
    super(`Redis shows a certificate that is not trusted (${code}).`);
    this.code = code;
  }
}

/** Whether this Redis is a replica: since the start, or since another one took its place. */
export const isDemotion = (failure: unknown): boolean =>
  failure instanceof RedisRefusal && failure.code === 'READONLY';

/** Whether the same would fail again, until somebody changes what is set. */
export const isLasting = (failure: unknown): boolean =>
  failure instanceof UntrustedRedis || (failure instanceof RedisRefusal && failure.isLasting);

/**
 * A failure of the client's or of Redis in plain words, without an address and without a secret.
 *
 * @param error - what was thrown, where anything was: a connection may just be gone.
 */
export function redisFailure(error?: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const [, word] = /^([A-Z]{2,20})(?: |$)/.exec(message.replace(IN_A_SCRIPT, '')) ?? [];
  if (word) return new RedisRefusal(word);
  if (typeof code === 'string' && CERTIFICATE.test(code)) return new UntrustedRedis(code);
  return new StoreError(`Redis does not answer${typeof code === 'string' ? ` (${code})` : ''}.`);
}
