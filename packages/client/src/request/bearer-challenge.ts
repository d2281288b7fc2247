/** The value of `error` in the Bearer challenge of a response: `null` without such a challenge, `''` where it names none. */
export function bearerError(response: Response): string | null {
  const header = response.headers.get('www-authenticate');
  const challenge = header && /(?:^|,)\s*(?:Bearer|DPoP)(?:(?:,|\s+(?![a-z]+\s+[a-z]+=))(.*))?$/is.exec(header);
  if (!challenge) return null;
  return /(?:^|[\s,])error\s*=\s*"?([\w-]+)"?/i.exec(challenge[1] ?? '')?.[1] ?? '';
}

/**
 * Whether the answer says that the access token has expired: a 401 whose Bearer challenge, if there is one, says
 * `invalid_token` (RFC 6750 §3.1). A missing scope, a missing right or a step-up is no expiry.
 */
export function saysTokenExpired(response: Response): boolean {
  if (response.status !== 401) return false;
  const error = bearerError(response);
  return error === null || error === 'invalid_token';
}
