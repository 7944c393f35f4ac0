import * as v from 'valibot';
import { RelayError } from '../common/relay-error.js';
import type { Peer } from './exchange.js';
import { parseJson } from './parse-json.js';
import { strangeAnswer } from './strange-answer.js';

/** Where in a document something is wrong, `relay.ports.server` for instance. */
const pathOf = ({ path }: v.BaseIssue<unknown>) => path?.map(({ key }) => key).join('.') ?? '';

/**
 * The document that a successful answer holds. 204 stands for `undefined`: it has no body.
 *
 * @param text - The answer's body.
 * @throws {RelayError} `not-json`, `invalid-response`.
 */
export function readDocument<TSchema extends v.GenericSchema>(
  peer: Peer,
  status: number,
  text: string,
  schema: TSchema,
): v.InferOutput<TSchema> {
  const body = parseJson(text);
  if (body === undefined && status !== 204) {
    throw new RelayError('not-json', strangeAnswer(peer, status), { status });
  }
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const expected = issue.expected ?? issue.type;
  const message = `The ${peer.name}'s answer breaks the schema at "${pathOf(issue)}": expected ${expected}.`;
  throw new RelayError('invalid-response', message, { status });
}
