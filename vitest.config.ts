import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** The folders of the projects that need more than Node, and of those with a command of their own. */
const NOT_NODE = [
  // The benchmark's neighbours bring tests of their own.
  '**/node_modules/**',
  ...[
    'dom',
    'browser',
    'whole-browser',
    'engines',
    'nginx',
    'package',
    'chaos',
    'soak',
    'deploy',
    'runtimes',
    'cluster',
    'snippets',
  ].map((folder) => `test/${folder}/**`),
];

/** The demo page's tests, and those of the recipes with their engines: each has a command of its own. */
const DEMO = 'test/browser/demo*.test.ts';
const RECIPES = ['test/browser/recipes.test.ts', 'test/browser/phaser/**/*.test.ts'];

/** What all tests in a real browser share. */
const IN_A_BROWSER = {
  testTimeout: 120_000,
  // On a machine that has others to serve, a player may join after the relay is there, and hear of less than a test
  // looks for: once more, and no more.
  retry: 1,
  // The demos of several files start at once.
  hookTimeout: 120_000,
};

/** What `npm run test:quick` leaves out. */
const NOT_QUICK = [
  // They run what is built, or compile all that is documented.
  'test/{bench,cli,docs,scripts}/**',
  'test/syntax.test.ts',
  'test/proxy/workerd.test.ts',
  'test/channel/in-node.test.ts',
  // It sends 100,000 datagrams.
  'test/channel/counts.test.ts',
  // They wait for leases to run out, or try each call with each fault, or many calls or generated ones.
  'test/connection/failures/**',
  'test/api/{documents,session-list}.test.ts',
  'test/proxy/{bad-input,come-and-gone,half-done,hostile-strings,knowledge,same-address,set-clocks}.test.ts',
  'test/proxy/identity/login-keys.test.ts',
  'test/proxy/limits/{fair-shares,parallel-limits,wide-networks}.test.ts',
  'test/proxy/operations/busy-account.test.ts',
  'test/simulator/api/wild-clients.test.ts',
  'test/simulator/sessions/webhooks.test.ts',
  'test/proxy/upkeep/{adoption,dead-tokens,kept-promises,list-away,other-processes,reaper}.test.ts',
];

/** Starts the files that take longest first: those with a browser. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    const sorted = await super.sort(files);
    const isLong = ({ project }: (typeof sorted)[number]) => project.name === 'browser';
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * A process runs one file after the other: to start one for each, and to load all sources anew, costs half as much of
 * the processor again. So a file must leave nothing behind: no global that it set, no server, no listener.
 */
const SHARES_PROCESS = { isolate: false };

export default defineConfig({
  test: {
    // More than there are cores: most tests wait for a socket, a page or a process, not for the processor.
    maxWorkers: 8,
    sequence: { sequencer: LongestFirst },
    // What comes late on a machine that has others to serve has come all the same.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          ...SHARES_PROCESS,
          include: ['test/**/*.test.ts'],
          // Only what hangs is ended: what comes late on a busy machine has come all the same.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          exclude: NOT_NODE,
        },
      },
      // What a change is tried with, again and again: neither what takes its time nor what needs a build.
      {
        extends: true,
        test: {
          name: 'quick',
          ...SHARES_PROCESS,
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          exclude: [...NOT_NODE, ...NOT_QUICK],
        },
      },
      {
        extends: true,
        test: { name: 'dom', include: ['test/dom/**/*.test.ts'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          ...IN_A_BROWSER,
          include: ['test/browser/**/*.test.ts'],
          exclude: ['**/node_modules/**', DEMO, ...RECIPES],
        },
      },
      { extends: true, test: { name: 'demo', ...IN_A_BROWSER, include: [DEMO] } },
      { extends: true, test: { name: 'recipes', ...IN_A_BROWSER, include: RECIPES } },
      {
        extends: true,
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They measure memory, and have the processor to themselves.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole-browser',
          include: ['test/whole-browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'nginx', include: ['test/nginx/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          // They install packages, build, and start servers.
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'runtimes',
          include: ['test/runtimes/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 180_000,
          // Each run waits most of its time.
          maxConcurrency: 10,
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 300_000,
          // Each has a dozen processes, and the machine to itself.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'snippets',
          include: ['test/snippets/**/*.test.ts'],
          globalSetup: ['test/snippets/pack.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/package/pack.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
