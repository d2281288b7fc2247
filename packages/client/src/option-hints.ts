import type { Check, Rules } from './option-rules.ts';
import * as rules from './option-rules.ts';

// Words for developers: only the development build has them.

const wordsOf: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [rules.isObject, 'an object'],
  [rules.isFunction, 'a function'],
  [rules.isBoolean, 'true or false'],
  [rules.isText, 'a text that is not empty'],
  [rules.isDuration, 'a number of milliseconds'],
  [rules.isSpan, 'a number of milliseconds'],
  [rules.isSignal, 'an AbortSignal'],
  [rules.isUrl, 'a URL or a path'],
  [rules.isWebUrl, 'an http(s) URL'],
  [rules.isWebUrls, 'an array of http(s) URLs'],
  [rules.isHosts, "an array of hosts without scheme or port, such as ['192.168.1.20']"],
  [rules.isTexts, 'an object of texts'],
  [rules.isHeaders, 'an object of texts, each with the name of a header'],
  [rules.isPath, "a path such as 'data.token' or 'header:x-token', or an array of them"],
  [rules.isLocks, 'an object with request, such as navigator.locks'],
  [rules.isStorage, "'local', 'session', 'memory' or an object with getItem, setItem and removeItem"],
  [rules.isProtocol, 'what jsonProtocol() or oauthProtocol() returns'],
]);

/** What an option takes, in words that follow "must be". */
export function wordsFor(rule: Check | readonly string[] | Rules): string {
  if (Array.isArray(rule))
    return rule
      .map((value) => `'${value}'`)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1');
  return wordsOf.get(rule) ?? 'an object';
}

/** Names that people know from elsewhere. */
const synonyms: Readonly<Record<string, string>> = {
  baseUrl: 'url apiurl api host origin prefixurl server root endpoint',
  apis: 'audience audiences allowedurls allowlist',
  clientId: 'client',
  storageKey: 'key prefix tokenkey',
  refreshTimeout: 'timeout',
  isTokenExpired: 'isexpired shouldrefresh',
  onLoginRequired: 'onlogout onunauthorized onunauthenticated onsessionexpired',
  'endpoints.login': 'signin loginurl loginendpoint session sessions authenticate',
  'endpoints.refresh': 'token refreshurl refreshendpoint refreshtoken renew',
  'endpoints.logout': 'signout signoff logoff logouturl logoutendpoint revoke',
};

/** Options of jsonProtocol(), by the place they have in it; people look for them at the client. */
const ofProtocol: Readonly<Record<string, string>> = {
  answer: 'answer: …',
  isRefusal: 'isRefusal: …',
  headers: 'headers: …',
  logout: 'logout: …',
  logoutAs: 'logoutAs: …',
  logoutField: 'logoutField: …',
  logoutExtra: 'logoutExtra: …',
  idempotencyKey: 'idempotencyKey: true',
  ...Object.fromEntries(
    ['accessToken', 'refreshToken', 'expiry', 'expiryUnit', 'sessionId', 'sessionTimeout'].map((name) => [
      name,
      `answer: { ${name}: … }`,
    ]),
  ),
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** How many letters have to be changed, added, left out or swapped to come from one name to the other. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let n = 1; n <= one.length; n++) {
    const next = [n];
    for (let m = 1; m <= other.length; m++) {
      const cost = one[n - 1] === other[m - 1] ? 0 : 1;
      let least = Math.min((row[m] ?? 0) + 1, (next[m - 1] ?? 0) + 1, (row[m - 1] ?? 0) + cost);
      if (n > 1 && m > 1 && one[n - 1] === other[m - 2] && one[n - 2] === other[m - 1]) {
        least = Math.min(least, (before[m - 2] ?? 0) + 1);
      }
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}

/** Whether somebody who wrote `name` may have meant the option at `path`. */
function isNear(name: string, path: string): boolean {
  const [meant, wrote] = [plain(path.split('.').at(-1) ?? ''), plain(name)];
  if (synonyms[path]?.split(' ').includes(wrote)) return true;
  return distance(wrote, meant) <= (meant.length > 8 ? 2 : meant.length > 3 ? 1 : 0) || wrote === meant;
}

const pathsOf = (all: Rules, prefix: string): string[] =>
  Object.entries(all).flatMap(([name, rule]) => [
    prefix + name,
    ...(typeof rule === 'object' && !Array.isArray(rule) ? pathsOf(rule as Rules, `${prefix}${name}.`) : []),
  ]);

/** What may have been meant by the name of an option that there is not. */
export function hintOnName(owner: string, name: string, all: Rules, prefix: string): string {
  const place = owner === 'createAuthClient()' && !prefix && Object.hasOwn(ofProtocol, name) && ofProtocol[name];
  if (place) return ` It belongs to the protocol: jsonProtocol({ ${place} }).`;
  const paths = pathsOf(all, prefix);
  const meant = paths.find((path) => plain(path) === plain(prefix + name)) ?? paths.find((path) => isNear(name, path));
  if (meant) return ` Did you mean \`${meant}\`?`;
  return ` It takes ${Object.keys(all)
    .map((known) => `\`${prefix}${known}\``)
    .join(', ')}.`;
}

const units: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

function millisecondsIn(text: string): number | null {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  if (count === undefined) return null;
  const [one] = /^(ms|milli)/i.test(unit) ? ['ms'] : [unit.slice(0, 1).toLowerCase()];
  const factor = units[one ?? ''];
  return factor === undefined ? null : Number(count) * factor;
}

/** What may have been meant by a value that an option does not take. */
export function hintOn(
  name: string,
  value: unknown,
  rule: Check | readonly string[] | Rules,
  others: readonly string[],
): string {
  const wrote = value == null && others.find((other) => isNear(other, name));
  if (wrote) return ` Did you write \`${wrote}\`?`;
  if (rule === rules.isProtocol && typeof value === 'function') {
    return ` Did you forget to call it? Write \`${name}: ${value.name || 'jsonProtocol'}()\`.`;
  }
  if (typeof value !== 'string') return '';
  if (rule === rules.isDuration || rule === rules.isSpan) {
    const meant = millisecondsIn(value);
    return meant === null ? '' : ` Write ${meant}?`;
  }
  const near = (values: readonly string[]): string | undefined =>
    values.find((one) => distance(plain(one), plain(value)) <= 2 || (value && plain(value).startsWith(plain(one))));
  const meant = Array.isArray(rule) ? near(rule) : rule === rules.isStorage && near(['local', 'session', 'memory']);
  if (meant) return ` Did you mean '${meant}'?`;
  if (rule === rules.isWebUrl && /^[\w-]+(\.[\w-]+)*:\d+(\/|$)/.test(value)) return ` Did you mean "http://${value}"?`;
  if (rule === rules.isWebUrls) return ` Write [${JSON.stringify('https://api.example.com')}].`;
  return '';
}
