import { type Answer, type EndpointName, jsonObjectIn } from './answer.ts';
import type { ConformanceExchange } from './options.ts';
import type { Redaction } from './redaction.ts';

/** A request, its secrets still told apart from the rest. */
export interface Outgoing {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?:
    | { readonly form: readonly (readonly [name: string, value: string])[]; readonly type?: string }
    | { readonly json: Readonly<Record<string, unknown>> }
    | { readonly text: string; readonly type: string };
}

const secretFields: readonly string[] = ['access_token', 'refresh_token', 'id_token', 'token', 'logout_ticket'];
const secretHeaders: readonly string[] = ['authorization', 'idempotency-key', 'dpop'];
const toldHeaders =
  /^(content-type|cache-control|pragma|date|vary|allow|www-authenticate|retry-after|x-content-type-options|clear-site-data|location|access-control-.*)$/;
const longestBody = 2_000;

export const formType = 'application/x-www-form-urlencoded';

export function initOf({ method, headers = {}, body }: Outgoing): RequestInit {
  if (body === undefined) return { method, headers: { ...headers } };
  if ('form' in body) {
    const text = new URLSearchParams(body.form.map(([name, value]) => [name, value])).toString();
    return { method, headers: { 'content-type': body.type ?? formType, ...headers }, body: text };
  }
  if ('json' in body) {
    return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body.json) };
  }
  return { method, headers: { 'content-type': body.type, ...headers }, body: body.text };
}

/** What of a request must not be told. Keys of repeats are none for the caller, who made them up. */
export function secretsOf({ headers = {}, body }: Outgoing): {
  tokens: string[];
  keys: string[];
  password: string | null;
} {
  const fields = body === undefined || 'text' in body ? [] : 'form' in body ? body.form : Object.entries(body.json);
  const text = (wanted: (name: string) => boolean) =>
    fields.flatMap(([name, value]) => (wanted(name) && typeof value === 'string' && value !== '' ? [value] : []));
  const inHeaders = Object.entries(headers).filter(([name]) => secretHeaders.includes(name.toLowerCase()));
  const values = inHeaders.map(([, value]) => value.replace(/^(bearer|dpop) +|^"|"$/gi, ''));
  const isKey = (index: number) => inHeaders[index]?.[0].toLowerCase() === 'idempotency-key';
  return {
    tokens: [...text((name) => secretFields.includes(name)), ...values.filter((_value, index) => !isKey(index))],
    keys: values.filter((_value, index) => isKey(index)),
    password: text((name) => name === 'password')[0] ?? null,
  };
}

/** Tokens that an answer hands out, at whatever depth. */
export function tokensIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' && secretFields.includes(name) ? [member] : tokensIn(member),
  );
}

export async function answerOf(
  response: Response,
  about: { endpoint: EndpointName; method: string; secrets: string[] },
): Promise<Answer> {
  const text = await response.text();
  return { ...about, status: response.status, headers: response.headers, text, json: jsonObjectIn(text) };
}

export function requestTold(
  url: URL,
  { method, headers = {}, body }: Outgoing,
  redaction: Redaction,
): ConformanceExchange['request'] {
  const type = body === undefined ? {} : { 'content-type': typeOf(body) };
  const all = Object.entries({ ...type, ...headers }).map(([name, value]) => [name, redaction.apply(value)]);
  return { method, url: redaction.apply(url.href), headers: Object.fromEntries(all), body: bodyTold(body, redaction) };
}

const typeOf = (body: NonNullable<Outgoing['body']>): string =>
  'form' in body ? (body.type ?? formType) : 'json' in body ? 'application/json' : body.type;

function bodyTold(body: Outgoing['body'], redaction: Redaction): string | null {
  if (body === undefined) return null;
  if ('form' in body) return short(body.form.map(([name, value]) => `${name}=${redaction.apply(value)}`).join('&'));
  if ('text' in body) return short(redaction.apply(body.text));
  const { password, ...others } = body.json;
  return short(redaction.apply(JSON.stringify({ ...others, ...(password !== undefined && { password: '(hidden)' }) })));
}

export function responseTold({ status, headers, text }: Answer, redaction: Redaction): ConformanceExchange['response'] {
  const told = [...headers]
    .filter(([name]) => toldHeaders.test(name))
    .map(([name, value]) => [name, redaction.apply(value)]);
  const cookie = headers.has('set-cookie') ? { 'set-cookie': '(a cookie)' } : {};
  return { status, headers: { ...Object.fromEntries(told), ...cookie }, body: short(redaction.apply(text)) };
}

const short = (text: string): string => (text.length > longestBody ? `${text.slice(0, longestBody)}…` : text);
