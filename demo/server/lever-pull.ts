import * as v from 'valibot';
import { checkRequest } from '../../src/common/check-against-schema.js';

/** The levers that are set to a value: milliseconds, and for losses a share from 0 to 1. */
const VALUE_LEVERS = ['link-delay', 'wire-loss', 'loss', 'latency', 'jitter'] as const;
/** The levers that strike, most of them at a session. */
const STRIKING_LEVERS = [
  'fail',
  'relink',
  'end',
  'lose-connection',
  'rate-limit',
  'lose-webhook',
  'cut-wire',
  'block-udp',
  'disarm',
] as const;

const NamedLeverSchema = v.object({ lever: v.picklist([...VALUE_LEVERS, ...STRIKING_LEVERS]) });
const LeverPullSchema = v.variant('lever', [
  v.object({ lever: v.picklist(VALUE_LEVERS), value: v.number() }),
  v.object({ lever: v.picklist(STRIKING_LEVERS), session_id: v.optional(v.string()) }),
]);

/** What can be set. */
export type ValueLever = (typeof VALUE_LEVERS)[number];
/** What can be made to go wrong. */
export type StrikingLever = (typeof STRIKING_LEVERS)[number];
/** What the page asks for. */
export type LeverPull = v.InferOutput<typeof LeverPullSchema>;

/** @throws {RelayError} `invalid-request`; the message is a sentence that names the field. */
export function checkPull(body: unknown): LeverPull {
  // By itself, so that the sentence about a lever that there is none of lists all that there are.
  checkRequest(NamedLeverSchema, body);
  return checkRequest(LeverPullSchema, body);
}
