import { development } from './development.ts';
import { ConfigurationError } from './errors.ts';
import { hintOn, hintOnName, wordsFor } from './option-hints.ts';
import { type Check, has, isObject, type Rules } from './option-rules.ts';

/** A value as a message shows it. A long text may be a token, and stays out. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (Array.isArray(value)) return 'an array';
  return Object(value) === value ? 'an object' : String(value);
}

/** The error of an option that is wrong. @param others the names of options that nobody takes. */
export function wrongOption(
  name: string,
  value: unknown,
  rule: Check | readonly string[] | Rules,
  others: readonly string[] = [],
): ConfigurationError {
  const got = `got ${shown(value)}.`;
  return new ConfigurationError(
    development
      ? `\`${name}\` must be ${wordsFor(rule)}; ${got}${hintOn(name, value, rule, others)}`
      : `\`${name}\` is wrong: ${got}`,
  );
}

/**
 * @param owner what takes the options, such as `createAuthClient()`.
 * @param required the name of the option that may not be left out.
 * @param prefix of the options inside of one, such as `endpoints.`.
 * @throws ConfigurationError for what is no object, for an option that is wrong, and for a name that is none.
 */
export function checkOptions(owner: string, given: unknown, rules: Rules, required = '', prefix = ''): void {
  if (!isObject(given)) {
    if (prefix) throw wrongOption(prefix.slice(0, -1), given, rules);
    throw new ConfigurationError(
      `\`${owner}\` needs an object of options; got ${shown(given)}.` +
        (development && required === 'baseUrl'
          ? ` Write ${owner.slice(0, -1)}{ baseUrl: 'https://api.example.com' }).`
          : ''),
    );
  }
  const others = Object.keys(given).filter((name) => given[name] != null && !Object.keys(rules).includes(name));
  for (const [name, rule] of Object.entries(rules)) {
    const value = given[name];
    if (value == null && name !== required) continue;
    const path = prefix + name;
    if (typeof rule === 'object' && !Array.isArray(rule)) checkOptions(owner, value, rule as Rules, '', `${path}.`);
    else if (!(typeof rule === 'function' ? rule(value) : rule.includes(value as never))) {
      throw wrongOption(path, value, rule, others);
    }
  }
  for (const name of others) {
    throw new ConfigurationError(
      `\`${prefix}${shownName(name)}\` is not an option of ${owner}.` +
        (development ? hintOnName(owner, name, rules, prefix) : ''),
    );
  }
}

const shownName = (name: string): string => (name.length > 40 ? '…' : name);

/** @throws ConfigurationError for what has none of the methods that are needed of a client. */
export function checkClient(owner: string, client: unknown, ...methods: string[]): void {
  if (!has(client, ...methods)) throw new ConfigurationError(`\`${owner}\` needs the client; got ${shown(client)}.`);
}
