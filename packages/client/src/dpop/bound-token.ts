/** The token in an `Authorization: Bearer` header, or `null`. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** The thumbprint of the key that a token says it is bound to (RFC 9449 §6.1). */
export function boundTo(accessToken: string | null | undefined): string | undefined {
  try {
    const payload = (accessToken as string).split('.')[1] as string;
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).cnf.jkt;
  } catch {
    return undefined;
  }
}
