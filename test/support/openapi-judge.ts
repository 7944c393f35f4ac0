import { Ajv, type ValidateFunction } from 'ajv';
import { OPERATION_IDS, OPERATIONS, type OperationId } from '../../src/simulator/operations.js';
import openApi from './edgegap-relays.openapi.json' with { type: 'json' };

type Json = null | boolean | number | string | Json[] | { readonly [name: string]: Json };

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly operationId: OperationId;
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Partial<Body>>>;
}

interface Body {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}

/** The fields for which the service sends `null` where its document does not allow it. */
const NULL_FOR_ABSENT = new Set(['error', 'relay', 'webhook_url', 'session_user']);

/**
 * Statuses that the document does not list, but that a client may meet all the same: 429 belongs to the whole API, and
 * 503 may come from anything in front of the service.
 */
const UNLISTED = new Set(['429', '503']);

const paths = openApi.paths as unknown as Record<string, Record<string, Operation>>;
const operations = new Map<OperationId, { operation: Operation; pointer: string }>();
for (const [path, methods] of Object.entries(paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const pointer = `openapi#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`;
    operations.set(operation.operationId, { operation, pointer });
  }
}

/**
 * Validates every request and every answer that passes through it against the OpenAPI document, to which
 * fields that it does not know are wrong as well; and remembers what has been seen of the document.
 */
export class Judge {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  readonly #seen = new Set<string>();
  /** What broke the document so far. */
  readonly violations: string[] = [];

  constructor() {
    this.#ajv.addSchema(closed(openApi) as object, 'openapi');
  }

  /** A `fetch` whose traffic is judged. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const id = operationOf(request.method, new URL(request.url).pathname);
    const body = await request.clone().text();
    const response = await globalThis.fetch(request);
    const text = await response.clone().text();
    if (!id) {
      this.violations.push(`${request.method} ${request.url} is no operation.`);
      return response;
    }
    this.#judgeRequest(id, body, response.status);
    this.#judgeAnswer(id, String(response.status), text);
    return response;
  };

  /** What the document has and nothing has shown yet: operations, statuses and fields. */
  unseen(): string[] {
    return expectations().filter((expectation) => !this.#seen.has(expectation));
  }

  /** Judges a request. One that was refused as bad may be bad. */
  #judgeRequest(id: OperationId, text: string, status: number): void {
    const { operation, pointer } = operations.get(id) ?? {};
    if (!operation?.requestBody) {
      if (text) this.violations.push(`${id}: a body is sent where none belongs.`);
      return;
    }
    if (status === 400) return;
    const where = `${pointer}/requestBody/content/application~1json/schema`;
    this.#validate(where, parse(text), `${id} request`, operation.requestBody);
  }

  #judgeAnswer(id: OperationId, status: string, text: string): void {
    const { operation, pointer } = operations.get(id) ?? {};
    const answer = operation?.responses[status];
    const name = `${id} ${status}`;
    if (!answer) {
      if (!UNLISTED.has(status)) this.violations.push(`${name} is not documented.`);
      this.#validate('openapi#/components/schemas/Error', parse(text), name);
      return;
    }
    this.#seen.add(name);
    if (!answer.content) {
      if (text) this.violations.push(`${name}: a body is sent where none belongs.`);
      return;
    }
    const where = `${pointer}/responses/${status}/content/application~1json/schema`;
    this.#validate(where, withoutNulls(parse(text)), name, answer as Body);
  }

  #validate(pointer: string, body: Json | undefined, name: string, described?: Body): void {
    const validate = this.#ajv.getSchema(pointer) as ValidateFunction | undefined;
    if (!validate) throw new Error(`No schema at ${pointer}.`);
    if (!validate(body)) {
      this.violations.push(`${name}: ${this.#ajv.errorsText(validate.errors)}`);
    }
    if (!described) return;
    for (const { label, path } of fieldsOf(described.content['application/json'].schema, name)) {
      if (isThere(body, path)) this.#seen.add(label);
    }
  }
}

/** Every operation's statuses, and every field of its bodies. */
function expectations(): string[] {
  return [...operations.values()].flatMap(({ operation }) => {
    const { operationId: id, requestBody, responses } = operation;
    return [
      ...labelsOf(`${id} request`, requestBody),
      ...Object.entries(responses).flatMap(([status, answer]) => [
        `${id} ${status}`,
        ...labelsOf(`${id} ${status}`, answer),
      ]),
    ];
  });
}

/** The paths of all fields of an operation's answer with 200; `*` stands for any item of a list. */
export function documentedFields(id: OperationId): string[] {
  const answer = operations.get(id)?.operation.responses['200'] as Body;
  const fields = fieldsOf(answer.content['application/json'].schema, id);
  return fields.map(({ path }) => path.join('.')).sort();
}

function labelsOf(name: string, body: Partial<Body> | undefined): string[] {
  if (!body?.content) return [];
  return fieldsOf(body.content['application/json'].schema, name).map(({ label }) => label);
}

interface Field {
  /** Its owner, an operation's body or a named schema, and its path in there. */
  readonly label: string;
  /** Where it is in the body; `*` stands for any item. */
  readonly path: readonly string[];
}

function fieldsOf(schema: Schema, owner: string, path: readonly string[] = []): Field[] {
  if (schema.$ref) return fieldsOf(resolve(schema.$ref), schema.$ref, path);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const label = `${owner} ${name}`;
    const childPath = [...path, name];
    return [{ label, path: childPath }, ...fieldsOf(child, label, childPath)];
  });
  const items = schema.items ? fieldsOf(schema.items, owner, [...path, '*']) : [];
  return [...own, ...items, ...(schema.allOf ?? []).flatMap((part) => fieldsOf(part, owner, path))];
}

function resolve(reference: string): Schema {
  const name = reference.split('/').at(-1) as keyof typeof openApi.components.schemas;
  return openApi.components.schemas[name] as Schema;
}

function isThere(body: Json | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return body !== undefined;
  if (typeof body !== 'object' || body === null) return false;
  if (name === '*') return Array.isArray(body) && body.some((item) => isThere(item, rest));
  return isThere((body as Record<string, Json>)[name], rest);
}

/** The document, in which objects with known fields have no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, closed(child)]),
  );
  const isObjectSchema = copy['type'] === 'object' && typeof copy['properties'] === 'object';
  return isObjectSchema ? { ...copy, additionalProperties: false } : copy;
}

function withoutNulls(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item) as Json);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, child]) => child !== null || !isNullForAbsent(name, value))
      .map(([name, child]) => [name, withoutNulls(child) as Json]),
  );
}

/** A session's own token is `null` until it is linked, a user's never. */
function isNullForAbsent(name: string, owner: object): boolean {
  return NULL_FOR_ABSENT.has(name) || (name === 'authorization_token' && 'session_id' in owner);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function operationOf(method: string, path: string): OperationId | undefined {
  return OPERATION_IDS.find((id) => {
    const pattern = OPERATIONS[id].path.replace('/:session_id', '/[^/]+');
    return OPERATIONS[id].method === method && new RegExp(`^${pattern}$`).test(path);
  });
}
