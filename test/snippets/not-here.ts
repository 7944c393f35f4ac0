/** A snippet that is not run here. */
export interface NotHere {
  readonly page: string;
  /** How it begins. */
  readonly begins: string;
  /** What is missing. */
  readonly because: string;
  /** The file that tries it all the same, or as much of it as can be tried. */
  readonly instead: string;
}

/** All snippets that are not run here, and no others: a test compares. */
export const NOT_HERE: readonly NotHere[] = [
  {
    page: 'README.md',
    begins: 'npm ci && npm test',
    because: 'it takes minutes, and runs anyway',
    instead: '.ci/run',
  },
  {
    page: 'docs/browsers.md',
    begins: 'npm run test:engines',
    because: 'it takes minutes, and runs anyway',
    instead: '.ci/run',
  },
  {
    page: 'docs/performance.md',
    begins: 'npm run check:bundle',
    because: 'it builds, and runs anyway',
    instead: '.ci/run',
  },
  {
    page: 'docs/phaser.md',
    begins: 'npm run test:recipes',
    because: 'it takes a minute, and runs anyway',
    instead: '.ci/run',
  },
  {
    page: 'docs/scale.md',
    begins: 'npm run bench -- --only redisPrice',
    because: 'it measures for minutes',
    instead: 'test/soak/benchmarks.test.ts',
  },
  {
    page: 'docs/deploying.md',
    begins: 'docker build ',
    because: 'there is no container engine',
    instead: 'test/deploy/image.test.ts',
  },
  {
    page: 'docs/deploying.md',
    begins: 'cp deploy/example.env deploy/.env',
    because: 'there is no container engine',
    instead: 'test/deploy/two-proxies.test.ts',
  },
  {
    page: 'docs/deploying.md',
    begins: 'kubectl create secret',
    because: 'there is no cluster',
    instead: 'test/deploy/kubernetes.test.ts',
  },
  {
    page: 'docs/deploying.md',
    begins: 'npm install --prefix /opt/relais relais',
    because: 'it changes the machine, and no systemd runs',
    instead: 'test/deploy/systemd.test.ts',
  },
];
