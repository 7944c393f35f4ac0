import { errors } from 'jose';
import type { LoginFault } from '../proxy-error.js';

/** What has become of a login. */
export type LoginResult = { readonly playerId: string } | { readonly fault: LoginFault };

const BY_CLAIM: Readonly<Record<string, LoginFault>> = {
  iss: 'issuer',
  aud: 'audience',
  exp: 'time',
  nbf: 'time',
  iat: 'time',
  typ: 'kind',
};

/** What was wrong with a token, by what jose says of it: it looks at the signature before it reads what is signed. */
export function faultOf(error: unknown): LoginFault {
  if (error instanceof errors.JWTExpired) return 'time';
  if (error instanceof errors.JWTClaimValidationFailed) return BY_CLAIM[error.claim] ?? 'claim';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWKSNoMatchingKey) return 'key';
  return 'malformed';
}
