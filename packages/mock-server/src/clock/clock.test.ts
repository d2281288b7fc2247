import { describe, expect, it } from 'vitest';
import { type Clock, manualClock, runningClock } from './clock.ts';
import { platformOf } from './platform-of.ts';

const clocks: Record<string, () => Clock> = { manual: manualClock, running: runningClock };

describe.each(Object.entries(clocks))('a %s clock', (name, create) => {
  it('fires due timers in order, each at its own time, before advance returns', () => {
    const clock = create();
    const start = clock.now();
    const fired: [string, number][] = [];
    const at = (label: string, delay: number) =>
      clock.setTimer(() => fired.push([label, Math.round((clock.now() - start) / 1_000)]), delay);
    at('third', 30_000);
    at('first', 10_000);
    at('second', 20_000);
    at('never', 3_600_000);
    clock.advance('20m');
    expect(fired).toEqual([
      ['first', 10],
      ['second', 20],
      ['third', 30],
    ]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(1_200_000);
  });

  it('fires timers that are set while it advances', () => {
    const clock = create();
    let rings = 0;
    const again = () => {
      rings += 1;
      clock.setTimer(again, 60_000);
    };
    clock.setTimer(again, 60_000);
    clock.advance('1h 30s');
    expect(rings).toBe(60);
  });

  it('keeps the order of timers of one instant and leaves out the cancelled', () => {
    const clock = create();
    const fired: string[] = [];
    const delay = 5_000;
    const cancel = [1, 2, 3].map((label) => clock.setTimer(() => fired.push(`timer ${label}`), delay))[1];
    cancel?.();
    clock.advance(delay + 60_000);
    expect(fired).toEqual(['timer 1', 'timer 3']);
  });

  it('lets a callback advance further', () => {
    const clock = create();
    const start = clock.now();
    const fired: string[] = [];
    clock.setTimer(() => {
      fired.push('outer');
      clock.advance('1h');
    }, 1_000);
    clock.setTimer(() => fired.push('inner'), 600_000);
    clock.advance('1m');
    expect(fired).toEqual(['outer', 'inner']);
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_601_000);
  });

  it('fires the rest when a callback throws, and then says so', () => {
    const clock = create();
    let fired = false;
    clock.setTimer(() => {
      throw new Error('a callback failed');
    }, 1_000);
    clock.setTimer(() => {
      fired = true;
    }, 2_000);
    expect(() => clock.advance('1m')).toThrow('a callback failed');
    expect(fired).toBe(true);
  });

  it('passes 91 days with a timer every minute in no time', () => {
    const clock = create();
    let rings = 0;
    const again = () => {
      rings += 1;
      clock.setTimer(again, 60_000);
    };
    clock.setTimer(again, 60_000);
    const before = performance.now();
    clock.advance('91d');
    expect(rings).toBeGreaterThanOrEqual(91 * 24 * 60 - 1);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it(`never goes backwards (${name})`, () => {
    expect(() => create().advance(-1)).toThrow(RangeError);
  });
});

it('a manual clock stands still until it is advanced', () => {
  const clock = manualClock(1_000);
  expect([clock.now(), clock.now()]).toEqual([1_000, 1_000]);
  clock.advance(500);
  expect(clock.now()).toBe(1_500);
});

it('a running clock fires timers when real time passes', async () => {
  const clock = runningClock();
  clock.advance('8d');
  const before = clock.now();
  await new Promise<void>((resolve) => clock.setTimer(resolve, 20));
  expect(clock.now() - before).toBeGreaterThanOrEqual(20);
  expect(clock.now() - Date.now()).toBeGreaterThanOrEqual(8 * 86_400_000 - 1_000);
});

it('a running clock waits for timers further away than setTimeout can', async () => {
  const clock = runningClock();
  let fired = false;
  const cancel = clock.setTimer(() => {
    fired = true;
  }, 2 ** 40);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(fired).toBe(false);
  cancel();
});

it('a platform made of a clock tells and waits for its time', () => {
  const clock = manualClock(1_000);
  const platform = platformOf(clock);
  let fired = 0;
  platform.setTimer(() => {
    fired += 1;
  }, 100);
  const cancel = platform.setTimer(() => {
    fired += 1;
  }, 100);
  cancel();
  clock.advance(100);
  expect([platform.now(), fired]).toEqual([1_100, 1]);
});
