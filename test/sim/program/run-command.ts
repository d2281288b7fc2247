import { attemptUnderWay, pairOf } from '../ledger.ts';
import type { Page } from '../world/page.ts';
import { baseUrl } from '../world/page.ts';
import type { World } from '../world/world.ts';
import { describeCommand } from './describe-program.ts';
import type { Command, User } from './program.ts';

/** The name of the lock around a refresh. */
export const refreshLock = 'latchkey:latchkey';

const passwords = new WeakMap<World, Record<User, string>>();

const passwordOf = (world: World, user: User): string => passwords.get(world)?.[user] ?? `${user}-password`;

/** A page that stops in the middle of a refresh is an excuse for what its tokens meet. */
function interrupt({ ledger, network, locks, scheduler }: World, page: Page): void {
  ledger.interrupted(scheduler.now());
  const refreshing = network.flights.some(
    (flight) => flight.page === page && flight.endpoint === 'refresh' && !flight.settled,
  );
  if (refreshing || locks.holds(page) || attemptUnderWay(page)) ledger.excuse(pairOf(page)?.sid, 'slow');
  for (const flight of network.flights) {
    if (flight.page !== page || flight.endpoint !== 'refresh' || flight.settled) continue;
    ledger.excuse(ledger.refreshToken(flight.fields['refresh_token'])?.session.sid, 'slow');
  }
}

type Act = (page: Page, run: () => void) => Promise<void>;
type Of<Kind extends Command['do']> = Extract<Command, { do: Kind }>;

/** What an application does with its client. */
function call(world: World, page: Page, command: Of<'request' | 'token' | 'refresh' | 'login' | 'logout'>): void {
  const { calls } = world;
  const { client } = page;
  switch (command.do) {
    case 'request':
      for (let count = 0; count < command.times; count++) {
        const init = command.streaming
          ? { method: 'POST', body: new Blob(['all of it']).stream(), duplex: 'half' }
          : {};
        calls.make(page, 'request', (id) => client.fetch(`${baseUrl}me?call=${id}`, init));
      }
      return;
    case 'token':
      return void calls.make(page, 'token', () => client.getAccessToken({ minValidity: command.minValidity }));
    case 'refresh':
      return void calls.make(page, 'refresh', () => client.refresh({ force: command.force }));
    case 'login': {
      const { user } = command;
      const credentials = { username: user, password: passwordOf(world, user) };
      return void calls.make(page, 'login', () => client.login(credentials));
    }
    case 'logout': {
      world.ledger.over(pairOf(page)?.sid, 'logout', world.scheduler.now());
      calls.make(page, 'logout', () => client.logout());
    }
  }
}

async function adopt(world: World, page: Page, user: User, act: Act, age = 0): Promise<void> {
  const tokens = await world.server.seedSession(user, { age });
  world.ledger.issue(JSON.stringify(tokens));
  await act(page, () => void page.client.adoptTokens(tokens));
}

function closed(world: World, tab: number): boolean {
  return tab < 6 && (world.pages[tab] ?? null) === null;
}

async function toPage(world: World, page: Page, command: Command, act: Act): Promise<void> {
  switch (command.do) {
    case 'request':
    case 'token':
    case 'refresh':
    case 'login':
    case 'logout':
      if (page.state === 'running') await act(page, () => call(world, page, command));
      return;
    case 'adopt':
      if (page.state === 'running') await adopt(world, page, command.user, act);
      return;
    case 'clear':
      if (page.state === 'running') await act(page, () => page.view.clear());
      return;
    case 'remount':
      if (page.state !== 'running') return;
      interrupt(world, page);
      return act(page, () => page.remount());
    case 'hide':
    case 'show':
      if (page.state === 'running') await act(page, () => page.show(command.do === 'show'));
      return;
    case 'freeze':
      interrupt(world, page);
      return act(page, () => page.freeze());
    case 'thaw':
      return thaw(world, page);
    case 'reload':
      interrupt(world, page);
      await act(page, () => page.state === 'running' && page.signal({ type: 'leaving' }));
      world.closeTab(page.tab);
      return act(world.you as Page, () => void world.openTab(page.tab));
    case 'kill':
      interrupt(world, page);
      return void world.closeTab(page.tab);
  }
}

/** What waited comes first, in its order, unless something is picked; the page hears that it is back like everything else. */
export async function thaw({ scheduler }: World, page: Page): Promise<void> {
  if (page.state !== 'frozen') return;
  page.thaw();
  scheduler.plan({ what: 'is back', actor: page, run: () => page.signal({ type: 'restored' }) });
}

/** Does one thing to the world. */
export async function runCommand(world: World, command: Command): Promise<void> {
  const { scheduler, network, locks, server, you } = world;
  const act: Act = (page, run) => scheduler.act(page, null, run);
  if (command.do !== 'step' && command.do !== 'advance') world.trace(you, `· ${describeCommand(command)}`);
  switch (command.do) {
    case 'step':
      return scheduler.pick(command.pick);
    case 'advance':
      return scheduler.advance(command.by);
    case 'sleep':
      for (const page of world.openPages) interrupt(world, page);
      return world.sleep(command.by);
    case 'offline':
    case 'online':
      return world.setOnline(command.do === 'online');
    case 'trouble':
      return network.trouble(command.endpoint, command.trouble);
    case 'jump':
      return world.setClock(command.by);
    case 'occupy lock':
      return locks.occupy(refreshLock);
    case 'vacate lock':
      return locks.vacate();
    case 'revoke': {
      const live = world.openPages.map((page) => pairOf(page)?.sid).find((sid) => sid !== undefined);
      if (live) await server.sessions.revoke(live);
      return;
    }
    case 'new password': {
      const password = `${passwordOf(world, command.user)}.`;
      passwords.set(world, { ada: passwordOf(world, 'ada'), bob: passwordOf(world, 'bob'), [command.user]: password });
      return server.users.setPassword(command.user, password);
    }
    case 'open':
      if (closed(world, command.tab)) await scheduler.act(you, null, () => void world.openTab(command.tab));
      return;
    default: {
      if (command.do === 'clear' && command.tab === null) return world.storage.clear();
      const page = world.pages[command.tab ?? 0];
      if (page) await toPage(world, page, command, act);
    }
  }
}

/** Brings the world to where the program begins. */
export async function prepare(world: World): Promise<void> {
  const { setup, scheduler, server, ledger } = world;
  const minute = 60_000;
  const day = 24 * 60 * minute;
  const act: Act = (page, run) => scheduler.act(page, null, run);
  for (let tab = 0; tab < setup.tabs; tab++) await scheduler.act(world.you, null, () => void world.openTab(tab));
  const [first] = world.openPages;
  if (setup.start === 'nobody' || first === undefined) return;
  if (setup.start === 'adopted') {
    await adopt(world, first, 'ada', act);
  } else if (setup.start === 'last minutes of the session') {
    const tokens = await server.seedSession('ada', { age: 90 * day - 12 * minute });
    ledger.issue(JSON.stringify(tokens));
    await act(first, () => void first.client.adoptTokens(tokens));
  } else {
    await runCommand(world, { do: 'login', tab: 0, user: 'ada' });
  }
  await scheduler.advance(1000);
  const idle = { due: 20 * minute - 30_000, expired: 20 * minute, 'last minutes of the week': 7 * day - 3 * minute };
  const span = idle[setup.start as keyof typeof idle];
  if (span !== undefined) await world.sleep(span - 1000);
}
