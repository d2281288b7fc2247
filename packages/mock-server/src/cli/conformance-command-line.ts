import { parseArgs } from 'node:util';
import type { ConformanceEndpoints, ConformanceOptions } from '../conformance/options.ts';
import { misuse } from './failure.ts';
import { firstSentence, quoted } from './quoted.ts';

export interface ConformanceCommand {
  readonly options: ConformanceOptions;
  readonly jsonFile: string | null;
  readonly junitFile: string | null;
}

export const conformanceUsage = `Checks a server, in whatever language, against Latchkey's protocol, over HTTP.

  latchkey-conformance https://my-server/ --user ada --password … [--origin https://app.example] [--clock /clock/advance]

  --user NAME             who logs in: a user made for this, whose sessions may all be ended
  --password WORD         the password; better in the environment, as LATCHKEY_PASSWORD
  --other-user NAME       another user, for tokens in the wrong hands
  --other-password WORD   the other's password, or LATCHKEY_OTHER_PASSWORD
  --origin URL            an origin that the server allows, for CORS
  --clock URL             moves the server's time when it gets POST {"advance": seconds}; without it, rules about expiry are
                          not checked
  --client-id ID          the client (default: spa)
  --only RULE             a rule, or how the ids of several begin (REF-6, LOG); repeat it for more
  --strict                fail for what SHOULD be, too
  --timeout SECONDS       how long an answer may take (default: 10)
  --patience SECONDS      how long to wait in all for a server that answers 429 (default: 60)
  --json FILE             write the report as JSON, too
  --junit FILE            write the report as JUnit XML, too
  --list                  print the rules, and check nothing
  --version               print the version
  --help                  print this

Paths, where they are others (relative to the server's address):
  --login auth/login  --refresh auth/refresh  --logout auth/logout  --revoke auth/revoke  --api me
  --sessions auth/sessions  --logout-all auth/logout-all  --jwks auth/jwks
  --metadata .well-known/oauth-authorization-server

Ends with 0 when the server conforms, 1 when it does not, 2 when nothing could be checked.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const options = {
  user: text,
  password: text,
  'other-user': text,
  'other-password': text,
  origin: text,
  clock: text,
  'client-id': text,
  only: { type: 'string', multiple: true },
  strict: flag,
  timeout: text,
  patience: text,
  json: text,
  junit: text,
  list: flag,
  login: text,
  refresh: text,
  logout: text,
  revoke: text,
  api: text,
  sessions: text,
  'logout-all': text,
  metadata: text,
  jwks: text,
  version: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Failure for what is no command. */
export function readConformanceCommandLine(
  args: readonly string[],
  environment: Environment = {},
): 'help' | 'version' | 'list' | ConformanceCommand {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  if (values.list) return 'list';
  const [url, ...others] = positionals;
  if (url === undefined || others.length > 0) throw misuse('One address of a server is needed. See --help.');

  const password = values.password ?? environment['LATCHKEY_PASSWORD'];
  const otherPassword = values['other-password'] ?? environment['LATCHKEY_OTHER_PASSWORD'];
  const { user, 'other-user': otherUser, origin, clock, 'client-id': clientId, only } = values;
  if (user === undefined || password === undefined) throw misuse('--user and --password are needed. See --help.');
  if (otherUser !== undefined && otherPassword === undefined) throw misuse('--other-user needs --other-password.');
  return {
    options: {
      url: addressOf(url, 'The server'),
      user: { username: user, password },
      ...(otherUser !== undefined && { otherUser: { username: otherUser, password: otherPassword ?? '' } }),
      ...(origin !== undefined && { origin: originOf(origin) }),
      ...(clock !== undefined && { clock: addressOf(clock, '--clock', url) }),
      ...(clientId !== undefined && { clientId }),
      ...(only !== undefined && { only }),
      strict: values.strict ?? false,
      ...(values.timeout !== undefined && { timeout: secondsOf('timeout', values.timeout) }),
      ...(values.patience !== undefined && { patience: secondsOf('patience', values.patience) }),
      endpoints: endpointsOf(values),
    },
    jsonFile: values.json ?? null,
    junitFile: values.junit ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw misuse(`${firstSentence(error, args)}. See --help.`);
  }
}

type Paths = {
  readonly [Name in Exclude<keyof ConformanceEndpoints, 'logoutAll'> | 'logout-all']?: string | undefined;
};

function endpointsOf({ login, refresh, logout, revoke, api, sessions, metadata, jwks, ...rest }: Paths) {
  const given = { login, refresh, logout, revoke, api, sessions, logoutAll: rest['logout-all'], metadata, jwks };
  return Object.fromEntries(Object.entries(given).filter(([, path]) => path !== undefined));
}

function addressOf(address: string, what: string, base?: string): string {
  const url = URL.canParse(address, base) ? new URL(address, base) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw misuse(`${what} wants an address such as https://api.example/, not "${quoted(address)}".`);
  }
  return url.href;
}

function originOf(origin: string): string {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw misuse(`--origin wants an origin as browsers send it, such as https://app.example, not "${quoted(origin)}".`);
  }
  return origin;
}

function secondsOf(name: string, given: string): number {
  if (!/^\d{1,6}$/.test(given)) throw misuse(`--${name} wants a number of seconds, not "${quoted(given)}".`);
  return Number(given) * 1_000;
}
