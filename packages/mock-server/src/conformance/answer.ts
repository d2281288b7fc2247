import type { ConformanceEndpoints } from './options.ts';

export type EndpointName = keyof ConformanceEndpoints;

export type JsonObject = Readonly<Record<string, unknown>>;

/** What the server answered, as it is: what becomes part of a report is redacted first. */
export interface Answer {
  readonly endpoint: EndpointName;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null for anything but a JSON object. */
  readonly json: JsonObject | null;
  /** Tokens, tickets and passwords of the request. */
  readonly secrets: readonly string[];
}

export const header = (answer: Answer, name: string): string => answer.headers.get(name) ?? '';

export const hasJsonType = (answer: Answer): boolean =>
  /^application\/([\w.-]+\+)?json\b/i.test(header(answer, 'content-type'));

/** Of a header that is a list. */
export const listed = (answer: Answer, name: string): string[] =>
  header(answer, name)
    .split(',')
    .map((item) => item.trim().toLowerCase());

/** On one line, without secrets: `400 invalid_grant (revoked)`. */
export function described({ status, json }: Answer): string {
  const { error, reason, status: said } = json ?? {};
  const words = [error, said].filter((word) => typeof word === 'string' && /^[\w-]{1,40}$/.test(word));
  const why = typeof reason === 'string' && /^[\w-]{1,40}$/.test(reason) ? [`(${reason})`] : [];
  return [status, ...words, ...why, ...(json !== null && 'access_token' in json ? ['with tokens'] : [])].join(' ');
}

export function jsonObjectIn(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}
