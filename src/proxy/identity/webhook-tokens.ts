import { decodeJwt } from 'jose';
import * as v from 'valibot';
import { type Clock, systemClock } from '../../common/clock.js';
import { PlayerId } from '../store/index.js';
import type { Signer } from './signer.js';

/** The *create* that has made a session: which one it was, and for whom. */
export interface Origin {
  readonly nonce: string;
  readonly hostId: string;
  /** Which of the secrets signed it; 0 is the newest. */
  readonly secret: number;
}

/** What a session's webhook URL proves: that this proxy asked for it, in which *create*, and which process did. */
export interface WebhookProof extends Origin {
  /** The mark of the process. */
  readonly maker: string;
  /** When, in milliseconds since the epoch. */
  readonly made: number;
}

const PATH = '/v1/webhooks/';
/**
 * A host that can never exist, for webhook URLs without a public URL: their tokens still help to find a session again.
 */
const NOWHERE = 'https://relais.invalid';

const Claims = v.object({
  nonce: v.pipe(v.string(), v.nonEmpty()),
  host: PlayerId,
  /** Tokens of older versions have neither. */
  maker: v.optional(v.string(), ''),
  made: v.optional(v.number(), 0),
});

/**
 * What a webhook URL says of the session that it is for, whichever proxy made it: nobody has checked it. `undefined`
 * for one that is no proxy's.
 */
export function claimOfWebhook(
  url: string | undefined,
): { readonly made: number; readonly nonce: string } | undefined {
  const token = url?.split(PATH)[1];
  if (!token) return undefined;
  try {
    const claims = v.safeParse(Claims, decodeJwt(token));
    if (!claims.success) return undefined;
    const { made, nonce } = claims.output;
    return { made, nonce };
  } catch {
    return undefined;
  }
}

/** The signed webhook URLs with which sessions are created, and by which they are known again. */
export class WebhookTokens {
  readonly #signer: Signer;
  readonly #base: string;
  readonly #clock: Clock;
  /**
   * The proofs of listed sessions that were read since the last call of {@link WebhookTokens.forgetUnused}, and before
   * it.
   */
  #late = new Map<string, WebhookProof>();
  #early = new Map<string, WebhookProof>();
  /** This process's own mark. */
  readonly maker = crypto.randomUUID().slice(0, 8);

  /** @param publicUrl - where the service reaches this proxy. */
  constructor(signer: Signer, publicUrl: string | URL | undefined, clock: Clock = systemClock) {
    this.#signer = signer;
    this.#clock = clock;
    this.#base = String(publicUrl ?? NOWHERE).replace(/(?<!\/)\/+$/, '');
  }

  async url(nonce: string, hostId: string): Promise<string> {
    const { maker } = this;
    const made = this.#clock.now();
    const token = await this.#signer.sign('relais-webhook', { nonce, host: hostId, maker, made });
    return `${this.#base}${PATH}${token}`;
  }

  async read(token: string): Promise<WebhookProof | undefined> {
    const verified = await this.#signer.verify('relais-webhook', token);
    const claims = v.safeParse(Claims, verified?.claims);
    if (!verified || !claims.success) return undefined;
    const { host, made, maker, nonce } = claims.output;
    return { nonce, hostId: host, secret: verified.secret, maker, made };
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.#late.size + this.#early.size;
  }

  /**
   * The proof in a session's webhook URL; `undefined` for any session that is not this proxy's. It is remembered:
   * as long as the session is open, it is read in each list.
   */
  async readUrl(url: string | undefined): Promise<WebhookProof | undefined> {
    const token = url?.split(PATH)[1];
    if (!token) return undefined;
    const proof = this.#late.get(token) ?? this.#early.get(token) ?? (await this.read(token));
    if (proof) this.#late.set(token, proof);
    return proof;
  }

  /**
   * Called with each new list of sessions. Forgets the tokens that were neither in the last list nor in this one: their
   * sessions are over.
   */
  forgetUnused(): void {
    this.#early = this.#late;
    this.#late = new Map();
  }
}
