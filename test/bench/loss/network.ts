import { execFileSync } from 'node:child_process';

/** Where pages reach the gateway. All else, the relay for instance, is on loopback. */
export const GATEWAY_HOST = '10.0.0.1';

/** Anybody's address in that network, so that browsers find a way out. */
const ROUTER = '10.0.0.2';

/** Sets up the network namespace that this process is in. Browsers use no loopback, so it gets an interface. */
export function setUpNetwork(): void {
  for (const command of [
    'link set lo up',
    'link add page type veth peer name router',
    `addr add ${GATEWAY_HOST}/24 dev page`,
    'link set page up',
    'link set router up',
    `route add default via ${ROUTER} dev page`,
  ]) {
    execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  nft('add table ip loss');
  nft('add chain ip loss input { type filter hook input priority 0 ; }');
}

/**
 * Loses so many of all packets between pages and gateway from now on, whichever way they go: both ends have that
 * address, and each packet comes in once.
 */
export function losePackets(percent: number): void {
  const drops = `add rule ip loss input ip daddr ${GATEWAY_HOST} numgen random mod 100 < ${percent} drop`;
  // Without any loss, the rule is in place all the same, and is run through.
  nft(`flush chain ip loss input ; ${drops}`);
}

function nft(commands: string): void {
  execFileSync('nft', [commands], { stdio: ['ignore', 'ignore', 'inherit'] });
}
