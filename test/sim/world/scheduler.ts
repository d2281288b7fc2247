import type { Clock } from '@latchkey/mock-server';
import { deliverCryptoBy } from './in-thread-crypto.ts';

/** Whoever runs code: a tab, or the network with the server behind it. */
export interface Actor {
  readonly name: string;
  /** Whether code of it can run now; what waits for it waits. */
  readonly runs: boolean;
  /** Whether it will never run again. */
  readonly gone: boolean;
}

/** Something that is going to happen. */
export interface Plan {
  /** As the trace calls it. */
  readonly what: string;
  readonly actor: Actor;
  run(): void;
  /** Milliseconds until it happens of itself. Default 0. */
  readonly delay?: number;
  /** Milliseconds before which it cannot happen. Default 0. */
  readonly soonest?: number;
  /** Of the plans in one lane only the first can happen. */
  readonly lane?: string;
  /** A timer: happens at its time and cannot be picked. */
  readonly timed?: boolean;
  /** Not worth a line of the trace. */
  readonly quiet?: boolean;
  /** Happens even while the actor's page does not run. */
  readonly beneath?: boolean;
}

interface Pending extends Plan {
  readonly id: number;
  readonly at: number;
  readonly earliest: number;
}

export interface Scheduler {
  now(): number;
  /** Adds to what is going to happen; returns the way to take it back. */
  plan(plan: Plan): () => void;
  /** Runs code of `actor` now, lets everything it sets off come to rest, then checks. */
  act(actor: Actor, what: string | null, run: () => void): Promise<void>;
  /** Lets time pass; what falls due happens in its order. `asleep`: the device sleeps, and what waits for it happens afterwards. */
  advance(milliseconds: number, asleep?: boolean): Promise<void>;
  /** The `k`-th of what can happen next happens now, however early. */
  pick(k: number): Promise<void>;
  readonly asleep: boolean;
  /** Whose code runs now. */
  readonly acting: Actor | null;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  /** Turns of the event loop after which all that was set off has come to rest. */
  readonly turns: number;
  readonly trace: (actor: Actor, what: string) => void;
  /** Called after each happening. */
  readonly afterwards: () => void;
  /** Called with each span of time that passes. */
  readonly onTime: (milliseconds: number) => void;
  /** More happens within one minute than ever should. */
  readonly onStorm: (happening: string) => void;
  /** Once true, nothing happens any more. */
  readonly isOver: () => boolean;
}

/** Happenings in one minute of which nothing good can come; six busy tabs stay far below. */
const storm = 5_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, turns, trace, afterwards, onTime, isOver } = options;
  let pending: Pending[] = [];
  let count = 0;
  let minute = 0;
  let inMinute = 0;
  let asleep = false;
  let acting: Actor | null = null;

  const plan = (given: Plan): (() => void) => {
    count += 1;
    const now = clock.now();
    const entry: Pending = { ...given, id: count, at: now + (given.delay ?? 0), earliest: now + (given.soonest ?? 0) };
    pending.push(entry);
    return () => {
      pending = pending.filter((other) => other !== entry);
    };
  };

  const canRun = ({ actor, beneath }: Pending): boolean => beneath === true || actor.runs;

  const act = async (actor: Actor, what: string | null, run: () => void): Promise<void> => {
    if (what !== null) trace(actor, what);
    acting = actor;
    deliverCryptoBy(
      actor.name === 'server' ? null : (deliver) => plan({ what: 'crypto', actor, run: deliver, quiet: true }),
    );
    run();
    for (let rest = turns; rest > 0; rest--) await turn();
    acting = null;
    deliverCryptoBy(null);
    afterwards();
  };

  const happen = async (entry: Pending): Promise<void> => {
    pending = pending.filter((other) => other !== entry);
    const now = Math.floor(clock.now() / 60_000);
    inMinute = now === minute ? inMinute + 1 : 0;
    minute = now;
    if (inMinute > storm) options.onStorm(`${entry.actor.name}: ${entry.what}`);
    if (!entry.actor.gone) await act(entry.actor, entry.quiet ? null : entry.what, entry.run);
  };

  const moveTo = (instant: number): void => {
    const span = instant - clock.now();
    if (span <= 0) return;
    onTime(span);
    clock.advance(span);
  };

  /** The first of each lane, and whatever is in none. */
  const heads = (): Pending[] => {
    const lanes = new Set<string>();
    return pending.filter((entry) => {
      if (entry.actor.gone || !canRun(entry)) return false;
      if (entry.lane === undefined) return true;
      if (lanes.has(entry.lane)) return false;
      lanes.add(entry.lane);
      return true;
    });
  };

  const due = (until: number): Pending | null => {
    let first: Pending | null = null;
    for (const entry of heads()) {
      if (entry.at <= until && (first === null || entry.at < first.at)) first = entry;
    }
    return first;
  };

  const runUntil = async (target: number): Promise<void> => {
    for (let entry = due(target); entry !== null && !isOver(); entry = due(target)) {
      moveTo(entry.at);
      await happen(entry);
    }
    if (!isOver()) moveTo(target);
  };

  return {
    now: () => clock.now(),
    plan,
    act,
    async advance(milliseconds, sleeping = false) {
      // What was written has travelled before a device falls asleep.
      if (sleeping) await runUntil(clock.now() + 5);
      asleep = sleeping;
      await runUntil(clock.now() + milliseconds);
      asleep = false;
      if (sleeping) await runUntil(clock.now());
    },
    async pick(k) {
      const open = heads().filter(({ timed }) => timed !== true);
      const entry = open[k % open.length];
      if (entry === undefined) return;
      if (entry.earliest > clock.now()) await runUntil(entry.earliest);
      if (pending.includes(entry) && !isOver() && canRun(entry)) await happen(entry);
    },
    get asleep() {
      return asleep;
    },
    get acting() {
      return acting;
    },
  };
}
