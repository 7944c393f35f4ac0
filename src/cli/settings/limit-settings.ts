import { DEFAULT_LIMITS, type Limits } from '../../proxy/limits/index.js';
import { readWholeNumber } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/** How many requests, sessions and players there may be. */
export const LIMIT_SETTINGS: readonly ProxySetting[] = [
  limit('RELAIS_BODY_BYTES', 'bodyBytes', 'largest body, in bytes'),
  limit('RELAIS_REQUESTS_PER_IP', 'requestsPerIp', 'requests per minute and address'),
  limit('RELAIS_REQUESTS_PER_PLAYER', 'requestsPerPlayer', 'requests per minute and player'),
  limit(
    'RELAIS_UPSTREAM_CALLS_PER_PLAYER',
    'upstreamCallsPerPlayer',
    'calls of the relay session API that one player causes per minute',
  ),
  limit(
    'RELAIS_UPSTREAM_CALLS_PER_IP',
    'upstreamCallsPerIp',
    'calls of the relay session API that one address causes per minute',
  ),
  limit('RELAIS_GUESTS_PER_IP', 'guestsPerIp', 'guests per hour and address'),
  limit(
    'RELAIS_GUESTS_IN_TOTAL',
    'guestsInTotal',
    'guests per hour in total; beyond them they come in slowly',
  ),
  limit(
    'RELAIS_JOIN_MISSES_PER_IP',
    'joinMissesPerIp',
    'wrong join codes and session ids per minute and address',
  ),
  limit(
    'RELAIS_JOIN_MISSES_IN_TOTAL',
    'joinMissesInTotal',
    'wrong join codes and session ids per minute in total; beyond them all joins are slow',
  ),
  limit('RELAIS_CREATES_PER_PLAYER', 'createsPerPlayer', 'creates per minute and player'),
  limit('RELAIS_CREATES_PER_IP', 'createsPerIp', 'creates per hour and address'),
  limit('RELAIS_SESSIONS_PER_PLAYER', 'sessionsPerPlayer', 'seats per player at the same time'),
  limit('RELAIS_USERS_PER_SESSION', 'usersPerSession', 'players per session, the host included'),
  limit('RELAIS_WAITS_PER_PLAYER', 'waitsPerPlayer', 'held requests per player'),
];

function limit(name: string, limit: keyof Limits, help: string): ProxySetting {
  return {
    name,
    help,
    fallback: String(DEFAULT_LIMITS[limit]),
    option: `limits.${limit}`,
    read: readWholeNumber,
  };
}
