import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import { build, type Rolldown } from 'vite';

/**
 * What the bundles may weigh at most, in bytes after gzip: the core, which is a connection and its errors; the whole of
 * what a game can import; and what a channel loads later, behind its open WebSocket, for a data channel. Each is for
 * all that is in it: within it, readable code goes before small code. The whole is meant to get by with 12,000: until
 * it does, it must not grow.
 */
export const BUDGETS = { core: 8_500, whole: 13_100, later: 1_900 } as const;

const BUNDLE = 'dist/relais.standalone.min.js';
const WHOLE = 'src/index.ts';
const CORE = 'scripts/core-entry.ts';
/** What is loaded later begins with this file. */
const LATER = '/data-wire.js';

/** What the bundles weigh, in bytes after gzip. */
export interface BundleSizes {
  /** The connection and its errors, without the rest. */
  readonly core: number;
  /** All that a game can import, without what is loaded later. */
  readonly whole: number;
  /** What is loaded later: the standalone bundle, which has it in itself, beyond the whole. */
  readonly later: number;
  /**
   * Of the standalone bundle our own part: the stretches that its source map leads back to `src/`, put together and
   * compressed by themselves.
   */
  readonly own: number;
}

/** A text's size after gzip at its highest level, in bytes. */
export const gzipSize = (text: string): number => gzipSync(text, { level: 9 }).length;

/** Weighs the standalone bundle as it was built, and the core as it is built by the same settings. */
export async function measureBundles(): Promise<BundleSizes> {
  const standalone = readFileSync(BUNDLE, 'utf8');
  const own = ownPart(standalone, readFileSync(`${BUNDLE}.map`, 'utf8'));
  const whole = gzipSize(await buildWithoutLater(WHOLE));
  return {
    core: gzipSize(await buildWithoutLater(CORE)),
    whole,
    later: gzipSize(standalone) - whole,
    own: gzipSize(own),
  };
}

async function buildWithoutLater(entry: string): Promise<string> {
  const [bundle] = (await build({
    mode: 'standalone',
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry, formats: ['es'] },
      rolldownOptions: { external: (id) => id.endsWith(LATER) },
    },
  })) as Rolldown.RolldownOutput[];
  const [chunk] = bundle?.output ?? [];
  if (!chunk) throw new Error(`Nothing was built from ${entry}.`);
  return chunk.code;
}

/** The stretches of a bundle that its source map leads back to our own sources. */
function ownPart(code: string, map: string): string {
  const lines = code.split('\n');
  let own = '';
  let end: { line: number; column: number; isOwn: boolean } | undefined;
  const take = (line: number, column: number) => {
    if (!end?.isOwn) return;
    const text = lines[end.line - 1] ?? '';
    own += text.slice(end.column, line === end.line ? column : undefined);
  };
  eachMapping(new TraceMap(map), (mapping) => {
    const { generatedColumn: column, generatedLine: line, source } = mapping;
    take(line, column);
    end = { line, column, isOwn: source?.startsWith('../src/') ?? false };
  });
  take(Number.POSITIVE_INFINITY, 0);
  return own;
}
