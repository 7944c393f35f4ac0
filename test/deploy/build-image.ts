import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import ignorePlugin from '@balena/dockerignore';
import { lastOf, type Stage, type Step, stagesOf } from './dockerfile.js';
import { runInSandbox } from './sandbox.js';

/** The library as it is: its types know only of one that TypeScript's own modules import. */
const dockerignore = ignorePlugin as unknown as typeof ignorePlugin.default;

/** What the Dockerfile's steps have left in folders of their own. */
export interface BuiltImage {
  /** The folder that stands for the image's root. */
  readonly root: string;
  readonly stage: Stage;
  readonly workdir: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The files of this repository that the build may see: those in git or not yet, less what `.dockerignore` leaves. */
export function contextFiles(): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { encoding: 'utf8' }).trim().split('\n');
  return dockerignore().add(readFileSync('.dockerignore', 'utf8')).filter(files);
}

/** Copies the context to a new, empty folder. */
function copyContext(folder: string): string {
  const context = join(folder, 'context');
  for (const file of contextFiles()) cpSync(file, join(context, file));
  return context;
}

/** `COPY`: the last word is where to; a folder's files go there, and a file goes there under its name. */
function copy(step: Step, from: string, root: string, workdir: string): void {
  const names = (step.words[0] ?? '').split(/\s+/);
  const to = names.pop() ?? '';
  const target = resolve(root, `.${resolve(workdir, to)}`);
  for (const name of names) {
    const source = join(from, name);
    const isIntoFolder = statSync(source).isFile() && /\/$|^\.$/.test(to);
    cpSync(source, isIntoFolder ? join(target, basename(name)) : target, { recursive: true });
  }
}

/** The registry's client works as it does on this machine, and keeps what it downloads. */
function npmSettings(): { env: NodeJS.ProcessEnv; shared: string[] } {
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_cache: cache };
  return { env, shared: [cache, join(homedir(), '.npmrc')] };
}

async function run(step: Step, root: string, workdir: string): Promise<void> {
  const { env, shared } = npmSettings();
  const options = { root, folders: [workdir], isReadOnly: false, cwd: workdir, env, shared };
  const { code, said } = await runInSandbox(options, ['sh', '-c', step.words[0] ?? '']).ended;
  if (code !== 0) throw new Error(`RUN ${step.words[0]} ended with ${code}: ${said}`);
}

/** Carries out the steps of each stage in order, in an empty folder: an image, as far as it goes without an engine. */
export async function buildImage(): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), 'relais-image-'));
  const context = copyContext(folder);
  const stages = stagesOf();
  for (const { name, steps } of stages) {
    const root = join(folder, name);
    let workdir = '/';
    for (const step of steps) {
      if (step.keyword === 'WORKDIR') workdir = step.words[0] ?? '/';
      mkdirSync(join(root, workdir), { recursive: true });
      const from = step.flags['from'] ? join(folder, step.flags['from']) : context;
      if (step.keyword === 'COPY') copy(step, from, root, workdir);
      if (step.keyword === 'RUN') await run(step, root, workdir);
    }
  }
  const stage = stages.at(-1) as Stage;
  const root = join(folder, stage.name);
  const workdir = lastOf(stage, 'WORKDIR').words[0] ?? '/';
  return { root, stage, workdir, env: variablesOf(stage) };
}

/** `ENV NAME=value`. */
function variablesOf(stage: Stage): NodeJS.ProcessEnv {
  const pairs = stage.steps
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ words }) => (words[0] ?? '').split(/\s+/))
    .map((pair) => pair.split('='));
  return Object.fromEntries(pairs);
}

/** All files in the image, as they are named there. */
export const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
