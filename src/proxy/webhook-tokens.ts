import * as v from 'valibot';
import { remember } from './remember.js';
import { PlayerId } from './seat.js';
import type { Signer } from './signer.js';

/** What a session's webhook URL proves: that this proxy asked for it, in which *create*, and for whom. */
export interface WebhookProof {
  readonly nonce: string;
  readonly hostId: string;
  /** Which of the secrets signed it; 0 is the newest. */
  readonly secret: number;
}

const PATH = '/v1/webhooks/';
/** A host that can never exist: without a public URL the token still serves to find a session again. */
const NOWHERE = 'https://relais.invalid';

const Claims = v.object({ nonce: v.pipe(v.string(), v.nonEmpty()), host: PlayerId });

/** Tokens that are remembered, those that were signed here and those that were checked. */
const REMEMBERED = 20_000;

/** The signed webhook URLs with which sessions are created, and by which they are known again. */
export class WebhookTokens {
  readonly #signer: Signer;
  readonly #base: string;
  readonly #known = new Map<string, WebhookProof>();

  /** @param publicUrl - where the service reaches this proxy. */
  constructor(signer: Signer, publicUrl: string | URL | undefined) {
    this.#signer = signer;
    this.#base = String(publicUrl ?? NOWHERE).replace(/(?<!\/)\/+$/, '');
  }

  async url(nonce: string, hostId: string): Promise<string> {
    const token = await this.#signer.sign('relais-webhook', { nonce, host: hostId });
    remember(this.#known, token, { nonce, hostId, secret: 0 }, REMEMBERED);
    return `${this.#base}${PATH}${token}`;
  }

  async read(token: string): Promise<WebhookProof | undefined> {
    const known = this.#known.get(token);
    if (known) return known;
    const verified = await this.#signer.verify('relais-webhook', token);
    const claims = v.safeParse(Claims, verified?.claims);
    if (!verified || !claims.success) return undefined;
    const { nonce, host } = claims.output;
    const proof = { nonce, hostId: host, secret: verified.secret };
    remember(this.#known, token, proof, REMEMBERED);
    return proof;
  }

  /** The proof in a session's webhook URL; `undefined` for any session that is not this proxy's. */
  async readUrl(url: string | undefined): Promise<WebhookProof | undefined> {
    const token = url?.split(PATH)[1];
    return token ? this.read(token) : undefined;
  }
}
