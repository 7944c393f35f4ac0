import * as v from 'valibot';

// Text on the wire is JSON: one object with a `type`. Neither side fails over what it does not know, so that a newer
// one can say more.

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const roundTrip = v.nullable(v.number());

/** What became of the datagrams of one direction at the gateway, since the seat's channel was opened. */
const Passage = v.object({
  /** Datagrams that came in. */
  received: count,
  /** Datagrams that went on. */
  sent: count,
  /** Datagrams that did not, by cause. */
  dropped: v.record(v.string(), count),
});

/** Asks the other side for an {@link Echo}: how old is what arrives there? */
const Probe = v.object({ type: v.literal('probe'), id: count });
/** Answers a {@link Probe} at once. */
const Echo = v.object({ type: v.literal('echo'), id: count });

const Hello = v.object({
  type: v.literal('hello'),
  version: v.literal(1),
  /** Where a wire that was lost comes back to: this process's own URL. `null`: the same as before. */
  url: v.nullable(v.string()),
  role: v.picklist(['server', 'client']),
  /** Whether the player at the relay is the one of the wire before, with the same connection id. */
  returned: v.boolean(),
});
const State = v.object({
  type: v.literal('state'),
  /** `open`: the relay has found the player valid. */
  state: v.picklist(['checking', 'open']),
});
const Stats = v.object({
  type: v.literal('stats'),
  /** Between gateway and relay, in milliseconds. */
  relayRoundTrip: roundTrip,
  fromPage: Passage,
  toPage: Passage,
});

/** What a gateway says to a page. */
export const FromGateway = v.variant('type', [Hello, State, Stats, Probe, Echo]);
export type FromGateway = v.InferOutput<typeof FromGateway>;

/** What a page says to a gateway. */
export const FromPage = v.variant('type', [Probe, Echo]);
export type FromPage = v.InferOutput<typeof FromPage>;

/** What became of the datagrams of one direction. */
export type Passage = v.InferOutput<typeof Passage>;

/** Reads a text message. `undefined` where it is no such message. */
export function readControlMessage<TSchema extends typeof FromGateway | typeof FromPage>(
  schema: TSchema,
  text: string,
): v.InferOutput<TSchema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a text message. */
export function writeControlMessage(message: FromGateway | FromPage): string {
  return JSON.stringify(message);
}
