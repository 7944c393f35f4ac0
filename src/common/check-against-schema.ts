import * as v from 'valibot';
import { RelayError } from './relay-error.js';

/**
 * Checks what is about to be sent.
 *
 * @throws {RelayError} `invalid-request`; the message names the field.
 */
export function checkRequest<TSchema extends v.GenericSchema>(
  schema: TSchema,
  request: unknown,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, request, { abortEarly: true });
  if (result.success) return result.output;
  throw new RelayError('invalid-request', describeIssue(result.issues[0]));
}

/**
 * Checks the options of something that is about to start. An option that does not exist is a typing mistake, and
 * refused.
 *
 * @throws {RelayError} `invalid-option`; the message names it.
 */
export function checkOptions(schema: v.GenericSchema, options: unknown): void {
  const result = v.safeParse(schema, options, { abortEarly: true });
  if (result.success) return;
  const [issue] = result.issues;
  throw new RelayError(
    'invalid-option',
    issue.type === 'strict_object' && issue.expected === 'never'
      ? `"${v.getDotPath(issue)}" is no option.`
      : describeIssue(issue),
  );
}

/** One sentence that names the field and says what was expected of it; never the value, which may be a secret. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const problem =
    issue.kind !== 'schema'
      ? issue.message
      : path && issue.received === 'undefined'
        ? 'is missing'
        : `must be ${issue.expected}`;
  return `${path ? `"${path}"` : 'The request'} ${problem}.`;
}
