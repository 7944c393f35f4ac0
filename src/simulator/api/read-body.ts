import { HTTPException } from 'hono/http-exception';
import * as v from 'valibot';
import { describeIssue } from '../../common/check-against-schema.js';
import { readJson } from '../../http/read-json.js';

/** The largest body, in bytes. */
const LARGEST_BODY = 1024 * 1024;

/** Reads a JSON body, or refuses it with 400 and a message that names the field. */
export async function readBody<TSchema extends v.GenericSchema>(
  request: Request,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  const body = await readJson(request, LARGEST_BODY);
  // The schemas take an array for an object, and accept it if no field is required.
  if (Array.isArray(body)) return refuse(400, 'The request must be Object.');
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
  return refuse(400, isUnknown ? `"${v.getDotPath(issue)}" is not known.` : describeIssue(issue));
}

/** Ends a request with an error document. */
export function refuse(status: 400 | 401 | 403 | 404 | 409 | 503, message: string): never {
  throw new HTTPException(status, { message });
}
