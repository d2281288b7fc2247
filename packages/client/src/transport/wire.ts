import type { TokenOutcome } from './auth-protocol.ts';

/** What every request to an auth endpoint has in common: no cookies, no cache, no referrer, no redirect to elsewhere. */
const shared: RequestInit = {
  method: 'POST',
  mode: 'cors',
  credentials: 'omit',
  cache: 'no-store',
  redirect: 'error',
  referrerPolicy: 'no-referrer',
};

export type Init = RequestInit & { readonly headers?: Readonly<Record<string, string>> };

/**
 * Cloudflare Workers refuse `redirect: 'error'`, and older ones `cache`. A redirect is then not followed, either: its answer
 * settles nothing.
 */
function newRequest(url: string, given: RequestInit): Request {
  const init = { ...shared, ...given };
  try {
    return new Request(url, init);
  } catch {
    return new Request(url, { ...init, redirect: 'manual', cache: undefined as never });
  }
}

export function formRequest(url: string, fields: Record<string, string>, init: Init = {}): Request {
  return newRequest(url, { ...init, body: new URLSearchParams(fields) });
}

export function jsonRequest(url: string, body: unknown, init: Init = {}): Request {
  const headers = { ...init.headers, 'content-type': 'application/json' };
  return newRequest(url, { ...init, headers, body: JSON.stringify(body) });
}

/** The JSON object in a response, or `null`: a captive portal, a proxy or a service worker may answer anything. */
export async function readJsonObject(response: Response): Promise<Record<string, unknown> | null> {
  if (!/[/+]json\b/i.test(response.headers.get('content-type') ?? '')) return null;
  try {
    const value: unknown = await response.json();
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Whether this is a page: a captive portal, a proxy or an application's own start page may answer anything with one. */
export async function isPage(response: Response): Promise<boolean> {
  if (!/\bhtml\b/i.test(response.headers.get('content-type') ?? '')) return false;
  // A framework may call a plain "OK" a page.
  return /^\s*</.test(await response.text().catch(() => ''));
}

/** Of a date that only this device's clock tells the distance of, in milliseconds: that clock may be hours off. */
const longestByOwnClock = 60_000;

/**
 * `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3), measured against the server's own `Date`, which a page
 * of another origin may seldom read, or else against this device's clock.
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  const date = Date.parse(headers.get('date') ?? '');
  const until = Date.parse(value);
  const byDate = date ? until - date : Math.min(until - Date.now(), longestByOwnClock);
  const delay = Number.isNaN(seconds) ? byDate : seconds * 1000;
  return Number.isFinite(delay) && delay >= 0 ? delay : undefined;
}

export function unavailable(response: Response): TokenOutcome {
  return { kind: 'unavailable', status: response.status, retryAfter: readRetryAfter(response.headers) };
}

/** Answers that settle nothing, whatever is in them: try again later. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
