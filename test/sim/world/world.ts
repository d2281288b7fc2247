import type { SessionEvent, SessionSnapshot } from '@latchkey/client/core';
import { type AuthServer, createAuthServer, manualClock, memoryStore, pbkdf2 } from '@latchkey/mock-server';
import type { Checks, Invariant } from '../invariants/invariant.ts';
import { createLedger, type Ledger, pairOf, parsePair, recordKey, type SessionFacts } from '../ledger.ts';
import type { Setup } from '../program/program.ts';
import { type Call, type Calls, createCalls, describeOutcome } from './calls.ts';
import { createDeviceChannels } from './device-channels.ts';
import { createDeviceLocks, type DeviceLocks } from './device-locks.ts';
import { createDeviceStorage, type DeviceStorage, type Write } from './device-storage.ts';
import type { Answer } from './flight.ts';
import { createNetwork, type Network } from './network.ts';
import { type CreateClient, type Device, openPage, type Page } from './page.ts';
import { type Actor, createScheduler, type Scheduler } from './scheduler.ts';
import { createSeededRandom } from './seeded-random.ts';
import { signingKeys } from './signing-keys.ts';

/** Everything there is: a device with tabs, a network, the server, and those who watch. */
export interface World {
  readonly setup: Setup;
  readonly server: AuthServer;
  readonly store: ReturnType<typeof memoryStore>;
  readonly scheduler: Scheduler;
  readonly storage: DeviceStorage;
  readonly locks: DeviceLocks;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly calls: Calls;
  readonly you: Actor;
  /** By tab; null where it is closed. */
  readonly pages: readonly (Page | null)[];
  readonly openPages: readonly Page[];
  readonly clockError: number;
  /** When the device's clock was last set; when it last woke from sleep. */
  readonly jumped: number | null;
  readonly woke: number;
  /** When storage was last cleared by the user or the application. */
  readonly clearedAt: number;
  sleep(milliseconds: number): Promise<void>;
  setOnline(online: boolean): void;
  openTab(tab: number): Page;
  closeTab(tab: number): void;
  setClock(by: number): void;
  trace(actor: Actor, what: string): void;
  /** A promise was broken: the run is over. */
  violate(what: string): void;
  readonly violation: string | null;
  readonly lines: readonly string[];
  /** Each invariant looks at the world once more. */
  check(): void;
}

const users = [
  { username: 'ada', password: 'ada-password' },
  { username: 'bob', password: 'bob-password' },
];
/** Noon of the first of January 2026. */
const start = Date.UTC(2026, 0, 1, 12);

export interface WorldOptions {
  readonly createClient: CreateClient;
  readonly invariants: readonly Invariant[];
  readonly turns: number;
}

const actor = (name: string): Actor => ({ name, runs: true, gone: false });

const stamp = (milliseconds: number): string => {
  const days = Math.floor(milliseconds / 86_400_000);
  const time = new Date(milliseconds % 86_400_000).toISOString().slice(11, 23);
  return `${days > 0 ? `${days}d ` : ''}${time}`;
};

export function createWorld(setup: Setup, { createClient, invariants, turns }: WorldOptions): World {
  const clock = manualClock(start);
  const random = createSeededRandom(setup.seed);
  const store = memoryStore();
  const server = createAuthServer({
    users,
    store,
    clock,
    random,
    signingKeys,
    passwordHasher: pbkdf2({ iterations: 1, weakForTests: true }),
    policy: { replayWindow: setup.server === 'keyed' ? 120_000 : 0 },
  });
  const lines: string[] = [];
  const pages: (Page | null)[] = [];
  const loads: number[] = [];
  const [you, serverActor, stranger] = [actor('you'), actor('server'), actor('stranger')];
  let violation: string | null = null;
  let clockError = 0;
  let jumped: number | null = null;
  let woke = 0;
  let clearedAt = 0;

  const trace = ({ name }: Actor, what: string): void => {
    lines.push(`${stamp(clock.now() - start)}  ${name.padEnd(7)} ${what}`);
  };
  const violate = (what: string): void => {
    violation ??= what;
  };
  const each = (visit: (checks: Checks) => void): void => {
    if (violation === null) for (const checks of watching) visit(checks);
  };

  const ledger = createLedger(() => clock.now());
  const calls = createCalls(
    (call) => each((checks) => checks.onCall?.(call)),
    (call) => {
      trace(call.page, `call ${call.id} (${call.kind}) → ${describeOutcome(call)}`);
      each((checks) => checks.onSettled?.(call));
    },
  );
  const waitsForOwnRequest = ({ kind, id, page }: Call): boolean =>
    network.flights.some(
      (flight) =>
        !flight.settled &&
        flight.page === page &&
        (kind === 'login' ? flight.endpoint === 'login' : flight.call === id),
    );
  const scheduler = createScheduler({
    clock,
    turns,
    trace,
    afterwards: () => each((checks) => checks.afterwards?.()),
    onStorm: (happening) => violate(`the tabs do not come to rest (${happening})`),
    isOver: () => violation !== null,
    onTime(milliseconds) {
      for (const call of calls.all) {
        if (call.outcome === null && call.page.runs && !waitsForOwnRequest(call)) call.waited += milliseconds;
      }
    },
  });
  const onWrite = (write: Write, before: ReadonlyMap<string, string>): void => {
    const [from, to] = [parsePair(before.get(recordKey)), parsePair(write.key === recordKey ? write.value : null)];
    const isRecord = write.key === recordKey;
    const what = isRecord
      ? to
        ? `stores ${ledger.nameOf(to)}`
        : `removes ${from && ledger.nameOf(from)}`
      : 'clears storage';
    if (to) ledger.stored(to);
    if (isRecord || write.key === null) trace(write.by ?? you, what);
    if (write.key === null) {
      clearedAt = clock.now();
      ledger.cause(parsePair(storage.settled.get(recordKey))?.sid, 'cleared');
      ledger.cause(from?.sid, 'cleared');
    }
    const unseen = parsePair(storage.settled.get(recordKey));
    if (isRecord && unseen && unseen.sid !== from?.sid && unseen.sid !== to?.sid) ledger.cause(unseen.sid, 'collision');
    if (isRecord && from && to && from.sid !== to.sid) ledger.over(from.sid, 'replaced', clock.now(), to.sid);
    each((checks) => checks.onWrite?.(write, from, to));
  };
  const storage = createDeviceStorage(scheduler, setup.hears !== 'messages', onWrite);
  const locks = createDeviceLocks(scheduler, stranger, (by, name) => {
    trace(by, `no longer waits for ${name}`);
    ledger.excuse(pairOf(by as Page)?.sid, 'unlocked');
  });
  const channels = createDeviceChannels(scheduler, (message) => each((checks) => checks.onSaid?.(message)));
  if (!setup.locks) ledger.excuseAll('unlocked');

  const mixUp = async (asked: SessionFacts): Promise<Answer> => {
    const tokens = await server.seedSession(asked.user === 'ada' ? 'bob' : 'ada');
    const body = JSON.stringify(tokens);
    ledger.issue(body);
    ledger.cause(asked.sid, 'refused');
    return { status: 200, headers: new Headers({ 'content-type': 'application/json' }), body };
  };

  const network = createNetwork(server, serverActor, scheduler, {
    onSent(flight) {
      trace(
        flight.page,
        `sends ${flight.endpoint} #${flight.id} (${ledger.describe(flight)})${flight.trouble ? ` [${flight.trouble.kind}]` : ''}`,
      );
      each((checks) => checks.onSent?.(flight));
      ledger.presented(flight);
    },
    async beforeServer({ endpoint, fields, trouble }) {
      const token = ledger.refreshToken(fields['refresh_token']);
      if (trouble?.kind === 'mix-up') return token ? mixUp(token.session) : null;
      const spent = token !== undefined && token.generation < token.session.generation;
      if (setup.server !== 'refusing' || endpoint !== 'refresh' || !spent) return null;
      const headers = new Headers({ 'content-type': 'application/json' });
      return { status: 400, headers, body: '{"error":"invalid_grant"}' };
    },
    async onServed(flight, answer) {
      trace(
        serverActor,
        `answers ${flight.endpoint} #${flight.id}: ${answer.status} ${answer.status < 300 ? '' : answer.body}`,
      );
      if (answer.status === 200 && flight.endpoint !== 'me' && flight.endpoint !== 'logout') ledger.issue(answer.body);
      for (const checks of watching) await checks.onServed?.(flight, answer);
    },
    onArrival(flight) {
      ledger.arrived(flight);
      each((checks) => checks.onArrival?.(flight));
    },
  });

  const device: Device = {
    createClient,
    scheduler,
    storage,
    locks: setup.locks ? locks : null,
    channels: setup.hears === 'events' ? null : channels,
    network,
    renew: setup.renew,
    clockError: () => clockError,
    random,
    onEvent(page: Page, before: SessionSnapshot, snapshot: SessionSnapshot, event: SessionEvent) {
      const reason = 'reason' in event ? ` (${event.reason})` : '';
      trace(page, `event ${event.type}${reason}, ${event.origin}`);
      each((checks) => checks.onEvent?.(page, before, snapshot, event));
    },
    onLongTimer(page, delay) {
      violate(`${page.name} set a timer of ${delay} ms, longer than timers can be`);
    },
  };

  const world: World = {
    setup,
    server,
    store,
    scheduler,
    storage,
    locks,
    network,
    ledger,
    calls,
    you,
    pages,
    get openPages() {
      return pages.filter((page) => page !== null && page !== undefined);
    },
    get clockError() {
      return clockError;
    },
    get jumped() {
      return jumped;
    },
    openTab(tab) {
      loads[tab] = (loads[tab] ?? 0) + 1;
      const page = openPage(device, `tab ${tab + 1}${"'".repeat(loads[tab] - 1)}`, tab);
      pages[tab] = page;
      return page;
    },
    closeTab(tab) {
      pages[tab]?.end();
      pages[tab] = null;
    },
    get clearedAt() {
      return clearedAt;
    },
    get woke() {
      return woke;
    },
    async sleep(milliseconds) {
      woke = clock.now() + milliseconds + 5;
      await scheduler.advance(milliseconds, true);
    },
    setOnline(online) {
      if (online && !network.online) {
        for (const page of world.openPages) {
          scheduler.plan({ what: 'is online', actor: page, run: () => page.signal({ type: 'online' }) });
        }
        each((checks) => checks.onOnline?.());
      }
      network.setOnline(online);
    },
    setClock(by) {
      clockError += by;
      jumped = clock.now();
    },
    trace,
    violate,
    get violation() {
      return violation;
    },
    lines,
    check: () => each((checks) => checks.afterwards?.()),
  };
  const watching: Checks[] = invariants.map((invariant) => invariant(world));
  return world;
}
