/**
 * One piece of a `WWW-Authenticate` header: a gap, or a name with its value, if it has one, or a stray character. No piece is
 * looked at twice, so that the time is in proportion to the length, whatever a server sends.
 */
const piece = /([\s,]+)|([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*)))?|./gs;

/**
 * The errors that the Bearer and DPoP challenges of a `WWW-Authenticate` header name (RFC 9110 §11.6.1, RFC 6750 §3);
 * `null` where there is no such challenge.
 */
export function bearerErrors(header: string): string[] | null {
  let errors: string[] | null = null;
  let isOurs = false;
  /** What follows a scheme without a comma, and has no value, is a token68. */
  let isAfterScheme = false;
  for (const [, gap, name, quoted, plain] of header.matchAll(piece)) {
    const value = quoted ?? plain;
    if (name && value !== undefined) {
      if (isOurs && name.toLowerCase() === 'error') errors?.push(value.replace(/\\(.)/g, '$1'));
    } else if (name && !isAfterScheme) {
      isOurs = /^(bearer|dpop)$/i.test(name);
      if (isOurs) errors ??= [];
    }
    if (name || gap?.includes(',')) isAfterScheme = !!name && value === undefined && !isAfterScheme;
  }
  return errors;
}

/**
 * Whether the answer to a request that carried our token says that the token has expired: a 401 whose Bearer challenges, if
 * there are any, say `invalid_token` or nothing. RFC 6750 §3.1 wants the error to be named, and many servers do not name it. A
 * missing scope, a missing right or a step-up is no expiry.
 */
export function saysTokenExpired({ status, headers }: Response): boolean {
  if (status !== 401) return false;
  const errors = bearerErrors(headers.get('www-authenticate') ?? '');
  return !errors?.length || errors.includes('invalid_token');
}
