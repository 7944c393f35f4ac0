import { GATEWAY_SETTINGS } from './settings/gateway-settings.js';
import { LIMIT_SETTINGS } from './settings/limit-settings.js';
import { NETWORK_SETTINGS } from './settings/network-settings.js';
import { PLAYER_SETTINGS } from './settings/player-settings.js';
import type { ProxySetting } from './settings/proxy-setting.js';
import { REDIS_SETTINGS } from './settings/redis-settings.js';
import { TIME_SETTINGS } from './settings/time-settings.js';
import { UPSTREAM_SETTINGS } from './settings/upstream-settings.js';

/** Every setting of `relais proxy`. The order is that of `--help` and of docs/proxy.md. */
export const PROXY_SETTINGS: readonly ProxySetting[] = [
  ...UPSTREAM_SETTINGS,
  ...PLAYER_SETTINGS,
  ...NETWORK_SETTINGS,
  ...GATEWAY_SETTINGS,
  ...REDIS_SETTINGS,
  ...TIME_SETTINGS,
  ...LIMIT_SETTINGS,
];

/** The settings as `--help` lists them. */
export function proxySettingsHelp(): string {
  return PROXY_SETTINGS.map(
    ({ name, help, fallback }) => `  ${name}\n      ${help} (default: ${fallback})\n`,
  ).join('');
}
