// Kind: whoever can send many requests, from however many addresses, must neither keep the owner out nor guess without end.
import { expect, it } from 'vitest';
import { jsonPost, testServer } from '../testing/api.ts';
import { ticketOf } from '../tokens/refresh-token.ts';
import { cheapPasswordHasher, type PasswordHasher } from '../users/password-hasher.ts';

const right = { username: 'ada', password: 'correct horse' };
const wrong = { username: 'ada', password: 'wrong password' };
/** Thousands of requests on a machine that has other things to do. */
const patience = { timeout: 60_000 };
const hex = (n: number) => n.toString(16);

/** A hasher that decides at once, so that thousands of guesses take no time. */
const instant = (): PasswordHasher => ({
  ...cheapPasswordHasher(),
  hash: async (password) => `$plain$${password}`,
  verify: async (password, hash) => hash === `$plain$${password}`,
  isStale: () => false,
  waste: async () => {},
});

function start(passwordHasher = instant()) {
  const { server, clock } = testServer({ passwordHasher });
  const answer = (clientIp: string, credentials: object) =>
    server.fetch(new Request('https://api.example/auth/login', jsonPost(credentials)), { clientIp });
  const from = async (clientIp: string, credentials: object) => (await answer(clientIp, credentials)).status;
  return { server, clock, answer, from };
}

it('promises made to one IPv6 /48 push out nobody else’s (OX6)', patience, async () => {
  const { clock, answer, from } = start();
  for (let n = 0; n < 25; n += 1) await from(`2001:db8:${hex(n)}::1`, wrong);
  const refused = await answer('203.0.113.5', right);
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers.get('retry-after'));
  for (let n = 0; n < 11_000; n += 1) await from(`2001:db8:ffff:${hex(n)}::1`, wrong);
  clock.advance(wait * 1_000);
  await from('2001:db8:eeee::1', wrong);
  expect(await from('203.0.113.5', right)).toBe(200);
});

it('the owner’s own device passes the waits that others cause, at the same address too (OX6)', patience, async () => {
  const { clock, from } = start();
  expect(await from('203.0.113.5', right)).toBe(200);
  for (let n = 0; n < 3_600; n += 1) {
    await from('203.0.113.5', { username: `name-${n}`, password: 'wrong' });
    clock.advance('1s');
  }
  expect(await from('203.0.113.5', { username: 'eve', password: 'battery staple' })).toBe(429);
  expect(await from('203.0.113.5', right)).toBe(200);
});

it('a device whose session is refreshed from its address is known there, without a login (OX6)', patience, async () => {
  const { server, from } = start();
  const { refresh_token } = await server.seedSession('ada');
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'spa', refresh_token });
  const refresh = new Request('https://api.example/auth/refresh', { method: 'POST', body });
  expect((await server.fetch(refresh, { clientIp: '203.0.113.5' })).status).toBe(200);
  for (let n = 0; n < 30; n += 1) await from(`2001:db8:${hex(n)}::1`, wrong);
  expect(await from('203.0.113.6', right)).toBe(429);
  expect(await from('203.0.113.5', right)).toBe(200);
});

it(
  'a device that brings the ticket of its session is told from a guesser at the same address with the same name (OX6)',
  patience,
  async () => {
    const { server, clock, answer, from } = start();
    const { refresh_token } = (await (await answer('203.0.113.5', right)).json()) as { refresh_token: string };
    for (let n = 0; n < 900; n += 1) {
      await from('203.0.113.5', wrong);
      clock.advance('1s');
    }
    expect(await from('203.0.113.5', right)).toBe(429);
    const eve = await server.seedSession('eve');
    expect(await from('203.0.113.5', { ...right, logout_ticket: await ticketOf(eve.refresh_token) })).toBe(429);
    expect(await from('203.0.113.5', { ...right, logout_ticket: 'x'.repeat(43) })).toBe(429);
    const logout_ticket = await ticketOf(refresh_token);
    for (let n = 0; n < 5; n += 1) expect(await from('203.0.113.5', { ...wrong, logout_ticket })).toBe(400);
    expect(await from('203.0.113.5', { ...right, logout_ticket })).toBe(429);
    clock.advance('1s');
    expect(await from('203.0.113.5', { ...right, logout_ticket })).toBe(200);
  },
);

it.each([
  ['2,000 networks of one /48', (n: number) => `2001:db8:1:${hex(n)}::1`, 50],
  ['2,000 networks of eight /48', (n: number) => `2001:db8:${hex(n % 8)}:${hex(n)}::1`, 100],
  ['2,000 networks of as many /48', (n: number) => `2001:db8:${hex(n)}:1::1`, 100],
  ['2,000 addresses of eight IPv4 /24', (n: number) => `198.51.${n % 8}.${n >> 3}`, 100],
  ['2,000 addresses wrapped in IPv6', (n: number) => `::ffff:c633:${hex(n % 8)}${hex(n >> 3).padStart(2, '0')}`, 100],
])('one account is guessed at a hundred times at most from %s (OX6)', patience, async (_, address, most) => {
  const { clock, from } = start();
  expect(await from('203.0.113.5', right)).toBe(200);
  let guesses = 0;
  for (let second = 0; second < 900; second += 1) {
    for (let n = (second * 7) % 400; n < 2_000; n += 400) if ((await from(address(n), wrong)) === 400) guesses += 1;
    clock.advance('1s');
  }
  expect(guesses).toBeGreaterThan(10);
  expect(guesses).toBeLessThanOrEqual(most);
  // The owner's own device is let in all the same.
  expect(await from('203.0.113.5', right)).toBe(200);
});

it.each([
  ['case', ['ada', 'ADA', 'Ada', 'aDA']],
  ['width', ['ada', '\uff41\uff44\uff41', '\uff21da']],
  ['the form of an accent', ['\u00e5sa', 'a\u030asa', '\u212bsa']],
])('names that differ in %s only are counted as one (OX6)', patience, async (_, names) => {
  const { from } = start();
  const guess = (n: number) => from(`2001:db8:${hex(n)}::1`, { username: names[n % names.length], password: 'x' });
  for (let n = 0; n < 20; n += 1) expect(await guess(n)).toBe(400);
  expect(await guess(20)).toBe(429);
});

it(
  'a success clears nothing but the count of that device: an account of one’s own buys no guesses (OX6)',
  patience,
  async () => {
    const { clock, from } = start();
    const eves = { username: 'eve', password: 'battery staple' };
    let guesses = 0;
    for (let n = 0; n < 600; n += 1) {
      await from('2001:db8:1:1::1', eves);
      if ((await from('2001:db8:1:1::1', wrong)) === 400) guesses += 1;
      clock.advance('1s');
    }
    expect(guesses).toBeLessThanOrEqual(15);
  },
);

it('after a hundred wrong passwords a new device is let in within the hour (OX6)', patience, async () => {
  const { clock, answer, from } = start();
  for (let minute = 0; minute < 170; minute += 1) {
    for (let n = 0; n < 20; n += 1) await from(`2001:db8:${hex(minute * 20 + n)}::1`, wrong);
    clock.advance('1m');
  }
  const refused = await answer('203.0.113.5', right);
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(60);
  expect(wait).toBeLessThanOrEqual(3_600);
  clock.advance(wait * 1_000);
  expect(await from('203.0.113.5', right)).toBe(200);
});

/** A hasher whose work lasts until it is let go. */
function heldHasher() {
  const held: (() => void)[] = [];
  let open = false;
  const hasher: PasswordHasher = {
    ...instant(),
    waste: () => (open ? Promise.resolve() : new Promise((resolve) => held.push(resolve))),
  };
  const release = () => {
    open = true;
    for (const resolve of held.splice(0)) resolve();
  };
  return { hasher, held, release };
}

it('whoever fills the queue for hashing takes nobody else’s place in it (OX6)', patience, async () => {
  const { hasher, held, release } = heldHasher();
  const { from } = start(hasher);
  const flood = Array.from({ length: 3_000 }, (_, n) =>
    from(`2001:db8:1:${hex(n % 500)}::1`, { username: `n-${n}`, password: 'x' }),
  );
  const refused = await Promise.race(flood);
  expect([refused, held.length]).toEqual([503, 4]);
  const statuses = Promise.all(flood);
  const others = [
    from('203.0.113.5', right),
    from('2001:db8:2::1', { username: 'eve', password: 'battery staple' }),
    from('198.51.100.7', { username: 'nobody', password: 'x' }),
  ];
  let settled = 0;
  for (const other of others) void other.then(() => (settled += 1));
  await new Promise((next) => setTimeout(next, 200));
  // Each has its turn after one of each other network, though a thousand of one were there before.
  for (let turn = 0; turn < 5; turn += 1) {
    held.shift()?.();
    await new Promise((next) => setTimeout(next, 20));
  }
  expect(settled).toBeGreaterThanOrEqual(2);
  release();
  expect(await Promise.all(others)).toEqual([200, 200, 400]);
  const counts = new Map<number, number>();
  for (const status of await statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  expect(counts.get(503)).toBeGreaterThan(1_500);
});
