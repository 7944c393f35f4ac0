import type { RelaySession } from '../../api/schemas.js';
import { say } from '../say.js';
import type { Account } from './account.js';
import { ageOf } from './age.js';
import { secondsSince } from './session-row.js';
import { OWNERS, rowAsJson } from './show-rows.js';
import { tableOf } from './table.js';
import { visible } from './visible.js';

/** Shows what is known of one session: neither tokens nor the players' addresses. */
export async function showSession(
  account: Account,
  id: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const session = await account.api.getSession(id);
  const row = await account.rowOf(session);
  const more = await moreOf(session, account);
  const now = account.clock.now();
  if (json) {
    const all = { ...rowAsJson(row, now), ...more };
    say(process.stdout, `${JSON.stringify(all, (_, value) => value ?? null, 2)}\n`);
    return;
  }
  const seconds = secondsSince(row, now);
  const facts: [string, string | undefined][] = [
    ['session', row.id],
    ['status', row.status],
    ['ready', row.ready ? 'yes' : 'no'],
    ['linked', row.linked ? 'yes' : 'no'],
    ['failed', more.error],
    ['age', seconds === undefined ? undefined : ageOf(seconds)],
    ['whose', OWNERS[row.owner]],
    ['host', more.host],
    ['players', row.players === undefined ? undefined : String(row.players)],
    ['relay', more.relay],
    ['port for the host', more.server_port?.toString()],
    ['port for the others', more.client_port?.toString()],
    ['webhook to', more.webhook],
  ];
  const known = facts.flatMap(([name, fact]) => (fact ? [[name, visible(fact)]] : []));
  say(process.stdout, tableOf(known));
}

/** What is told of a session besides its row. */
async function moreOf({ error, relay, webhook_url: url }: RelaySession, account: Account) {
  return {
    error,
    host: await account.hostOf(url),
    relay: relay?.host ?? undefined,
    server_port: relay?.ports?.server?.port,
    client_port: relay?.ports?.client?.port,
    // All else of the URL is a token.
    webhook: url && URL.canParse(url) ? new URL(url).origin : undefined,
  };
}
