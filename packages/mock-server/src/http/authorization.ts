import { longestValue } from './head-limits.ts';

/** What an Authorization header presents; the token is null where the rest of the header is none. */
export interface PresentedAccess {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string | null;
}

/**
 * `scheme SP token68` (RFC 9110 §11.4). No two parts that stand side by side have a character in common, so that the work grows
 * with the header's length and no faster.
 */
const credentials = /^(?:Bearer|DPoP) +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Null without the header. Of the schemes served here, whatever is not DPoP is a Bearer token or a bad one. */
export function presentedAccess(request: Request): PresentedAccess | null {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const token = header.length > longestValue ? null : (credentials.exec(header)?.[1] ?? null);
  return { scheme: /^DPoP(?:\s|$)/i.test(header) ? 'DPoP' : 'Bearer', token };
}

/** The access token of the Authorization header, whatever its scheme; null when there is none. */
export const accessTokenOf = (request: Request): string | null => presentedAccess(request)?.token ?? null;
