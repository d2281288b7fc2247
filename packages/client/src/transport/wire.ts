import type { TokenOutcome } from './auth-protocol.ts';
import { wordsOf } from './server-words.ts';

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

/** What a response says. */
export interface Answer {
  /** The JSON object in it, or `null`: a captive portal, a proxy or a service worker may answer anything. */
  readonly object: Record<string, unknown> | null;
  /** What is in it: any JSON, or a short text that is no page. */
  readonly body?: unknown;
}

export function isJson(response: Response): boolean {
  return /[/+]json\b/i.test(response.headers.get('content-type') ?? '');
}

/** Reads a response to its end. Never rejects. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text().catch(() => '');
  if (!isJson(response))
    return text.trim() && text.length <= 500 && !/^\s*</.test(text) ? { object: null, body: text } : { object: null };
  try {
    const body: unknown = JSON.parse(text);
    const isObject = typeof body === 'object' && !Array.isArray(body);
    return { object: isObject ? (body as Record<string, unknown> | null) : null, body };
  } catch {
    return { object: null };
  }
}

/** The JSON object in a response, or `null`. */
export async function readJsonObject(response: Response): Promise<Record<string, unknown> | null> {
  return (await readAnswer(response)).object;
}

/** Whether this is a page: a captive portal, a proxy or an application's own start page may answer anything with one. */
export async function isPage(response: Response): Promise<boolean> {
  if (!/\bhtml\b/i.test(response.headers.get('content-type') ?? '')) return false;
  // A framework may call a plain "OK" a page.
  return /^\s*</.test(await response.text().catch(() => ''));
}

/** Of a date that only this device's clock tells the distance of, in milliseconds: that clock may be hours off. */
const longestByOwnClock = 60_000;

/** The three formats of a date in a header (RFC 9110 §5.6.7), the last two of which are obsolete, and still to be read. */
const httpDate =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT| \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT)$/;

/** Epoch milliseconds of a date in a header; `NaN` for anything else. */
function readHttpDate(value: string): number {
  if (!httpDate.test(value)) return Number.NaN;
  // The last of them names no zone, and means GMT.
  return Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
}

/**
 * `Retry-After` in milliseconds: digits, or a date (RFC 9110 §10.2.3), measured against the server's own `Date`, which a page
 * of another origin may seldom read, or else against this device's clock. Anything else is none.
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? '';
  const date = readHttpDate(headers.get('date') ?? '');
  const until = readHttpDate(value);
  const byDate = date ? until - date : Math.min(until - Date.now(), longestByOwnClock);
  const delay = /^\d+$/.test(value) ? Number(value) * 1000 : byDate;
  return Number.isFinite(delay) && delay >= 0 ? delay : undefined;
}

/** An answer that settles nothing. @param missing what a good one would have held. */
export function unavailable(response: Response, { body }: Answer, missing?: string): TokenOutcome {
  const retryAfter = readRetryAfter(response.headers);
  return { kind: 'unavailable', status: response.status, retryAfter, body, missing, description: wordsOf(body) };
}

/** A whole number, as JSON or as text; `undefined` for anything that is none, such as `'20m'` or a fraction of a second. */
export function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}

/** Answers that settle nothing, whatever is in them: try again later. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
