import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from '../support/command.js';
import { startStack } from '../support/stack.js';

const RULES = 'deploy/prometheus/relais.rules.yml';
const TESTS = 'deploy/prometheus/relais.tests.yml';

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { tests } = parse(readFileSync(TESTS, 'utf8')) as {
  tests: { name: string; alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
};

const promtool = (...args: string[]) => execFileSync('promtool', args, { encoding: 'utf8' });

/** What a selector names in an expression: `relais_waiters`, for instance. */
const metricsIn = (text: string) => text.match(/\b(relais|process|nodejs)_\w+/g) ?? [];

describe('the alarms', () => {
  it('are rules that Prometheus takes, and go off when they should', () => {
    expect(promtool('check', 'rules', RULES)).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(promtool('test', 'rules', TESTS)).toContain('SUCCESS');
  });

  it('are found by the configuration that the docs show', () => {
    const [, config = ''] =
      /```yaml\n(rule_files.*?)```/s.exec(readFileSync('docs/deploying.md', 'utf8')) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'relais-prometheus-'));
    copyFileSync(RULES, join(folder, basename(RULES)));
    writeFileSync(join(folder, 'prometheus.yml'), config);
    expect(promtool('check', 'config', join(folder, 'prometheus.yml'))).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
    rmSync(folder, { recursive: true });
  });

  it('are each tried, both quiet and ringing', () => {
    const names = rules.map(({ alert }) => alert);
    expect(tests.map(({ name }) => name)).toEqual(names);
    for (const { name, alert_rule_test: cases } of tests) {
      expect(cases.map(({ alertname }) => alertname)).toEqual([name, name]);
      expect(cases.map(({ exp_alerts: alerts = [] }) => alerts.length)).toEqual([0, 1]);
    }
  });

  it('look at what the docs say to watch', () => {
    const [page = ''] = readFileSync('docs/metrics.md', 'utf8').split('## The gateway');
    const watched = [...page.matchAll(/^\| `(relais_\w+)` \|.*\|([^|]*)\|$/gm)]
      .filter(([, , worry = '']) => worry.trim())
      .map(([, metric = '']) => metric);
    expect(watched).toContain('relais_reaped_total');
    // Open sockets are what held requests use up.
    const looked = new Set(
      rules.flatMap(({ expr }) =>
        metricsIn(expr).map((name) => name.replace(/_(count|bucket)$/, '')),
      ),
    );
    const byOther: Record<string, string> = { relais_waiters: 'process_open_fds' };
    // What tells what runs is looked at by people, and sessions of others may be meant to be there.
    const byPeople = ['relais_build_info', 'relais_account_sessions'];
    expect(
      watched.filter(
        (metric) => !looked.has(byOther[metric] ?? metric) && !byPeople.includes(metric),
      ),
    ).toEqual([]);
  });

  it('ask for metrics that a proxy with a gateway and a JWKS really has', async () => {
    await using stack = await startStack();
    const proxy = runCommand(['proxy', '--port', '0', '--gateway'], {
      EDGEGAP_API_TOKEN: stack.edgegap.apiToken,
      EDGEGAP_API_URL: String(stack.edgegap.baseUrl),
      RELAIS_JWKS_URL: 'http://127.0.0.1:1/keys',
      RELAIS_JWT_ISSUER: 'studio',
      RELAIS_JWT_AUDIENCE: 'game',
    });
    const url = await proxy.listening;
    const text = await (await fetch(`${url}/metrics`)).text();
    proxy.stop('SIGTERM');
    await proxy.ended;
    const there = new Set(metricsIn(text));
    expect(there).toContain('relais_waiters');
    // A histogram without values shows its type alone.
    const has = (name: string) => there.has(name) || there.has(name.replace(/_count$/, ''));
    expect(rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !has(name))).toEqual([]);
  });
});
