import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { inject } from 'vitest';

/** A snippet that goes on until it is stopped, for its last command is one that serves. */
const SERVES = /(relais|cli\.js) (proxy|simulator)[^|&]*$|\/vite\s*$|npm run demo\s*$/;
/** What those say once they listen. */
const LISTENS = /listening on|Local: |Relais demo {3}http/;
/** A snippet for who stands in this repository, and not in a folder of their own. */
const OF_REPOSITORY = /\bnpm (ci|run)\b|\bnpx vitest\b/;

/** How a snippet is typed. */
export interface Typing {
  /** What the shell ends with; 0 unless given. */
  readonly exit?: number;
  /** What is typed while it runs. */
  readonly input?: string;
}

/** What was typed in, while it runs. */
interface Run {
  readonly text: string;
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** Not before the last process that writes there has ended. */
  readonly closed: Promise<unknown[]>;
  /** What is seen on the terminal so far. */
  seen(): string;
}

function follow(text: string, child: Run['child']): Run {
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    seen += chunk;
  });
  return { text, child, closed: once(child, 'close'), seen: () => seen };
}

/** Resolves once it says that it listens. */
function listening({ text, child, closed, seen }: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => LISTENS.test(seen()) && resolve());
    closed.then(() => reject(new Error(`${text} ended: ${seen()}`)));
  });
}

/** A terminal in a folder: what is typed in runs one after the other, and servers go on until it is closed. */
export class Terminal implements AsyncDisposable {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #servers: Run[] = [];

  /** @param settings - Variables that the shell has. */
  constructor(folder: string, settings: Readonly<Record<string, string>> = {}) {
    const programs = [
      `${folder}/node_modules/.bin`,
      resolve('test/snippets/stand-ins'),
      dirname(process.execPath),
      process.env['PATH'],
    ];
    this.#folder = folder;
    // A terminal shows how far a download is; this is none.
    writeFileSync(`${folder}/.curlrc`, 'no-progress-meter\n');
    this.#env = {
      PATH: programs.join(':'),
      HOME: folder,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      // Nobody plays there who would have to be let go one after the other.
      RELAIS_DRAIN: '0',
      PACKED: `${inject('snippets')}/package`,
      REPOSITORY: process.cwd(),
      NPM: `${dirname(process.execPath)}/npm`,
      ...settings,
    };
  }

  /**
   * Types a snippet in, as it stands.
   *
   * @returns what is seen on the terminal: until it has ended or, of what serves, until it listens.
   */
  async type(text: string, { exit = 0, input = '' }: Typing = {}): Promise<string> {
    const child = spawn('sh', ['-c', 'exec bash -e -c "$0" 2>&1', text], {
      cwd: OF_REPOSITORY.test(text) ? process.cwd() : this.#folder,
      env: this.#env,
      // A process group of its own, as a terminal has it.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => {}).end(input);
    const run = follow(text, child);
    if (SERVES.test(text)) {
      this.#servers.push(run);
      await listening(run);
      return run.seen();
    }
    const [code] = await run.closed;
    if (code !== exit) throw new Error(`${text} ended with ${code}: ${run.seen()}`);
    return run.seen();
  }

  /** Stops what serves by SIGTERM, the last one first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { text, child, closed, seen } of this.#servers.splice(0).reverse()) {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      // What never listened has been told of.
      if (hasEnded && !LISTENS.test(seen())) continue;
      if (hasEnded) throw new Error(`${text} ended by itself.`);
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      const [code, signal] = await closed;
      // Where the shell is still there it ends by the signal, and what it started as it likes.
      if (code !== 0 && code !== 143 && signal !== 'SIGTERM')
        throw new Error(`${text} ended with ${code} at SIGTERM.`);
    }
  }
}
