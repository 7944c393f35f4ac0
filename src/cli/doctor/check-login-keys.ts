import { ask, isReply } from './ask.js';
import { type Finding, fine, problem } from './finding.js';
import type { Patient } from './patient.js';

/** Whether the public keys of the studio's login are where the settings say. */
export async function checkLoginKeys({ options }: Patient): Promise<Finding[]> {
  const { jwksUrl } = options.jwt ?? {};
  if (jwksUrl === undefined) return [];
  const reply = await ask(jwksUrl);
  const found = isReply(reply) ? `HTTP ${reply.status}` : reply.reason;
  const keys = isReply(reply) && (reply.json as { keys?: unknown } | undefined)?.keys;
  if (isReply(reply) && reply.status === 200 && Array.isArray(keys) && keys.length > 0) {
    return [fine(`RELAIS_JWKS_URL has ${keys.length} keys.`)];
  }
  return [
    problem(
      `RELAIS_JWKS_URL leads to no keys (${found}).`,
      'No player with an account can log in.',
      'It must answer with a JSON Web Key Set, {"keys": [ … ]}.',
    ),
  ];
}
