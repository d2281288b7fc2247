import fc from 'fast-check';
import type { Trouble } from '../world/flight.ts';
import type { Command } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const oneOf = <const T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const tab = fc.nat(1);
const step: fc.Arbitrary<Command> = fc.record({ do: fc.constant('step' as const), pick: fc.nat(5) });
const advance = (...spans: readonly number[]): fc.Arbitrary<Command> =>
  fc.record({ do: fc.constant('advance' as const), by: oneOf(...spans) });
const trouble = (endpoint: 'refresh' | 'me', what: Trouble): fc.Arbitrary<Command> =>
  fc.constant({ do: 'trouble', endpoint, trouble: what });
const command = (given: Command): fc.Arbitrary<Command> => fc.constant(given);
const inTab = (make: (at: number) => Command): fc.Arbitrary<Command> => tab.map(make);

const use = inTab((at) => ({ do: 'request', tab: at, times: 1 }));
const refresh = inTab((at) => ({ do: 'refresh', tab: at, force: true }));
const logout = inTab((at) => ({ do: 'logout', tab: at }));
const login = fc.record({ do: fc.constant('login' as const), tab, user: oneOf('ada', 'bob') });

/** One after the other; each can be left out when the smallest program is looked for. */
const sequence = (...parts: readonly fc.Arbitrary<Command>[]): fc.Arbitrary<readonly Command[]> =>
  fc
    .tuple(...parts.map((part) => fc.option(part, { freq: 10_000 })))
    .map((commands) => commands.filter((given) => given !== null));

/** What ends or changes a session meets what is under way, in whatever order. */
const crossing = sequence(
  fc.oneof(refresh, refresh, login),
  step,
  fc.oneof(step, advance(1, 20)),
  fc.oneof(logout, logout, login, refresh, command({ do: 'revoke' })),
  step,
  step,
  fc.oneof(step, use, login, logout),
  step,
  advance(5, 300),
);

/** An answer that comes after its exchange was given up, and after others have gone on. */
const lateAnswer = sequence(
  trouble('refresh', { kind: 'slow answer', by: 20 * second }),
  refresh,
  advance(15.2 * second, 16.5 * second),
  fc.oneof(refresh, login, logout),
  advance(1 * second, 1.5 * second),
  refresh,
  advance(5 * second),
);

/** A page that is gone before its answer is there, and what the next one makes of it. */
const leftUnfinished = fc
  .tuple(tab, oneOf('kill', 'reload', 'remount'))
  .chain(([at, how]) =>
    sequence(
      fc.oneof(
        trouble('refresh', { kind: 'lost answer' }),
        trouble('refresh', { kind: 'never' }),
        trouble('refresh', { kind: 'slow answer', by: 4 * second }),
      ),
      command({ do: 'refresh', tab: at, force: true }),
      step,
      step,
      command({ do: how, tab: at }),
      advance(10, 2 * second),
      command({ do: 'open', tab: at }),
      advance(6 * second, 3 * minute),
      use,
    ),
  );

/** An API that will not be satisfied. */
const stubborn = sequence(
  trouble('me', { kind: 'status', status: 401 }),
  trouble('me', { kind: 'status', status: 401 }),
  trouble('me', { kind: 'status', status: 401 }),
  use,
  advance(300),
  use,
  advance(300),
);

/** The server mistakes the user for another, while others go on. */
const mixUp = sequence(
  trouble('refresh', { kind: 'mix-up' }),
  refresh,
  step,
  fc.oneof(step, login, logout),
  step,
  advance(100, 2 * second),
);

/** A request whose body can be sent only once, when the token is due and the refresh fails. */
const streamWhenDue = sequence(
  advance(19 * minute + 15 * second),
  fc.oneof(
    trouble('refresh', { kind: 'status', status: 503 }),
    trouble('refresh', { kind: 'lost request' }),
    command({ do: 'offline' }),
  ),
  inTab((at) => ({ do: 'request', tab: at, times: 1, streaming: true })),
  advance(5 * second),
  command({ do: 'online' }),
);

/** Somebody comes back after the week. */
const afterTheWeek = sequence(
  command({ do: 'sleep', by: 8 * day }),
  fc.oneof(command({ do: 'occupy lock' }), advance(1)),
  use,
  advance(1 * second),
  fc.oneof(use, logout, login),
);

/** Courses of events that chance alone would seldom bring about. */
export const anyEpisode: fc.Arbitrary<readonly Command[]> = fc.oneof(
  { weight: 3, arbitrary: crossing },
  lateAnswer,
  leftUnfinished,
  stubborn,
  mixUp,
  streamWhenDue,
  afterTheWeek,
);
