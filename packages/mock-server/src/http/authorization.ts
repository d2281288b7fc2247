/** What an Authorization header presents; the token is null where the rest of the header is none. */
export interface PresentedAccess {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string | null;
}

/** Null without the header. Of the schemes served here, whatever is not DPoP is a Bearer token or a bad one. */
export function presentedAccess(request: Request): PresentedAccess | null {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const [, scheme = '', token = null] = /^(\S*) *(\S+)? *$/.exec(header) ?? [];
  if (/^dpop(\s|$)/i.test(header)) return { scheme: 'DPoP', token };
  return { scheme: 'Bearer', token: /^bearer$/i.test(scheme) ? token : null };
}

/** The access token of the Authorization header, whatever its scheme; null when there is none. */
export const accessTokenOf = (request: Request): string | null => presentedAccess(request)?.token ?? null;
