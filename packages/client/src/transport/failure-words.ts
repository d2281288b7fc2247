import { development } from '../development.ts';
import type { TokenOutcome } from './auth-protocol.ts';
import { isJson, isTransient } from './wire.ts';

type Unavailable = Extract<TokenOutcome, { kind: 'unavailable' }>;

/** The address without what may be a secret in it. */
export function plainUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** The names in an answer, so that a field of another name is seen; of what is inside another, too. */
export function namesIn(body: unknown): string {
  if (Array.isArray(body)) return 'an array';
  const names = Object.entries(Object(body)).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  );
  return names.slice(0, 10).join(', ') || 'nothing';
}

/** A token is missing, or is none. @param what such as `The login answer has`. */
export function missing(what: string, name: string, isThere: boolean, body: unknown): string {
  const article = what.endsWith('has') ? 'no' : isThere ? 'a' : /^[aeio]/.test(name) ? 'an' : 'a';
  return `${what} ${article} ${isThere ? 'usable ' : ''}\`${name}\` (found: ${namesIn(body)}).`;
}

export function noAnswer(url: string): string {
  return `No response from ${plainUrl(url)}.${development ? ' Check baseUrl, CORS and the network.' : ''}`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** @param where method and URL. */
export function refusedWords(
  asked: string,
  where: string,
  { error, status, description }: Extract<TokenOutcome, { kind: 'rejected' }>,
): string {
  const code = /^(refused|login_failed)$/.test(error) || description?.includes(error) ? '' : ` (${error})`;
  return `The ${asked} was refused${code}${description ? `: ${sentence(description)}` : '.'} (${where}, ${status})`;
}

/** Why an answer settles nothing. */
export function unsettledWords(
  asked: string,
  where: string,
  response: Response,
  { status = response.status, body, missing: name, description }: Unavailable,
): string {
  const hasJson = isJson(response);
  if (response.ok && hasJson) {
    const [first = ''] = name?.split('.') ?? [];
    const isThere = body !== null && typeof body === 'object' && Object.hasOwn(body, name ?? '') && first === name;
    return `${missing(`The ${asked} answer has`, name ?? 'access_token', isThere, body)} See jsonProtocol().`;
  }
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (response.ok) {
    return `${where} was answered ${status} without JSON${type && ` (${type})`}.${development ? ' Check baseUrl and endpoints.' : ''}`;
  }
  const said = description ? `: ${sentence(description)}` : '.';
  if (isTransient(status)) return `${where} was answered ${status}${said}${development ? ' Try again later.' : ''}`;
  const came = hasJson ? (description ? ` (${description})` : '') : ' without JSON';
  return `${where} was answered ${status}${came}, which is taken for an outage. If it is a refusal, set \`isRefusal\`.`;
}
