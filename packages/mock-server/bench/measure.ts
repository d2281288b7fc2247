import { createAuthServer } from '../src/create-auth-server.ts';
import { memoryStore } from '../src/store/memory-store.ts';
import type { SessionStore } from '../src/store/session-store.ts';
import { type Api, apiOf, direct, pairOf, someKey, tokensOf } from '../src/testing/api.ts';
import { refresh } from '../src/testing/rows.ts';
import type { Job, Meanwhile, Message, Order } from './jobs.ts';
import { deadSession, digest, liveSession, refreshTokenOf } from './sessions.ts';
import { add, openStore } from './stores.ts';
import { type Stretch, timed } from './timing.ts';

const now = Date.now();

/** Serves orders until it is killed. */
async function requests({ place, sessions, first }: Job & { kind: 'requests' }): Promise<Message> {
  const { store } = openStore(place);
  if (place.store === 'memory') await fillMemory(store, sessions, 0);
  const api = apiOf(direct(createAuthServer({ store })));
  await warmUp();
  const pairs: Record<string, string>[] = [];
  let next = first;

  const refreshNext = (count: number, atOnce: number): Promise<Stretch> => {
    const numbers = Array.from({ length: count }, (_, index) => numberOf(next + index, sessions));
    next += count;
    return timed(numbers, atOnce, async (number) => {
      pairs.push(pairOf(await refreshed(api, number)));
    });
  };
  const logoutNext = (count: number, atOnce: number): Promise<Stretch> =>
    timed(pairs.splice(0, count), atOnce, async (pair) => {
      const answer = await api.logout(pair);
      if (!answer.ok) throw new Error(`Logout: ${answer.status}`);
    });

  process.on('message', ({ kind, count, atOnce }: Order) => {
    void (kind === 'refresh' ? refreshNext : logoutNext)(count, atOnce).then((stretch) =>
      say({ type: 'stretch', stretch }),
    );
  });
  return { type: 'ready' };
}

const refreshed = async (api: Api, number: number) =>
  tokensOf(await api.refresh(refreshTokenOf(number), someKey(number)));

/** The same code on another store: what is measured is not the compiler. */
async function warmUp(): Promise<void> {
  const store = memoryStore();
  await fillMemory(store, 500, 0);
  const api = apiOf(direct(createAuthServer({ store })));
  for (let number = 0; number < 500; number += 1) await api.logout(pairOf(await refreshed(api, number)));
}

/** Scatters: neighbours in time are not neighbours in the store. */
const numberOf = (index: number, sessions: number): number =>
  Number((BigInt(index) * 2_654_435_761n) % BigInt(sessions));

async function fillMemory(store: SessionStore, live: number, dead: number): Promise<void> {
  for (let number = 0; number < live; number += 1) await add(store, liveSession(number, now));
  for (let number = 0; number < dead; number += 1) await add(store, deadSession(number, now));
}

async function purge({ place, dead, live }: Job & { kind: 'purge' }): Promise<Message> {
  const { store, close } = openStore(place);
  if (place.store === 'memory') await fillMemory(store, live, dead);
  const server = createAuthServer({ store });
  const api = apiOf(direct(server));
  await warmUp();
  let next = 0;

  async function serveWhile(work: Promise<unknown>): Promise<Meanwhile> {
    let over = false;
    const end = () => {
      over = true;
    };
    void work.then(end, end);
    const [started, gap] = [performance.now(), longestGap(() => over)];
    const times: number[] = [];
    while (!over) {
      const start = performance.now();
      await refreshed(api, numberOf(next, live));
      times.push(performance.now() - start);
      next += 1;
    }
    return { times, longestGap: await gap, duration: performance.now() - started };
  }

  const purging = server.sessions.purge();
  const during = await serveWhile(purging);
  const without = await serveWhile(new Promise((resolve) => setTimeout(resolve, during.duration)));
  await close();
  return { type: 'purge', result: { purged: await purging, during, without } };
}

/** Asks for a turn again and again, and says how long it had to wait at most. */
async function longestGap(isOver: () => boolean): Promise<number> {
  let [last, longest] = [performance.now(), 0];
  while (!isOver()) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const turn = performance.now();
    longest = Math.max(longest, turn - last);
    last = turn;
  }
  return longest;
}

async function memory({ sessions }: Job & { kind: 'memory' }): Promise<Message> {
  const store = memoryStore();
  const before = heapUsed();
  await fillMemory(store, sessions, 0);
  const filled = heapUsed();
  const rotations = Math.min(sessions, 50_000);
  for (let number = 0; number < rotations; number += 1) {
    const { family, tokens } = liveSession(number, now);
    const next = liveSession(sessions + number, now).tokens[0];
    // Its successor's ciphertext is erased after two minutes; what stays is the tombstone.
    const attempt = {
      keyHash: digest(`key ${number}`),
      now,
      successor: { hash: next?.hash ?? '', revokeVerifier: next?.revokeVerifier ?? '', sealed: null },
    };
    const { type } = await store.decide({ tokenHash: tokens[0]?.hash ?? '' }, refresh('', attempt));
    if (type !== 'rotated') throw new Error(`Session ${family.id} is ${type}.`);
  }
  const rotated = heapUsed();
  // A store that nobody asks any more would have been collected.
  if ((await store.find(liveSession(0, now).family.id)) === null) throw new Error('The store is empty.');
  const result = { bytesPerSession: (filled - before) / sessions, bytesPerRotation: (rotated - filled) / rotations };
  return { type: 'memory', result };
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const say = (message: Message) => process.send?.(message);

const job = JSON.parse(process.argv[2] ?? '') as Job;
const measuring = { requests, purge, memory } as { [K in Job['kind']]: (job: Job) => Promise<Message> };
say(await measuring[job.kind](job));
