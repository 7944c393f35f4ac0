import * as v from 'valibot';
import { type Clock, systemClock } from '../api/clock.js';
import { remember } from './remember.js';
import { PlayerId } from './seat.js';
import type { Signer } from './signer.js';

/** The *create* that a session came of: which one, and for whom. */
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
/** A host that can never exist: without a public URL the token still serves to find a session again. */
const NOWHERE = 'https://relais.invalid';

const Claims = v.object({
  nonce: v.pipe(v.string(), v.nonEmpty()),
  host: PlayerId,
  /** Tokens of older versions have neither. */
  maker: v.optional(v.string(), ''),
  made: v.optional(v.number(), 0),
});

/** Tokens that are remembered, those that were signed here and those that were checked. */
const REMEMBERED = 20_000;

/** The signed webhook URLs with which sessions are created, and by which they are known again. */
export class WebhookTokens {
  readonly #signer: Signer;
  readonly #base: string;
  readonly #clock: Clock;
  readonly #known = new Map<string, WebhookProof>();
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
    remember(this.#known, token, { nonce, hostId, secret: 0, maker, made }, REMEMBERED);
    return `${this.#base}${PATH}${token}`;
  }

  async read(token: string): Promise<WebhookProof | undefined> {
    const known = this.#known.get(token);
    if (known) return known;
    const verified = await this.#signer.verify('relais-webhook', token);
    const claims = v.safeParse(Claims, verified?.claims);
    if (!verified || !claims.success) return undefined;
    const { host, made, maker, nonce } = claims.output;
    const proof = { nonce, hostId: host, secret: verified.secret, maker, made };
    remember(this.#known, token, proof, REMEMBERED);
    return proof;
  }

  /** The proof in a session's webhook URL; `undefined` for any session that is not this proxy's. */
  async readUrl(url: string | undefined): Promise<WebhookProof | undefined> {
    const token = url?.split(PATH)[1];
    return token ? this.read(token) : undefined;
  }
}
