import { readList, readSwitch, readText, readUrl, readWholeNumber } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/** Who may use the proxy, and by what they are known. */
export const PLAYER_SETTINGS: readonly ProxySetting[] = [
  {
    name: 'RELAIS_ALLOWED_ORIGINS',
    help: 'origins whose pages may use the proxy, separated by commas; https://*.game.example for all below a host',
    fallback: 'none',
    option: 'allowedOrigins',
    read: readList,
  },
  {
    name: 'RELAIS_ALLOW_NULL_ORIGIN',
    help: 'whether pages without an origin may use it, those in sandboxed frames and file://: on or off',
    fallback: 'off',
    option: 'allowNullOrigin',
    read: readSwitch,
  },
  {
    name: 'RELAIS_SECRETS',
    help:
      'secrets that encrypt and sign what players hold, at least 32 characters each, separated by commas: ' +
      'the first is used, all are accepted',
    fallback: 'drawn at each start',
    option: 'secrets',
    isSecret: true,
    read: readList,
  },
  {
    name: 'RELAIS_GUESTS',
    help: 'whether players without an account may play: on or off',
    fallback: 'off',
    option: 'guests',
    read: readSwitch,
  },
  {
    name: 'RELAIS_JWT_SECRET',
    help: "shared secret of the studio's login tokens, JWTs signed with HS256",
    fallback: 'none',
    option: 'jwt.secret',
    isSecret: true,
    read: readText,
  },
  {
    name: 'RELAIS_JWKS_URL',
    help:
      "where the public keys of the studio's login tokens are, instead of a shared secret; " +
      'needs issuer and audience',
    fallback: 'none',
    option: 'jwt.jwksUrl',
    read: readUrl,
  },
  {
    name: 'RELAIS_JWT_ISSUER',
    help:
      'what "iss" of a login token must be, or several of which it must be one, separated by commas; ' +
      'required with RELAIS_JWKS_URL',
    fallback: 'anything',
    option: 'jwt.issuer',
    read: readList,
  },
  {
    name: 'RELAIS_JWT_AUDIENCE',
    help:
      'what "aud" of a login token must hold, or several of which it must hold one, separated by commas; ' +
      'required with RELAIS_JWKS_URL',
    fallback: 'anything',
    option: 'jwt.audience',
    read: readList,
  },
  {
    name: 'RELAIS_JWT_ALGORITHMS',
    help: 'accepted algorithms, separated by commas',
    fallback: 'HS256, or with a JWKS RS256,PS256,ES256,EdDSA',
    option: 'jwt.algorithms',
    read: readList,
  },
  {
    name: 'RELAIS_JWT_PLAYER_CLAIM',
    help: "claim that holds the player's id",
    fallback: 'sub',
    option: 'jwt.playerClaim',
    read: readText,
  },
  {
    name: 'RELAIS_JWT_CLOCK_TOLERANCE',
    help: 'how far the clocks may be apart, in seconds',
    fallback: '5',
    option: 'jwt.clockTolerance',
    read: readWholeNumber,
  },
];
