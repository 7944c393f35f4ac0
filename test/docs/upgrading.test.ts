import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROXY_SETTINGS } from '../../src/cli/proxy-settings.js';

// The page about upgrading tells of each setting that the release before did not have. With a release this list is new.

/** The settings of 0.1.0. */
const BEFORE = `
  EDGEGAP_API_TOKEN EDGEGAP_API_URL RELAIS_ALLOWED_ORIGINS RELAIS_BASE_PATH RELAIS_BODY_BYTES RELAIS_CREATES_PER_IP
  RELAIS_CREATES_PER_PLAYER RELAIS_DEVELOPMENT_IP RELAIS_GUESTS RELAIS_GUESTS_PER_IP RELAIS_IP_HEADER
  RELAIS_JOIN_MISSES_PER_IP RELAIS_JWKS_URL RELAIS_JWT_ALGORITHMS RELAIS_JWT_AUDIENCE RELAIS_JWT_CLOCK_TOLERANCE
  RELAIS_JWT_ISSUER RELAIS_JWT_PLAYER_CLAIM RELAIS_JWT_SECRET RELAIS_LEASE RELAIS_LONGEST_WAIT RELAIS_PUBLIC_URL
  RELAIS_REQUESTS_PER_IP RELAIS_REQUESTS_PER_PLAYER RELAIS_SECRETS RELAIS_SESSIONS_PER_PLAYER RELAIS_TICKET_LIFETIME
  RELAIS_TRUSTED_PROXIES RELAIS_UPSTREAM_CALLS RELAIS_UPSTREAM_TIMEOUT RELAIS_USERS_PER_SESSION
  RELAIS_WAITS_PER_PLAYER
`
  .trim()
  .split(/\s+/);

const page = readFileSync('docs/upgrading.md', 'utf8');
const now = PROXY_SETTINGS.map(({ name }) => name);

it('tells of each setting that is new since the release before, and of no other as new', () => {
  const [, list = ''] = /^New since 0\.1\.0.*\n\n((?:[- ].*\n)+)/m.exec(page) ?? [];
  const told = [...list.matchAll(/`(RELAIS_\w+)`/g)].map(([, name]) => name);
  const added = now.filter((name) => !BEFORE.includes(name));
  expect(added.length).toBeGreaterThan(0);
  expect([...new Set(told)].toSorted()).toEqual(added.toSorted());
});

it('says that no setting is gone, and none is', () => {
  expect(page).toContain('None was renamed, none is gone');
  expect(BEFORE.filter((name) => !now.includes(name))).toEqual([]);
});
