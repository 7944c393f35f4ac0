import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';

/**
 * What the standalone bundle may weigh at most, in bytes after gzip. It is for the whole: within it, readable code goes
 * before small code.
 */
export const BUDGET = 8_500;

const BUNDLE = 'dist/relais.standalone.min.js';

/** A text's size after gzip at its highest level, in bytes. */
export const gzipSize = (text: string): number => gzipSync(text, { level: 9 }).length;

/**
 * Weighs the standalone bundle as it was built, in bytes after gzip: all of it, and our own part, which is
 * the stretches of the bundle that its source map leads back to `src/`, put together and compressed by
 * themselves.
 */
export function measureBundle(): { readonly standalone: number; readonly own: number } {
  const code = readFileSync(BUNDLE, 'utf8');
  const lines = code.split('\n');
  let own = '';
  let end: { line: number; column: number; isOwn: boolean } | undefined;
  const take = (line: number, column: number) => {
    if (!end?.isOwn) return;
    const text = lines[end.line - 1] ?? '';
    own += text.slice(end.column, line === end.line ? column : undefined);
  };
  eachMapping(new TraceMap(readFileSync(`${BUNDLE}.map`, 'utf8')), (mapping) => {
    const { generatedColumn: column, generatedLine: line, source } = mapping;
    take(line, column);
    end = { line, column, isOwn: source?.startsWith('../src/') ?? false };
  });
  take(Number.POSITIVE_INFINITY, 0);
  return { standalone: gzipSize(code), own: gzipSize(own) };
}
