import * as v from 'valibot';
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

/** The signed webhook URLs with which sessions are created, and by which they are known again. */
export class WebhookTokens {
  readonly #signer: Signer;
  readonly #base: string;

  /** @param publicUrl - where the service reaches this proxy. */
  constructor(signer: Signer, publicUrl: string | URL | undefined) {
    this.#signer = signer;
    this.#base = String(publicUrl ?? NOWHERE).replace(/\/+$/, '');
  }

  async url(nonce: string, hostId: string): Promise<string> {
    const token = await this.#signer.sign('relais-webhook', { nonce, host: hostId });
    return `${this.#base}${PATH}${token}`;
  }

  async read(token: string): Promise<WebhookProof | undefined> {
    const verified = await this.#signer.verify('relais-webhook', token);
    const claims = v.safeParse(Claims, verified?.claims);
    if (!verified || !claims.success) return undefined;
    return { nonce: claims.output.nonce, hostId: claims.output.host, secret: verified.secret };
  }

  /** The proof in a session's webhook URL; `undefined` for any session that is not this proxy's. */
  async readUrl(url: string | undefined): Promise<WebhookProof | undefined> {
    const token = url?.split(PATH)[1];
    return token ? this.read(token) : undefined;
  }
}
