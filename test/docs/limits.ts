import type { Policy } from '@latchkey/mock-server';
import { resolvePolicy } from '../../packages/mock-server/src/policy.ts';
import { type Ask, type ExampleServer, jsonBody, openExampleServer, refreshAsk } from './example-server.ts';
import { code, table } from './markdown.ts';

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** `604800000` as `7 days`. */
export function spoken(milliseconds: number): string {
  const [size, name] = units.find(([unit]) => milliseconds >= unit && milliseconds % unit === 0) ?? [1, 'millisecond'];
  const count = milliseconds / size;
  return `${count.toLocaleString('en')} ${name}${count === 1 ? '' : 's'}`;
}

type NumberName = { [Name in keyof Policy]: Policy[Name] extends number ? Name : never }[keyof Policy];

const meanings: Readonly<Record<NumberName, string>> = {
  accessTtl: 'how long an access token is good for',
  refreshWindow: 'the week: how long a session may lie unused',
  refreshTtl: 'the three months: how long a session lasts from its login',
  replayWindow: 'how long a lost answer can be asked for again',
  dpopReplayWindow: 'the same for a session that is bound to a device key',
  maxReplays: 'how often it can be asked for',
  refreshesPerMinute: 'refreshes of one session within a minute',
  refreshesPerAddress: 'refreshes from one address within a minute',
  maxSessions: 'live sessions of one user; a login beyond them ends the oldest',
  reauthenticateAfter: 'how old a login may be for listing sessions, and ending them',
};

/** The numbers the server goes by, from where it takes them itself. */
export function tellDefaults(): string {
  const policy = resolvePolicy();
  const isCount = (name: string) => /^max|^refreshesPer/.test(name);
  return table(
    ['name', 'what', 'default'],
    Object.entries(meanings).map(([name, meaning]) => {
      const value = policy[name as NumberName];
      return [code(name), meaning, isCount(name) ? value.toLocaleString('en') : spoken(value)];
    }),
  );
}

interface Limit {
  readonly what: string;
  readonly key: string;
  /** A request that counts. */
  readonly spend: (n: number) => Ask;
}

const unknownToken = `rt1_${'x'.repeat(43)}`;
const wrong = (username: string, headers: Record<string, string> = {}) =>
  jsonBody('auth/login', { username, password: 'wrong' }, headers);
const from = (n: number) => ({ 'x-forwarded-for': `198.51.${n >> 8}.${n & 255}` });

const fromOne = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n % 256}` });

const limits: readonly Limit[] = [
  { what: 'wrong passwords', key: 'username and address', spend: () => wrong('ada') },
  { what: 'wrong passwords', key: 'address', spend: (n) => wrong(`user ${n}`) },
  { what: 'wrong passwords', key: 'username and network: /24, /56, /48', spend: (n) => wrong('ada', fromOne(n)) },
  { what: 'wrong passwords', key: 'network', spend: (n) => wrong(`user ${n}`, fromOne(n)) },
  { what: 'wrong passwords', key: 'username, from all addresses', spend: (n) => wrong('ada', from(n)) },
  { what: 'unknown tokens and tickets, at refresh and logout', key: 'address', spend: () => refreshAsk(unknownToken) },
];

/** Tries until the server makes it wait, and goes on until the wait does not grow any more. */
export async function tellLimits(): Promise<string> {
  const rows = [];
  for (const { what, key, spend } of limits) {
    const world = await openExampleServer();
    try {
      const { free, waits } = await triesAndWaits(world, spend);
      const [first = 0, second = 0] = waits;
      if (second !== 2 * first) throw new Error(`The wait grows from ${first} to ${second} seconds.`);
      const longest = Math.max(...waits);
      const forgotten = await forgottenAfter(world, spend, free);
      rows.push([what, key, String(free), ...[first, longest, forgotten].map((wait) => spoken(wait * 1_000))]);
    } finally {
      await world.close();
    }
  }
  const head = ['what is counted', 'by', 'free', 'first wait, doubled each time', 'longest wait', 'forgotten after'];
  return table(head, rows);
}

/** Seconds to wait; 0 for a request that was let through, and counted. */
async function waitAfter({ ask }: ExampleServer, request: Ask): Promise<number> {
  const { response } = await ask(request);
  return response.status === 429 ? Number(response.headers.get('retry-after')) : 0;
}

async function triesAndWaits(world: ExampleServer, spend: Limit['spend']): Promise<{ free: number; waits: number[] }> {
  const waits: number[] = [];
  let free = 0;
  for (let n = 0; waits.length < 2 || waits.at(-1) !== waits.at(-2); n += 1) {
    const wait = await waitAfter(world, spend(n));
    if (wait > 0) waits.push(wait);
    else if (waits.length === 0) free += 1;
    world.server.clock.advance(wait * 1_000);
  }
  return { free, waits };
}

/** An hour, or it is an error: one try after 59 minutes is still one too many, and after 60 all are free again. */
async function forgottenAfter(world: ExampleServer, spend: Limit['spend'], free: number): Promise<number> {
  const { clock } = world.server;
  await waitAfter(world, spend(2_000));
  clock.advance('59m');
  await waitAfter(world, spend(2_001));
  if ((await waitAfter(world, spend(2_002))) === 0) throw new Error('It was forgotten within an hour.');
  clock.advance('60m');
  for (let n = 0; n < free; n += 1) {
    if ((await waitAfter(world, spend(3_000 + n))) > 0) throw new Error('It was not forgotten after an hour.');
  }
  return 3_600;
}
