import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rooms of src/, each with those that it may import. */
const ROOMS: Record<string, readonly string[]> = {
  common: [],
  http: [],
  api: ['common'],
  datagram: ['common'],
  connection: ['api', 'common'],
  'channel-protocol': ['datagram'],
  // Of the channel its types alone, and the channel of the connection: see below.
  peer: ['channel', 'common', 'datagram'],
  channel: ['api', 'channel-protocol', 'common', 'connection', 'datagram'],
  phaser: ['channel', 'channel-protocol', 'common', 'connection'],
  gateway: ['channel-protocol', 'common', 'datagram', 'http', 'peer'],
  proxy: ['api', 'channel-protocol', 'common', 'http'],
  simulator: ['api', 'common', 'datagram', 'http'],
  cli: ['api', 'common', 'gateway', 'proxy', 'simulator'],
};

/** The wings of the rooms that have some, each with those that it may import. */
const WINGS: Record<string, Record<string, readonly string[]>> = {
  proxy: {
    store: [],
    reports: ['store'],
    redis: ['reports', 'store'],
    identity: ['store'],
    limits: ['identity', 'reports', 'store'],
    watch: ['limits', 'store'],
    upkeep: ['identity', 'limits', 'reports', 'store', 'watch'],
    operations: ['identity', 'limits', 'store', 'upkeep', 'watch'],
    wire: ['identity', 'limits', 'operations', 'reports', 'store'],
  },
  simulator: {
    faults: [],
    relay: [],
    webhooks: ['faults'],
    sessions: ['relay'],
    api: ['faults', 'relay', 'sessions'],
  },
};

/** What the wings of a room may import of the room itself. */
const SHARED_IN_ROOM: Record<string, readonly string[]> = {
  proxy: ['proxy-error.ts'],
  simulator: [
    'assumptions.ts',
    'operations.ts',
    'simulator-env.ts',
    'simulator-options.ts',
    'stats.ts',
  ],
};

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** What a file imports, as written. */
function importsOf(file: string): string[] {
  const text = readFileSync(join('src', file), 'utf8');
  return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name ?? '');
}

const isRelative = (name: string) => name.startsWith('.');
const resolve = (file: string, name: string) =>
  normalize(join(dirname(file), name)).replace(/\.js$/, '.ts');

/** Where in src/ a file lies: its room, and its wing where the room has some. */
function placeOf(file: string): { readonly room: string; readonly wing: string | undefined } {
  const [room = '', wing = ''] = file.split('/');
  return { room, wing: WINGS[room]?.[wing] && wing };
}

/** What is wrong with the import of one file by another, if anything is. */
function flawOf(file: string, target: string): string | undefined {
  const from = placeOf(file);
  const to = placeOf(target);
  if (to.room !== from.room && !ROOMS[from.room]?.includes(to.room)) return 'another room';
  if (to.wing === undefined) {
    const isShared = SHARED_IN_ROOM[to.room]?.some((name) => target === `${to.room}/${name}`);
    return from.wing === undefined || to.room !== from.room || isShared ? undefined : 'the root';
  }
  if (to.wing === from.wing) return target.endsWith('/index.ts') ? 'its own door' : undefined;
  if (!target.endsWith(`${to.room}/${to.wing}/index.ts`)) return 'past the door';
  if (from.wing === undefined) return undefined;
  return WINGS[from.room]?.[from.wing]?.includes(to.wing) ? undefined : 'another wing';
}

describe('imports', () => {
  it('flow one way between the rooms and their wings, through the doors', () => {
    const wrong: string[] = [];
    for (const file of files.filter((file) => file.includes('/'))) {
      expect(Object.keys(ROOMS)).toContain(file.split('/')[0]);
      // What the package says of itself, its version for instance, is in no room.
      const imports = importsOf(file).filter((name) => name !== '../../package.json');
      for (const name of imports.filter(isRelative)) {
        const flaw = flawOf(file, resolve(file, name));
        if (flaw) wrong.push(`${file} → ${name}: ${flaw}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['connection', 'channel'],
    ['channel', 'peer'],
  ])('bring nothing but types of the %s into the %s', (from, into) => {
    const imports = files
      .filter((file) => file.startsWith(`${into}/`))
      .flatMap((file) => readFileSync(join('src', file), 'utf8').split(';'))
      .map((statement) => statement.trim())
      .filter((statement) => statement.includes(`from '../${from}/`));
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((statement) => !/^(im|ex)port type /m.test(statement))).toEqual([]);
  });

  it('are judged: each kind of wrong one is found', () => {
    expect(flawOf('api/retry.ts', 'proxy/index.ts')).toBe('another room');
    expect(flawOf('proxy/store/seat.ts', 'proxy/options.ts')).toBe('the root');
    expect(flawOf('proxy/store/seat.ts', 'proxy/store/index.ts')).toBe('its own door');
    expect(flawOf('proxy/assemble.ts', 'proxy/store/seat.ts')).toBe('past the door');
    expect(flawOf('cli/settings.ts', 'proxy/wire/cors.ts')).toBe('past the door');
    expect(flawOf('proxy/store/seat.ts', 'proxy/wire/index.ts')).toBe('another wing');
    expect(flawOf('proxy/wire/routes.ts', 'proxy/store/index.ts')).toBeUndefined();
  });

  it('bring no more into the game than valibot', () => {
    const reached = new Set(['index.ts']);
    const libraries = new Set<string>();
    for (const file of reached) {
      for (const name of importsOf(file)) {
        if (isRelative(name)) reached.add(resolve(file, name));
        // What the examples in comments import is the package's own.
        else if (!name.startsWith('relais')) libraries.add(name);
      }
    }
    expect(reached.size).toBeGreaterThan(10);
    // What the examples in comments import is the package's own.
    const foreign = [...libraries].filter((name) => !/^relais(\/|$)/.test(name));
    expect(foreign.sort()).toEqual(['valibot']);
  });

  it('bring nothing of Phaser into its plugin: a page has one Phaser, and that is the game’s', () => {
    const imports = files.filter((file) => file.startsWith('phaser/')).flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(10);
    // What the examples in comments import is the reader's own.
    const foreign = imports.filter((name) => !isRelative(name) && !/^(relais|phaser$)/.test(name));
    expect(foreign).toEqual([]);
    const code = files
      .filter((file) => file.startsWith('phaser/'))
      .flatMap((file) => readFileSync(join('src', file), 'utf8').split('\n'));
    expect(code.filter((line) => /^import .*'phaser'/.test(line))).toEqual([]);
  });

  it('leave the datagrams alone with themselves: no library, no Node, and of the rest the error with its codes', () => {
    const all = files.filter((file) => file.startsWith('datagram/'));
    const outside = all.flatMap((file) =>
      importsOf(file).map((name) => (isRelative(name) ? resolve(file, name) : name)),
    );
    // What the examples in comments import is the package's own.
    const foreign = outside.filter((name) => !all.includes(name) && !name.startsWith('relais'));
    expect([...new Set(foreign)]).toEqual(['common/relay-error.ts']);
    expect([...new Set(importsOf('common/relay-error.ts'))]).toEqual(['./relay-error-codes.js']);
    expect(importsOf('common/relay-error-codes.ts')).toEqual([]);
  });

  it('bring no Node into the proxy that runs on any runtime', () => {
    const reached = new Set(['proxy/index.ts']);
    for (const file of reached) {
      for (const name of importsOf(file).filter(isRelative)) reached.add(resolve(file, name));
      expect(importsOf(file).filter((name) => name.startsWith('node:'))).toEqual([]);
    }
    expect([...reached]).not.toContain('http/listen.ts');
  });
});
