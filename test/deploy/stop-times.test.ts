import { readFileSync } from 'node:fs';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { DEFAULT_DRAIN } from '../../src/cli/settings/time-settings.js';
import { LONGEST_STOP } from '../../src/cli/stop-times.js';
import { FILLED_IN, readCompose } from './compose.js';

/** The seconds that a proxy takes to stop at most, with a `RELAIS_DRAIN` or the default. */
const stopTime = (drain = String(DEFAULT_DRAIN)) => Number(drain) + LONGEST_STOP / 1_000;

const read = (file: string) => readFileSync(file, 'utf8');

it('Compose gives each proxy the time that it takes to stop', () => {
  const { services } = readCompose(FILLED_IN);
  for (const name of ['proxy-1', 'proxy-2']) {
    const { environment, stop_grace_period: given = '' } = services[name] ?? {};
    expect(given).toMatch(/^\d+s$/);
    expect(parseInt(given, 10)).toBeGreaterThan(stopTime(environment?.['RELAIS_DRAIN']));
  }
});

it('Kubernetes gives each pod that time, beyond the pause before SIGTERM', () => {
  const [document] = parseAllDocuments(read('deploy/kubernetes/relais.yaml'));
  const deployment = document?.toJS() as IDeployment | undefined;
  const spec = deployment?.spec?.template?.spec;
  const [container] = spec?.containers ?? [];
  const [command, pause] = container?.lifecycle?.preStop?.exec?.command ?? [];
  expect(command).toBe('sleep');
  const drain = container?.env?.find(({ name }) => name === 'RELAIS_DRAIN')?.value;
  expect(spec?.terminationGracePeriodSeconds).toBeGreaterThan(Number(pause) + stopTime(drain));
});

it('systemd gives the unit that time', () => {
  const [, given] = /^TimeoutStopSec=(\d+)$/m.exec(read('deploy/systemd/relais.service')) ?? [];
  expect(Number(given)).toBeGreaterThan(stopTime());
});

it('the docs give a container that time, and say how long it is', () => {
  const deploying = read('docs/deploying.md');
  const runs = deploying.match(/^docker run .*/gm) ?? [];
  expect(runs.length).toBeGreaterThan(0);
  for (const run of runs) {
    const [, given] = / --stop-timeout (\d+) /.exec(run) ?? [];
    expect(Number(given)).toBeGreaterThan(stopTime());
  }
  for (const page of [deploying, read('docs/proxy.md'), read('docs/upgrading.md')]) {
    expect(page).toMatch(new RegExp(`\\b${stopTime()} s\\b`));
  }
});
