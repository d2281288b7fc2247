import { outboxCapacity } from '../../../packages/client/src/storage/outbox.ts';
import { parsePair, recordKey } from '../ledger.ts';
import type { Call } from '../world/calls.ts';
import { baseUrl, type Page } from '../world/page.ts';
import type { World } from '../world/world.ts';

const minute = 60_000;

const request = async (world: World, page: Page): Promise<Call> => {
  let call: Call | undefined;
  await world.scheduler.act(page, null, () => {
    call = world.calls.make(page, 'request', (id) => page.client.fetch(`${baseUrl}me?call=${id}`));
  });
  await world.scheduler.advance(30_000);
  return call as Call;
};

/** How much longer the client wants to be left alone, where that is why a call failed. */
const restOf = ({ outcome }: Call): number =>
  outcome && 'error' in outcome ? ((outcome.error as { retryAfter?: number }).retryAfter ?? 0) : 0;

/** What a request comes to, by what the tab shows after it. */
const expected: Readonly<Record<string, (outcome: NonNullable<Call['outcome']>) => boolean>> = {
  'signed-in': (outcome) => 'value' in outcome && (outcome.value as Response).status === 200,
  'signed-out': (outcome) => 'value' in outcome && (outcome.value as Response).status === 401,
  lapsed: (outcome) => 'error' in outcome && (outcome.error as Error).name === 'LoginRequiredError',
};

/** By a clock that has been set back a token that the server has revoked stays good for as long as that. */
const isTakenForGood = ({ clockError }: World, { outcome }: Call): boolean =>
  clockError < 0 && outcome !== null && 'value' in outcome && (outcome.value as Response).status === 401;

async function everyTabWorks(world: World): Promise<void> {
  for (let round = 0; round < 3; round++) {
    let rest = 0;
    for (const page of world.openPages) rest = Math.max(rest, restOf(await request(world, page)));
    if (rest > 0) await world.scheduler.advance(rest + 1000);
  }
  for (const page of world.openPages) {
    const call = await request(world, page);
    const { session } = page.client;
    if (call.outcome === null || !(expected[session.status]?.(call.outcome) || isTakenForGood(world, call))) {
      world.violate(`all is well again, ${page.name} shows "${session.status}", but its request fails`);
    }
  }
}

function tabsAgree({ openPages, storage, ledger, violate }: World): void {
  const stored = parsePair(storage.settled.get(recordKey))?.sid ?? null;
  const name = (sid: string | null): string => (sid === null ? 'nobody' : (ledger.sessions.get(sid)?.name ?? sid));
  for (const page of openPages) {
    const { session } = page.client;
    const shown = session.status === 'signed-out' ? null : session.sessionId;
    if (shown !== stored) violate(`${page.name} shows ${name(shown)} in the end, and storage holds ${name(stored)}`);
    if (session.status !== openPages[0]?.client.session.status) violate('the tabs do not agree in the end');
  }
}

async function theDeadAreDead(world: World): Promise<void> {
  const { ledger, store, clearedAt, scheduler, violate } = world;
  const must = [...ledger.sessions.values()].filter(({ mustDie }) => mustDie !== null);
  if (must.length > outboxCapacity) return;
  for (const session of must) {
    const family = await store.find(session.sid);
    // Whoever cleared storage took the outbox with it.
    const forgotten = session.overAt !== null && clearedAt >= session.overAt;
    const dead = family === null || family.revokedAt !== null || scheduler.now() >= family.absoluteExpiresAt;
    if (!dead && !forgotten) violate(`${session.name} should be dead on the server (${session.mustDie}) and lives on`);
  }
}

function nothingIsLeft({ storage, ledger, violate }: World): void {
  const stored = parsePair(storage.settled.get(recordKey));
  for (const [key, value] of storage.settled) {
    if (key === recordKey) continue;
    const attempt = key === `${recordKey}:refresh` && stored && value.includes(stored.id);
    if (!attempt) violate(`storage still holds ${key}${stored ? '' : ', and nobody is signed in'}`);
  }
  for (const session of ledger.sessions.values()) {
    const traces = [...storage.settled.values()].some((value) =>
      [...session.localNames].some((name) => value.includes(name)),
    );
    if (session.overAt !== null && traces) violate(`storage still holds something of ${session.name}`);
  }
}

/** An hour in which nobody does anything. */
async function quietIsQuiet(world: World): Promise<void> {
  const { network, scheduler, setup } = world;
  const before = network.flights.length;
  await scheduler.advance(60 * minute);
  const sent = network.flights.slice(before);
  // A tab in view may renew every 20 minutes, a minute early; two may do so at once where there is no lock.
  const allowed = setup.renew === 'on-use' ? 0 : 4 * (setup.locks ? 1 : world.openPages.length);
  if (sent.length > allowed)
    world.violate(`${sent.length} requests are sent in an hour in which nobody asks for anything`);
}

async function oneLogoutIsEnough(world: World): Promise<void> {
  const { network, scheduler, ledger, calls, storage } = world;
  const page = world.openPages.at(-1);
  const sid = parsePair(storage.settled.get(recordKey))?.sid;
  if (page === undefined || sid === undefined) return;
  const before = network.flights.length;
  await scheduler.act(page, null, () => {
    ledger.over(sid, 'logout', scheduler.now());
    calls.make(page, 'logout', () => page.client.logout());
  });
  await scheduler.advance(10_000);
  const sent = network.flights.slice(before).map(({ endpoint }) => endpoint);
  if (sent.join() !== 'logout') world.violate(`one logout sends ${sent.join(', ') || 'nothing'}`);
  for (const { name, client } of world.openPages) {
    if (client.session.status !== 'signed-out')
      world.violate(`${name} shows "${client.session.status}" after a logout elsewhere`);
  }
  nothingIsLeft(world);
}

function everyCallHasSettled({ calls, violate }: World): void {
  const open = calls.all.find(({ outcome, page }) => outcome === null && page.state !== 'gone');
  if (open) violate(`call ${open.id} of ${open.page.name} (${open.kind}) never settles`);
}

/** Once everything is well again and at rest. */
export async function allIsWellInTheEnd(world: World): Promise<void> {
  const checks = [
    everyTabWorks,
    tabsAgree,
    theDeadAreDead,
    nothingIsLeft,
    quietIsQuiet,
    oneLogoutIsEnough,
    tabsAgree,
    theDeadAreDead,
    everyCallHasSettled,
  ];
  for (const check of checks) {
    if (world.violation === null) await check(world);
  }
}
