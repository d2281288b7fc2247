/** The token in an `Authorization: Bearer` header, or `null`. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Which key a token is bound to: a thumbprint, `''` for a token that is bound to none, `null` for one that does not say. */
export function boundTo(accessToken: string): string | null {
  try {
    const payload = accessToken.split('.')[1] ?? '';
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { cnf?: { jkt?: string } };
    return claims.cnf?.jkt ?? '';
  } catch {
    return null;
  }
}

/** Whether a token response says that its tokens are bound (RFC 9449 §5). */
export function isBound({ token_type }: { token_type?: unknown }): boolean {
  return /^dpop$/i.test(String(token_type));
}
