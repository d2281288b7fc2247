import { describe, expect, test } from 'vitest';
import { createLockHub, type Locks } from './fake-locks.ts';
import { createProfile, fetchFrom } from './open-tab.ts';

/** A clock that stands still until told. */
function handClock() {
  let now = 1_000;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    setTimer(callback: () => void, delay: number) {
      const timer = { at: now + delay, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms: number) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.callback();
      }
    },
  };
}

const settled = () => new Promise((done) => setTimeout(done, 5));

// The fake is held to what the platform's own does.
describe.each<[string, () => Locks]>([
  ['the fake', () => createLockHub().connect().locks],
  ['those of Node', () => navigator.locks as unknown as Locks],
])('locks: %s', (_title, make) => {
  test('one at a time, in the order of asking, and the value comes back', async () => {
    const locks = make();
    const order: string[] = [];
    const use = (name: string) =>
      locks.request('lock', async () => {
        order.push(`${name} in`);
        await settled();
        order.push(`${name} out`);
        return name;
      });
    expect(await Promise.all([use('a'), use('b'), use('c')])).toEqual(['a', 'b', 'c']);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  test('a failing callback frees the lock and its error comes back', async () => {
    const locks = make();
    await expect(locks.request('lock', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await locks.request('lock', () => 'free')).toBe('free');
  });

  test('ifAvailable gets null instead of waiting', async () => {
    const locks = make();
    let free = () => {};
    const held = locks.request('lock', () => new Promise<void>((done) => (free = done)));
    await settled();
    expect(await locks.request('lock', { ifAvailable: true }, (lock) => lock)).toBe(null);
    expect(await locks.request('other', { ifAvailable: true }, (lock) => lock?.name)).toBe('other');
    free();
    await held;
    expect(await locks.request('lock', { ifAvailable: true }, (lock) => lock?.name)).toBe('lock');
  });

  test('who aborts stops waiting; who holds the lock keeps it', async () => {
    const locks = make();
    const abort = new AbortController();
    let free = () => {};
    const held = locks.request(
      'lock',
      { signal: abort.signal },
      () => new Promise<string>((done) => (free = () => done('kept'))),
    );
    await settled();
    const waits = locks.request('lock', { signal: abort.signal }, () => 'never');
    abort.abort(new Error('enough'));
    await expect(waits).rejects.toThrow('enough');
    await expect(locks.request('lock', { signal: abort.signal }, () => 'never')).rejects.toThrow('enough');
    free();
    expect(await held).toBe('kept');
    expect(await locks.request('lock', () => 'free')).toBe('free');
  });
});

// Not asked of Node, whose locks call back at once; browsers ask their lock manager, which takes a step.
test('a lock is granted after the asking turn, not within', async () => {
  let inside = false;
  const asked = createLockHub()
    .connect()
    .locks.request('lock', () => {
      inside = true;
    });
  expect(inside).toBe(false);
  await asked;
  expect(inside).toBe(true);
});

describe('tabs of one profile', () => {
  test('share what is stored; the others hear of a change, once, and not the one who made it', async () => {
    const profile = createProfile({ clock: handClock() });
    const [a, b] = [profile.openTab(), profile.openTab()];
    const heard: unknown[] = [];
    a.options.platform.page?.listen((signal) => heard.push(['a', signal]));
    b.options.platform.page?.listen((signal) => heard.push(['b', signal]));
    const { storage } = a.options;
    if (typeof storage === 'string') throw new Error('not a store');
    storage.setItem('key', '1');
    storage.setItem('key', '1');
    expect(profile.stored.get('key')).toBe('1');
    await settled();
    expect(heard).toEqual([['b', { type: 'storage', key: 'key' }]]);
  });

  test('hear each other on a channel, a copy each, but not themselves', async () => {
    const profile = createProfile({ clock: handClock() });
    const [a, b, c] = [profile.openTab(), profile.openTab(), profile.openTab({ channels: false })];
    expect(c.options.platform.openChannel?.('news')).toBe(null);
    const [from, to] = [a.options.platform.openChannel?.('news'), b.options.platform.openChannel?.('news')];
    if (!from || !to) throw new Error('no channel');
    const heard: unknown[] = [];
    from.onmessage = () => heard.push('echo');
    to.onmessage = ({ data }) => heard.push(data);
    const message = { type: 'hi' };
    from.postMessage(message);
    message.type = 'changed';
    await settled();
    expect(heard).toEqual([{ type: 'hi' }]);
    expect(profile.said).toEqual([{ type: 'hi' }]);
    expect(a.leftovers.channels).toBe(1);
    from.close();
    expect(a.leftovers.channels).toBe(0);
  });

  test('a frozen tab runs no timer, hears nothing and gets no answer until it thaws', async () => {
    const clock = handClock();
    const profile = createProfile({ clock, fetch: async () => new Response('late') });
    const tab = profile.openTab();
    const log: unknown[] = [];
    tab.options.platform.setTimer?.(() => log.push('timer'), 10);
    tab.options.platform.page?.listen(({ type }) => log.push(type));
    tab.freeze();
    const answer = tab.options.fetch('https://api.test/').then(() => log.push('answer'));
    clock.advance(20);
    profile.clearStorage();
    await settled();
    expect(log).toEqual([]);
    tab.thaw();
    await answer;
    expect(new Set(log)).toEqual(new Set(['timer', 'storage', 'restored', 'answer']));
  });

  test('a killed tab frees its locks, takes back its claims and never runs again', async () => {
    const clock = handClock();
    const profile = createProfile({ clock });
    const [a, b] = [profile.openTab(), profile.openTab()];
    const never = () => new Promise<never>(() => {});
    void a.options.platform.locks?.request('lock', {}, never);
    await settled();
    expect(profile.heldLocks).toEqual(['lock']);
    const granted = b.options.platform.locks?.request('lock', {}, async () => 'mine');
    let ran = false;
    a.options.platform.setTimer?.(() => (ran = true), 10);
    a.kill();
    clock.advance(20);
    expect(await granted).toBe('mine');
    expect(ran).toBe(false);
  });

  test('each has its own clock error, visibility and want of locks', () => {
    const clock = handClock();
    const profile = createProfile({ clock });
    const tab = profile.openTab({ skew: 5_000, locks: false, visible: false });
    expect(tab.options.platform.now?.()).toBe(clock.now() + 5_000);
    expect(tab.options.platform.locks).toBe(null);
    expect(tab.options.platform.page?.visible).toBe(false);
    tab.show();
    expect(tab.options.platform.page?.visible).toBe(true);
  });
});

test('a request to the server can be aborted', async () => {
  const fetch = fetchFrom({ fetch: () => new Promise(() => {}) });
  const abort = new AbortController();
  const answer = fetch('https://api.test/', { signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(answer).rejects.toThrow('enough');
});
