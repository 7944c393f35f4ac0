import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A page's address, the router's on the internet, and the gateway's behind it. */
const [PAGE, PUBLIC, INSIDE, PRIVATE] = ['10.9.1.2', '10.9.1.1', '10.9.2.1', '10.9.2.2'];

type Role = 'page' | 'router' | 'gateway';

/** The router's address as pages know it. */
export const PUBLIC_ADDRESS = PUBLIC;

/** Why there can be no NAT on this machine; `undefined` where there can. */
export function whyNoNat(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  for (const program of ['ip', 'nft']) {
    try {
      execFileSync(program, ['-V'], { stdio: 'ignore' });
    } catch {
      return `there is no ${program}`;
    }
  }
  return undefined;
}

/**
 * Three network namespaces: a page's, a router's and a gateway's. The page reaches the router alone, and the router
 * maps ports of its own to the gateway's, as a home's, a cloud's or a container engine's does.
 */
export class Nat implements Disposable {
  readonly #names = { page: '', router: '', gateway: '' };

  /** @param ports - `[protocol, the router's port, the gateway's]` */
  constructor(ports: readonly (readonly ['tcp' | 'udp', number, number])[]) {
    for (const role of ['page', 'router', 'gateway'] as const) {
      this.#names[role] = `relais-${role}-${process.pid}`;
      ip(`netns add ${this.#names[role]}`);
      this.#in(role, 'ip link set lo up');
    }
    this.#connect('page', PAGE, PUBLIC);
    this.#connect('gateway', PRIVATE, INSIDE);
    this.#in('gateway', `ip route add default via ${INSIDE}`);
    this.#in('router', 'sysctl -qw net.ipv4.ip_forward=1');
    this.#in('router', 'nft add table ip nat');
    for (const [chain, priority] of [
      ['prerouting', 'dstnat'],
      ['postrouting', 'srcnat'],
    ]) {
      const hook = `{ type nat hook ${chain} priority ${priority} ; }`;
      this.#in('router', `nft add chain ip nat ${chain} ${hook}`);
    }
    for (const [protocol, outside, inside] of ports) {
      const rule = `ip daddr ${PUBLIC} ${protocol} dport ${outside} dnat to ${PRIVATE}:${inside}`;
      this.#in('router', `nft add rule ip nat prerouting ${rule}`);
    }
    this.#in('router', `nft add rule ip nat postrouting ip saddr ${PRIVATE} masquerade`);
  }

  /** What starts a command in one of them. */
  prefix(role: 'page' | 'gateway'): string[] {
    return ['ip', 'netns', 'exec', this.#names[role]];
  }

  /** Runs a module in the page's. @returns what it says. */
  runPage(source: string): Promise<string> {
    const [command = '', ...args] = this.prefix('page');
    const node = [process.execPath, '--input-type=module', '-e', source];
    const child = spawn(command, [...args, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
    return text(child.stdout);
  }

  [Symbol.dispose](): void {
    for (const name of Object.values(this.#names)) ip(`netns del ${name}`);
  }

  /** A cable from the router to one of the others. */
  #connect(role: 'page' | 'gateway', address: string, routers: string): void {
    const cable = `to-${role}`;
    const { router } = this.#names;
    ip(`-n ${router} link add ${cable} type veth peer name eth0 netns ${this.#names[role]}`);
    ip(`-n ${router} addr add ${routers}/24 dev ${cable}`);
    ip(`-n ${router} link set ${cable} up`);
    this.#in(role, `ip addr add ${address}/24 dev eth0`);
    this.#in(role, 'ip link set eth0 up');
  }

  #in(role: Role, command: string): void {
    ip(`netns exec ${this.#names[role]} ${command}`);
  }
}

function ip(command: string): void {
  execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] });
}
