import { randomUUID } from 'node:crypto';
import { parseBaseUrl } from '../../api/base-url.js';
import { SESSIONS } from '../../api/paths.js';
import { ask, isReply, type NoReply, type Reply } from './ask.js';
import { clockFinding } from './clock-finding.js';
import { type Finding, fine, problem, warning } from './finding.js';
import type { Patient } from './patient.js';

const NOBODY_PLAYS = 'No player gets a relay.';
/** What is called where the API is, by default. */
const EDGEGAP = 'https://api.edgegap.com';

/** An operation of the API, with a request of it that changes nothing. */
interface Probe {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** Whether the API token works, what it may not do, and whether the service's clock agrees with ours. */
export async function checkService(patient: Patient): Promise<Finding[]> {
  const { edgegap } = patient.options;
  const base = parseBaseUrl(edgegap.baseUrl ?? EDGEGAP, 'relay service');
  const authorization = `token ${edgegap.apiToken}`;
  const call = (method: string, path: string, body?: unknown) =>
    ask(new URL(path, base), {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const list = await call('GET', `${SESSIONS}?limit=1`);
  const findings = [listFinding(list)];
  if (!isReply(list)) return findings;
  const date = Date.parse(list.headers.get('date') ?? '');
  // The header leaves out the fractions of a second.
  if (date) findings.push(clockFinding('The relay service', date + 500, patient));
  if (list.status === 200) findings.push(await checkRights(call));
  return findings;
}

function listFinding(list: Reply | NoReply): Finding {
  if (!isReply(list)) {
    return problem(
      `The relay service does not answer (${list.reason}).`,
      NOBODY_PLAYS,
      'Look at EDGEGAP_API_URL, at the firewall for outgoing connections, and at the DNS.',
    );
  }
  const { json, status } = list;
  if (status === 401 || status === 403) {
    return problem(
      `The relay service does not accept the API token (HTTP ${status}).`,
      NOBODY_PLAYS,
      'Set EDGEGAP_API_TOKEN to a token of the account, without the word "token".',
    );
  }
  if (status === 429) {
    return warning(
      'The relay service refuses calls because there were too many (HTTP 429).',
      'Players wait for their relay.',
      'Lower RELAIS_UPSTREAM_CALLS, so that all that uses the account stays within its quota.',
    );
  }
  const count = (json as { total_count?: unknown } | undefined)?.total_count;
  if (status === 200 && typeof count === 'number') {
    return fine(`The API token works; ${count} sessions are open on the account.`);
  }
  return problem(
    `What answers at EDGEGAP_API_URL is not the relay session API (HTTP ${status}).`,
    NOBODY_PLAYS,
    'Leave EDGEGAP_API_URL out, or name where the API is.',
  );
}

/**
 * Finds out what the token may not do, by requests that change nothing: each names a session that there is not, and the
 * order for a new one lacks what it must have.
 */
async function checkRights(
  call: (method: string, path: string, body?: unknown) => Promise<Reply | NoReply>,
): Promise<Finding> {
  const id = `relais-doctor-${randomUUID()}`;
  const probes: readonly Probe[] = [
    { operation: 'create', method: 'POST', path: SESSIONS, body: {} },
    { operation: 'get', method: 'GET', path: `${SESSIONS}/${id}` },
    { operation: 'delete', method: 'DELETE', path: `${SESSIONS}/${id}` },
    {
      operation: 'authorize-user',
      method: 'POST',
      path: `${SESSIONS}:authorize-user`,
      body: { session_id: id },
    },
    {
      operation: 'revoke-user',
      method: 'POST',
      path: `${SESSIONS}:revoke-user`,
      body: { session_id: id },
    },
  ];
  const refused: string[] = [];
  const unsure: string[] = [];
  for (const { body, method, operation, path } of probes) {
    const reply = await call(method, path, body);
    if (!isReply(reply) || reply.status === 429 || reply.status >= 500) unsure.push(operation);
    else if (reply.status === 401 || reply.status === 403) refused.push(operation);
    else await endIfMade(reply, (made) => call('DELETE', `${SESSIONS}/${made}`));
  }
  if (refused.length > 0) {
    return problem(
      `The API token may not do everything: ${refused.join(', ')}.`,
      'Players are refused, or sessions stay open and are billed.',
      'Give it the rights for relays, or use another token.',
    );
  }
  if (unsure.length > 0) {
    return warning(
      `The service did not say whether the API token may do this: ${unsure.join(', ')}.`,
      'It may be out of order, or busy.',
      'Try again in a minute.',
    );
  }
  return fine('The API token may create, get and delete sessions, authorize and revoke users.');
}

/** A service that makes a session even of an order without users has made one that is billed. */
async function endIfMade({ json }: Reply, end: (id: string) => Promise<unknown>): Promise<void> {
  const id = (json as { session_id?: unknown } | undefined)?.session_id;
  if (typeof id === 'string') await end(encodeURIComponent(id));
}
