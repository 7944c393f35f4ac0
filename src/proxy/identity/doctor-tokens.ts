import * as v from 'valibot';
import type { Signer } from './signer.js';

/** What the proxy sees of a request of `relais doctor`. */
export interface Sight {
  /** The address that it takes the player to come from. */
  readonly client: string;
  /** The address at the other end of the connection. */
  readonly remote: string;
  /** Whether that is one of a trusted proxy. */
  readonly isTrusted: boolean;
  /** The header in which trusted proxies report addresses, as it came. */
  readonly header: string | null;
  /** Its clock, in milliseconds since the epoch. */
  readonly now: number;
}

const Question = v.object({ nonce: v.pipe(v.string(), v.nonEmpty(), v.maxLength(100)) });
const Answer = v.object({
  nonce: v.string(),
  client: v.string(),
  remote: v.string(),
  isTrusted: v.boolean(),
  header: v.nullable(v.string()),
  now: v.number(),
});

/**
 * How long a question may be asked, in seconds. So long because clocks that are apart are one of the things that the
 * doctor looks for. Whoever has seen one learns no more by it than how the proxy sees their own request.
 */
const LIFETIME = 86_400;

/**
 * The questions of `relais doctor`, and the proxy's answers. Both are signed with the secrets that the two share: so
 * nobody else gets an answer, and no other server can give one.
 */
export class DoctorTokens {
  readonly #signer: Signer;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  question(nonce: string): Promise<string> {
    return this.#signer.sign('relais-doctor-question', { nonce }, LIFETIME);
  }

  /** The nonce of a question; `undefined` where it is not one of ours. */
  async readQuestion(token: string): Promise<string | undefined> {
    const verified = await this.#signer.verify('relais-doctor-question', token);
    const question = v.safeParse(Question, verified?.claims);
    return question.success ? question.output.nonce : undefined;
  }

  answer(nonce: string, sight: Sight): Promise<string> {
    return this.#signer.sign('relais-doctor-answer', { nonce, ...sight });
  }

  /** What an answer to this question says; `undefined` where it is none, or somebody else's. */
  async readAnswer(nonce: string, token: string): Promise<Sight | undefined> {
    const verified = await this.#signer.verify('relais-doctor-answer', token);
    const answer = v.safeParse(Answer, verified?.claims);
    return answer.success && answer.output.nonce === nonce ? answer.output : undefined;
  }
}
