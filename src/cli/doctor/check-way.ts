import ipaddr from 'ipaddr.js';
import type { Sight } from '../../proxy/identity/index.js';
import type { RelayProxyOptions } from '../../proxy/options.js';
import { type Finding, fine, problem, warning } from './finding.js';

/**
 * The address that the doctor claims to come from, in the header that only trusted proxies may write. It is nobody's.
 */
export const FORGED = '198.51.100.77';

const WRONG_RELAY = 'The relay is chosen by the players’ addresses, and limits count by them.';
const PASS_ON =
  'Let what stands in front write the address itself: "X-Forwarded-For $proxy_add_x_forwarded_for" in nginx. ' +
  'Where nothing stands in front, take RELAIS_TRUSTED_PROXIES out.';

/** Whether the proxy learns where players come from, by what it saw of a request that claims to be from elsewhere. */
export function checkWay(
  { client, header, isTrusted, remote }: Sight,
  { developmentIp, ipHeader = 'x-forwarded-for' }: RelayProxyOptions,
): Finding {
  // Whoever appends an address puts a comma before it. Who writes a new header leaves nothing of the old one.
  const isAppended = header?.includes(FORGED) === true && header.includes(',');
  const isUnchanged = header?.includes(FORGED) === true && !isAppended;
  if (!isTrusted) return unTrusted({ client, isUnchanged, developmentIp, ipHeader });
  if (header === null) {
    return problem(
      `What stands in front does not report where players come from: there is no "${ipHeader}".`,
      `All of them seem to come from one address. ${WRONG_RELAY}`,
      PASS_ON,
    );
  }
  if (isUnchanged) {
    return problem(
      `"${ipHeader}" reaches the proxy as the player has written it.`,
      `Players choose their own address. ${WRONG_RELAY}`,
      PASS_ON,
    );
  }
  if (client === FORGED) {
    return warning(
      'The doctor comes from an address in RELAIS_TRUSTED_PROXIES, so it cannot tell whom the proxy believes.',
      'Players from that range could choose their own address.',
      'Start it on another machine, with the same settings.',
    );
  }
  if (!isPublic(client) && client !== remote && developmentIp === undefined) {
    return warning(
      'What stands in front reports a private address for the doctor.',
      'It does so where the doctor is near, or where one more proxy is in between that is not trusted.',
      'Start the doctor where players are; if it stays so, add that proxy to RELAIS_TRUSTED_PROXIES.',
    );
  }
  return fine(
    'The proxy learns where players come from, and believes nobody but what stands in front.',
  );
}

/** What it means that the other end is no trusted proxy: it may be the player, or a proxy that nobody has named. */
function unTrusted(sight: {
  readonly client: string;
  readonly isUnchanged: boolean;
  readonly developmentIp: string | undefined;
  readonly ipHeader: string;
}): Finding {
  if (!sight.isUnchanged) {
    return problem(
      'What stands in front of the proxy is not in RELAIS_TRUSTED_PROXIES.',
      `All players seem to come from its address. ${WRONG_RELAY}`,
      `Name its address there. It has changed "${sight.ipHeader}", so it is there.`,
    );
  }
  if (isPublic(sight.client) || sight.developmentIp !== undefined) {
    return fine(
      'Nothing stands in front, and the proxy believes nobody who claims another address.',
    );
  }
  return warning(
    'The proxy sees the doctor at a private address.',
    'Where something stands in front, all players seem to come from it, and are refused with 400.',
    'Name its address in RELAIS_TRUSTED_PROXIES, and let it report theirs. Or start the doctor where players are.',
  );
}

const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
