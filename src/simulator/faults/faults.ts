import * as v from 'valibot';
import { checkRequest } from '../../common/check-against-schema.js';
import { OPERATION_IDS, type OperationId } from '../operations.js';

/** How a request can be made to fail. */
export const FAILURES = [
  'rate-limited',
  'server-error',
  'unavailable',
  'drop-before',
  'drop-after',
  'malformed',
] as const;

const atLeast = (least: number) =>
  v.pipe(
    v.number(),
    v.integer('must be whole'),
    v.minValue(least, `must be ${least} or more`),
    v.maxValue(1_000_000_000, 'must be less'),
  );

/** The schema of {@link Fault}. */
const FaultSchema = v.strictObject({
  kind: v.picklist([
    ...FAILURES,
    'any',
    'latency',
    'slow-drip',
    'webhook-lost',
    'webhook-late',
    'webhook-doubled',
  ]),
  operation: v.optional(v.picklist(OPERATION_IDS)),
  rate: v.optional(
    v.pipe(v.number(), v.minValue(0, 'must be 0 or more'), v.maxValue(1, 'must be 1 or less')),
  ),
  times: v.optional(atLeast(1)),
  delay: v.optional(atLeast(0)),
  retryAfter: v.optional(atLeast(0)),
});

/** What goes wrong, to what, and how often. */
export interface Fault {
  /**
   * - `latency`: the answer comes `delay` later. Goes together with any other.
   * - `rate-limited`: 429 with `Retry-After`. `server-error`: 500. `unavailable`: 503.
   * - `drop-before`: the connection is cut before the work is done. `drop-after`: after it.
   * - `malformed`: the work is done, and half of the JSON arrives.
   * - `slow-drip`: the work is done, and the answer arrives byte by byte, one each `delay`.
   * - `any`: one of `rate-limited`, `server-error`, `unavailable`, `drop-before`, `drop-after` and
   *   `malformed`, drawn anew each time.
   * - `webhook-lost`: never sent. `webhook-late`: sent `delay` later. `webhook-doubled`: sent twice.
   */
  readonly kind: v.InferOutput<typeof FaultSchema>['kind'];
  /**
   * The operation that it strikes; faults of webhooks have none.
   *
   * @default all
   */
  readonly operation?: OperationId | undefined;
  /**
   * How often it strikes, 0 (never) to 1 (each time).
   *
   * @default 1
   */
  readonly rate?: number | undefined;
  /**
   * How many times it strikes before it is gone.
   *
   * @default without end
   */
  readonly times?: number | undefined;
  /**
   * How long something takes, as `kind` says, in milliseconds.
   *
   * @default 1000; for `slow-drip` 100
   */
  readonly delay?: number | undefined;
  /**
   * What `rate-limited` sends as `Retry-After`, in seconds.
   *
   * @default 1
   */
  readonly retryAfter?: number | undefined;
}

/** What strikes one request. */
export interface RequestFaults {
  /** In milliseconds. */
  readonly latency: number;
  readonly failure: Fault | undefined;
}

/** What strikes one webhook. */
export interface WebhookFaults {
  readonly isLost: boolean;
  readonly isDoubled: boolean;
  /** In milliseconds. */
  readonly delay: number;
}

/** The faults in force. Of several failures, the one that was added first strikes. */
export class Faults {
  readonly #random: () => number;
  readonly #webhookRandom: () => number;
  #faults: { readonly fault: Fault; left: number }[] = [];

  /** @param webhookRandom - for webhooks: when they are sent must not change what strikes requests. */
  constructor(random: () => number, webhookRandom: () => number) {
    this.#random = random;
    this.#webhookRandom = webhookRandom;
  }

  /** @throws {RelayError} `invalid-request` for a fault that makes no sense; the message names the field. */
  add(fault: Fault): void {
    const checked: Fault = checkRequest(FaultSchema, fault);
    this.#faults.push({ fault: checked, left: checked.times ?? Number.POSITIVE_INFINITY });
  }

  /** Those in force, with the `times` that are left. */
  list(): Fault[] {
    return this.#faults.map(({ fault, left }) =>
      fault.times === undefined ? fault : { ...fault, times: left },
    );
  }

  /** Ends all of them. */
  clear(): void {
    this.#faults = [];
  }

  /** Draws what strikes a request. */
  forRequest(operation: OperationId): RequestFaults {
    let latency = 0;
    let failure: Fault | undefined;
    // A copy: one that strikes for the last time is gone at once.
    for (const entry of [...this.#faults]) {
      const { fault } = entry;
      const isMeant = !isForWebhooks(fault) && (fault.operation ?? operation) === operation;
      const isSpared = failure !== undefined && fault.kind !== 'latency';
      if (!isMeant || isSpared || !this.#strikes(entry, this.#random)) continue;
      if (fault.kind === 'latency') latency += fault.delay ?? 1_000;
      else failure = fault.kind === 'any' ? { ...fault, kind: this.#anyFailure() } : fault;
    }
    return { latency, failure };
  }

  /** Draws what strikes a webhook. */
  forWebhook(): WebhookFaults {
    const struck = [...this.#faults].filter(
      (entry) => isForWebhooks(entry.fault) && this.#strikes(entry, this.#webhookRandom),
    );
    const has = (kind: Fault['kind']) => struck.some(({ fault }) => fault.kind === kind);
    const late = struck.filter(({ fault }) => fault.kind === 'webhook-late');
    return {
      isLost: has('webhook-lost'),
      isDoubled: has('webhook-doubled'),
      delay: late.reduce((sum, { fault }) => sum + (fault.delay ?? 1_000), 0),
    };
  }

  #strikes(entry: { readonly fault: Fault; left: number }, random: () => number): boolean {
    if (random() >= (entry.fault.rate ?? 1)) return false;
    entry.left -= 1;
    if (entry.left <= 0) this.#faults = this.#faults.filter((other) => other !== entry);
    return true;
  }

  #anyFailure(): Fault['kind'] {
    return FAILURES[Math.floor(this.#random() * FAILURES.length)] ?? 'server-error';
  }
}

function isForWebhooks({ kind }: Fault): boolean {
  return kind.startsWith('webhook-');
}
