import fc from 'fast-check';
import type { Endpoint, Trouble } from '../world/flight.ts';
import { anyEpisode } from './arbitrary-episode.ts';
import type { Command, Program, Setup } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The first of a list is what a failing program shrinks to. */
const oneOf = <const T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const setup: fc.Arbitrary<Setup> = fc.record({
  seed: fc.nat(0xffff),
  tabs: oneOf(1, 2, 2, 2, 2, 3, 3, 4, 6),
  server: oneOf('keyed', 'keyed', 'strict', 'refusing'),
  locks: oneOf(true, true, true, false),
  hears: oneOf('both', 'both', 'both', 'events', 'messages'),
  renew: oneOf('on-use', 'on-use', 'while-visible'),
  start: oneOf(
    'fresh',
    'expired',
    'expired',
    'expired',
    'due',
    'due',
    'nobody',
    'adopted',
    'last minutes of the week',
    'last minutes of the session',
  ),
});

const tab = fc.nat(3);
const user = oneOf('ada', 'ada', 'bob');

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.constant<Trouble>({ kind: 'lost answer' }),
  fc.constant<Trouble>({ kind: 'lost request' }),
  fc.record({
    kind: oneOf('slow answer', 'slow request'),
    by: oneOf(1 * second, 4 * second, 7 * second, 20 * second, 2 * minute),
  }),
  fc.constant<Trouble>({ kind: 'never' }),
  fc.record({ kind: fc.constant('status' as const), status: oneOf(503, 500, 408) }),
  fc.record({ kind: fc.constant('status' as const), status: fc.constant(429), retryAfter: oneOf(2, 30, 120) }),
  fc.constant<Trouble>({ kind: 'html' }),
  fc.constant<Trouble>({ kind: 'status', status: 401 }),
);

const endpoint: fc.Arbitrary<Endpoint> = oneOf(
  'refresh',
  'refresh',
  'refresh',
  'refresh',
  'logout',
  'logout',
  'login',
  'me',
);

const span = fc.oneof(
  { weight: 5, arbitrary: oneOf(1, 3, 5, 10, 21, 25, 41, 50) },
  { weight: 3, arbitrary: oneOf(100, 300, 1 * second, 2 * second, 5 * second) },
  { weight: 2, arbitrary: oneOf(6 * second, 16 * second, 1 * minute, 2 * minute + 5 * second, 4 * minute) },
  { weight: 1, arbitrary: oneOf(20 * minute, 19 * minute + 30 * second, 1 * hour) },
);

const nap = oneOf(1 * minute, 5 * minute, 20 * minute, 20 * minute, 3 * hour, 1 * day, 7 * day, 8 * day, 91 * day);

const jump = oneOf(
  ...[10 * second, 5 * minute, 1 * hour, 12 * hour, 8 * day, 365 * day].flatMap((by) => [by, -by] as const),
);

const endpointTrouble = fc
  .tuple(endpoint, trouble)
  .map(([to, what]): Command => ({ do: 'trouble', endpoint: to, trouble: what }));

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ do: fc.constant('step' as const), pick: fc.nat(9) }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('advance' as const), by: span }) },
  { weight: 18, arbitrary: fc.record({ do: fc.constant('request' as const), tab, times: oneOf(1, 1, 1, 3) }) },
  {
    weight: 2,
    arbitrary: tab.map((at): Command => ({ do: 'request', tab: at, times: 1, streaming: true })),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('token' as const), tab, minValidity: oneOf(0, 5 * minute) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('refresh' as const), tab, force: oneOf(false, true) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('login' as const), tab, user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('adopt' as const), tab, user }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('logout' as const), tab }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('sleep' as const), by: nap }) },
  { weight: 8, arbitrary: endpointTrouble },
  {
    weight: 12,
    arbitrary: fc.record({
      do: oneOf('reload', 'freeze', 'freeze', 'thaw', 'thaw', 'kill', 'open', 'open', 'remount', 'hide', 'show'),
      tab,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: oneOf('offline', 'online') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump' as const), by: jump }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), tab: oneOf(null, 0, 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('new password' as const), user }) },
  { weight: 2, arbitrary: fc.record({ do: oneOf('occupy lock', 'vacate lock') }) },
);

export const anyProgram: fc.Arbitrary<Program> = fc.record({
  setup,
  commands: fc
    .array(
      fc.oneof({ weight: 30, arbitrary: command.map((single) => [single]) }, { weight: 1, arbitrary: anyEpisode }),
      { minLength: 1, maxLength: 40, size: 'max' },
    )
    .map((parts) => parts.flat()),
});
