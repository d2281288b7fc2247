/** What may stand in `Authorization: Bearer` (RFC 6750 §2.1, b64token). */
export function isAccessToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.~+/-]+=*$/.test(value);
}

/** What a refresh token may be made of: visible ASCII and the space (RFC 6749 appendix A.17). */
export function isRefreshToken(value: unknown): value is string {
  return typeof value === 'string' && /^[ -~]+$/.test(value);
}
