import { expect, it } from 'vitest';
import { createLoginLimits } from './login-limits.ts';

const second = 1_000;

it('however many guess without a pause, the owner waits once, for a minute at most (PWD-5)', () => {
  const limits = createLoginLimits();
  const attempt = (address: string) => ({ username: 'ada', address });
  const attackers = Array.from({ length: 100 }, (_, n) => attempt(`198.51.100.${n}`));
  let now = 0;
  const attack = () => {
    for (const attacker of attackers) if (limits.waitFor(attacker, now) === 0) limits.failed(attacker, now);
  };
  for (; now < 900 * second; now += second) attack();

  const owner = attempt('203.0.113.5');
  const wait = limits.waitFor(owner, now);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60 * second);
  const end = now + wait;
  for (; now < end; now += second) {
    attack();
    expect(limits.waitFor(owner, now)).toBe(end - now);
  }
  attack();
  expect(limits.waitFor(owner, end)).toBe(0);
});

it('an address that never stops gets a few dozen guesses a day (PWD-5)', () => {
  const limits = createLoginLimits();
  const attacker = { username: 'ada', address: '192.0.2.66' };
  let guesses = 0;
  for (let now = 0; now < 86_400 * second; now += second) {
    if (limits.waitFor(attacker, now) > 0) continue;
    guesses += 1;
    limits.failed(attacker, now);
  }
  expect(guesses).toBeGreaterThan(90);
  expect(guesses).toBeLessThan(120);
});

it('remembers no more waiting addresses than it has room for', () => {
  const limits = createLoginLimits();
  for (let n = 0; n < 30; n += 1) limits.failed({ username: 'ada', address: `192.0.2.${n}` }, 0);
  const first = { username: 'ada', address: 'first' };
  const wait = limits.waitFor(first, 0);
  for (let n = 0; n < 9_999; n += 1) limits.waitFor({ username: 'ada', address: `address ${n}` }, 0);
  expect(limits.waitFor(first, wait)).toBe(0);
  limits.waitFor({ username: 'ada', address: 'one more' }, 0);
  expect(limits.waitFor(first, wait - 1)).toBe(1);
});
