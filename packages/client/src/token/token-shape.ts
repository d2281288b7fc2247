/**
 * What may stand in `Authorization: Bearer` and ends there: b64token (RFC 6750 §2.1), and what servers give out beside it. Laravel
 * Sanctum puts `|` between an id and its token, others put `:`, and some leave the padding inside of a JWT.
 */
export function isAccessToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.~+/|:-][\w.~+/|:=-]*$/.test(value);
}

/** What a refresh token may be made of: visible ASCII and the space (RFC 6749 appendix A.17). */
export function isRefreshToken(value: unknown): value is string {
  return typeof value === 'string' && /^[ -~]+$/.test(value);
}
