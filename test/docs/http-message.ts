import { expect } from 'vitest';
import { type Exchange, page } from './example-server.ts';
import { fenced } from './markdown.ts';

/** What every answer to an allowed page has; the documents show it once. */
const always: Readonly<Record<string, string | RegExp>> = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
  date: / GMT$/,
  vary: 'Origin',
  'access-control-allow-origin': page,
};
const exposed = 'access-control-expose-headers';

/** What HTTP itself adds. */
const transport: readonly string[] = ['connection', 'content-length', 'keep-alive', 'transfer-encoding'];

const spelled = (name: string): string =>
  name === 'www-authenticate' ? 'WWW-Authenticate' : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** Access tokens differ in every run, by their signature, and are long. */
export const shortened = (text: string): string =>
  text.replace(/eyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g, (token) => `${token.slice(0, 16)}…`);

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** A request and its answer, as two blocks. */
export function shown(exchange: Exchange, options: { allHeaders?: boolean } = {}): string {
  return `${fenced('http', requestText(exchange))}\n\n${fenced('http', responseText(exchange, options))}`;
}

function requestText({ ask }: Exchange): string {
  const { method, path, headers = {}, body } = ask;
  const lines = Object.entries({ host: 'api.example', origin: page, ...headers }).map(
    ([name, value]) => `${spelled(name)}: ${value}`,
  );
  const content = typeof body === 'string' ? `\n\n${isJson(headers['content-type']) ? pretty(body) : body}` : '';
  return shortened(`${method} /${path} HTTP/1.1\n${lines.join('\n')}${content}`);
}

function responseText({ ask, response, text }: Exchange, { allHeaders = false }: { allHeaders?: boolean }): string {
  const { status, statusText, headers } = response;
  const isPreflight = ask.method === 'OPTIONS';
  for (const [name, value] of Object.entries(always)) expect(headers.get(name), name).toMatch(value);
  if (!isPreflight) expect(headers.get(exposed)).toBe('DPoP-Nonce, Retry-After, WWW-Authenticate, Date');
  const left = [...headers].filter(
    ([name]) => !transport.includes(name) && (allHeaders || !(name in always || name === exposed)),
  );
  const lines = left.map(([name, value]) => `${spelled(name)}: ${value}`);
  const body = isJson(headers.get('content-type')) ? pretty(text) : text;
  return shortened([`HTTP/1.1 ${status} ${statusText}`, ...lines].join('\n') + (body === '' ? '' : `\n\n${body}`));
}

const isJson = (type: string | null | undefined): boolean => /[/+]json/.test(type ?? '');
