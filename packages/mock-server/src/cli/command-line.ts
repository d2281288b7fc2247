import { parseArgs } from 'node:util';
import { originOf as originIn } from '../origins.ts';
import { misuse } from './failure.ts';
import { firstSentence, quoted } from './quoted.ts';

export interface ServeCommand {
  readonly port: number;
  readonly host: string;
  readonly database: string;
  readonly usersFile: string | null;
  readonly weakPasswords: boolean;
  readonly origins: readonly string[];
  readonly issuer: string | null;
  /** Where clients find it, when not where it listens. */
  readonly publicOrigin: string | null;
  readonly proxies: number;
  readonly clockEndpoint: boolean;
}

export const usage = `Serves Latchkey's mock server on HTTP.

  latchkey-mock-server [--port 3000] [--db file.sqlite] [--users users.json] [--origin https://app.example]
  latchkey-mock-server rotate-key --db file.sqlite   replaces a signing key that has leaked

  --port N       listen on port N; 0 takes any that is free (default: 3000)
  --host NAME    listen on this address (default: 127.0.0.1, this machine only)
  --db WHERE     keep sessions, signing keys and users in
                   memory             nothing: all is gone when the server ends (default)
                   a file             SQLite, such as latchkey.sqlite, made where there is none, for your eyes only
                   postgres://…       PostgreSQL, by the package pg; several servers can share it
                 an address with a password is better in the environment variable LATCHKEY_DB: other users of the machine can
                 read what a command was started with
                 the private signing keys are wrapped with the secret in the environment variable LATCHKEY_KEY_SECRET, 32 random
                 characters or more; without it, for SQLite, with one in a file beside it (latchkey.secret)
  --users FILE   who can log in: [{ "username": "ada", "password": "…", "claims": { … } }]; kept in the database, the
                 passwords as hashes, so that it is needed only to add and to change;
                 read at the start: of several servers over one database, start those again that are to know of a change
  --weak-passwords
                 take passwords of --users that are short, or among the most common: for demos and tests
  --origin URL   let pages of this origin read answers; repeat it for more
  --issuer URL   who tokens say that made them (default: https://latchkey.test)
  --public URL   where clients find the server, if a proxy stands before it: https://api.example
  --proxies N    through how many proxies of yours every request comes, each of which adds to X-Forwarded-For
                 (default: 0, the header is not believed)
  --clock-endpoint
                 let POST clock/advance with {"advance": seconds} move the time, as latchkey-conformance asks for; whoever
                 reaches it ends every session there is
  --version      print the version
  --help         print this
`;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  db: { type: 'string' },
  users: { type: 'string' },
  'weak-passwords': { type: 'boolean' },
  origin: { type: 'string', multiple: true },
  issuer: { type: 'string' },
  public: { type: 'string' },
  proxies: { type: 'string' },
  'clock-endpoint': { type: 'boolean' },
  version: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws Failure for what is no command. */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): 'help' | 'version' | ServeCommand {
  const values = parsed(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  return {
    port: portOf(values.port ?? '3000'),
    host: values.host ?? '127.0.0.1',
    database: databaseOf(values.db ?? environment['LATCHKEY_DB'] ?? 'memory'),
    usersFile: values.users ?? null,
    weakPasswords: values['weak-passwords'] ?? false,
    origins: (values.origin ?? []).map((text) => originOf('--origin', text)),
    issuer: values.issuer === undefined ? null : issuerOf(values.issuer),
    publicOrigin: values.public === undefined ? null : originOf('--public', values.public),
    proxies: proxiesOf(values.proxies ?? '0'),
    clockEndpoint: values['clock-endpoint'] ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw misuse(`${firstSentence(error, args)}. See --help.`);
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port < 65_536)) throw misuse(`--port wants a number from 0 to 65535, not "${quoted(text)}".`);
  return port;
}

/** What a path of a file does not look like, and what may hold a password. */
const addressForms: readonly RegExp[] = [
  // A scheme (of more than one letter, unlike `C:`), and one that is percent-encoded.
  /^[a-z][a-z\d+.-]+:/i,
  /%3a%2f%2f/i,
  // Settings as libpq takes them, or as its environment variables and addresses name them.
  /(?:host|user|pass|password|passwd|pwd|dbname|dsn)\s*=/i,
];

function isLikeAnAddress(text: string): boolean {
  const colon = text.indexOf(':');
  // A user with a password.
  const isUser = colon !== -1 && text.includes('@', colon);
  return isUser || addressForms.some((form) => form.test(text));
}

/** What looks like an address and is none for PostgreSQL is a slip of the pen, no name of a file; it may hold a password. */
export function databaseOf(text: string): string {
  if (text === '' || (isLikeAnAddress(text) && !isPostgres(text))) {
    throw misuse('--db wants a file, a postgres:// address, or memory.');
  }
  return text;
}

export const isPostgres = (database: string): boolean => /^postgres(ql)?:\/\//.test(database);

function originOf(option: '--origin' | '--public', text: string): string {
  const origin = originIn(text);
  if (origin !== null) return origin;
  const example = option === '--origin' ? 'https://app.example' : 'https://api.example';
  throw misuse(`${option} wants an origin as browsers send it, such as ${example}, not "${quoted(text)}".`);
}

function proxiesOf(text: string): number {
  if (!/^\d$/.test(text)) throw misuse(`--proxies wants a number from 0 to 9, not "${quoted(text)}".`);
  return Number(text);
}

function issuerOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  // Every token names the issuer, so a password in it would be everybody's.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw misuse(`--issuer wants a URL such as https://api.example, not "${quoted(text)}".`);
  }
  return text;
}
