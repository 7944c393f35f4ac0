import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A root file system of its own, without a container engine: what bubblewrap puts together. */
export interface SandboxOptions {
  /** The folder that stands for the root: its own folders are mounted at the same names. */
  readonly root: string;
  /** The names in it, `/relais` for instance. */
  readonly folders: readonly string[];
  readonly isReadOnly: boolean;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Folders of this machine's that may be written, a cache for instance. */
  readonly shared?: readonly string[];
  /** Nothing but a loopback of its own, and process ids of its own; the command has 1. */
  readonly isAlone?: boolean;
  /** `1000:1000`; root unless given. */
  readonly user?: string | undefined;
}

/** The programs and libraries that stand for the base image's. */
const BASE = [
  ...['--tmpfs', '/', '--proc', '/proc', '--dev', '/dev'],
  ...['--ro-bind', '/usr', '/usr', '--ro-bind', '/etc', '/etc'],
  ...['/bin', '/lib', '/lib64', '/sbin'].flatMap((name) => ['--symlink', `usr${name}`, name]),
];

/** Node as the tests have it, where it is not one of the system's programs. */
const NODE = dirname(dirname(process.execPath));
const ownNode = NODE.startsWith('/usr') ? [] : ['--ro-bind', NODE, NODE];

function flagsOf(options: SandboxOptions): string[] {
  const { root, folders, isReadOnly, isAlone, shared = [], cwd } = options;
  for (const name of folders) mkdirSync(join(root, name), { recursive: true });
  const kind = isReadOnly ? '--ro-bind' : '--bind';
  return [
    ...[...BASE, ...ownNode],
    ...folders.flatMap((name) => [kind, join(root, name), name]),
    ...shared.filter(existsSync).flatMap((name) => ['--bind', name, name]),
    ...(isReadOnly ? ['--remount-ro', '/'] : ['--tmpfs', '/tmp']),
    ...(isAlone ? ['--unshare-pid', '--as-pid-1', '--unshare-net', '--unshare-ipc'] : []),
    ...['--die-with-parent', '--chdir', cwd],
  ];
}

/** As `USER` and `--cap-drop ALL` have it: nobody special, now or later. */
export function asUser(user: string): string[] {
  const [uid = '', gid = uid] = user.split(':');
  const rights = ['--no-new-privs', '--bounding-set', '-all', '--inh-caps', '-all'];
  return ['setpriv', '--reuid', uid, '--regid', gid, '--clear-groups', ...rights];
}

/** A command that runs in one. */
export interface Sandboxed {
  readonly child: ChildProcess;
  /** Its process id on this machine. */
  readonly pid: Promise<number>;
  readonly ended: Promise<{ code: number | null; said: string }>;
}

export function runInSandbox(options: SandboxOptions, command: readonly string[]): Sandboxed {
  const prefix = options.user ? asUser(options.user) : [];
  const args = [...flagsOf(options), '--info-fd', '3', ...prefix, ...command];
  const child = spawn('bwrap', args, {
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const { stdout, stderr, stdio } = child;
  const info = text(stdio[3] as NodeJS.ReadableStream & AsyncIterable<Buffer>);
  const pid = info.then((json) => (JSON.parse(json) as { 'child-pid': number })['child-pid']);
  pid.catch(() => {});
  const said = Promise.all([text(stdout as never), text(stderr as never)]);
  const closed = once(child, 'close');
  const ended = closed.then(async ([code]) => ({ code, said: (await said).join('') }));
  return { child, pid, ended };
}
