import { expect, it } from 'vitest';
import { lapsedBecause, lifetimesOf, marginOf, timeLeft } from './lifetimes.ts';

const at = 1_800_000_000_000;
const answer = {
  access_token: 'opaque',
  expires_in: 1200,
  refresh_token_timeout: 604_800,
  authorization_expires_in: 7_776_000,
};
const times = lifetimesOf(answer, null, at);
const week = 604_800_000;

it('counts every lifetime from when the request was sent', () => {
  expect(times).toEqual({
    savedAt: at,
    accessExpiresAt: at + 1_200_000,
    refreshableUntil: at + week,
    sessionEndsAt: at + 7_776_000_000,
    clockSkew: 0,
  });
});

it('takes the lifetime of a JWT where the answer gives none, and nothing where neither does', () => {
  const claims = { iat: 1000, exp: 1300 };
  expect(lifetimesOf({ access_token: 'jwt' }, claims, at).accessExpiresAt).toBe(at + 300_000);
  expect(lifetimesOf({ access_token: 'opaque' }, null, at).accessExpiresAt).toBeNull();
  expect(lifetimesOf({ access_token: 'odd' }, { iat: 'x', exp: '5' } as never, at).accessExpiresAt).toBeNull();
});

it('takes `exp` alone where a JWT has no `iat`: by the server’s clock if that is known, else by this one (OC2)', () => {
  const exp = at / 1000 + 1200;
  const expiry = (claims: Record<string, unknown>, ...more: [previous?: typeof times, serverTime?: number]) =>
    lifetimesOf({ access_token: 'jwt' }, claims, at, more[0] ?? null, more[1]);
  expect(expiry({ exp })).toMatchObject({ accessExpiresAt: at + 1_200_000, clockSkew: 0 });
  // This device is an hour ahead or behind, which the server's `Date` tells.
  for (const skew of [-3_600_000, 3_600_000]) {
    const told = expiry({ exp: exp + skew / 1000 }, times, at + skew);
    expect(told).toMatchObject({ accessExpiresAt: at + 1_200_000, clockSkew: skew });
  }
  // Where nothing tells, a new token that looks expired, or nearly so, tells that the clock is wrong.
  for (const left of [-86_400, -1, 0, 1, 59]) {
    expect(expiry({ exp: at / 1000 + left }, times).accessExpiresAt).toBeNull();
  }
  expect(expiry({ exp: at / 1000 + 60 }, times).accessExpiresAt).toBe(at + 60_000);
  // What begins a session may be old already: the first use refreshes it.
  expect(expiry({ exp: at / 1000 - 86_400 }).accessExpiresAt).toBe(at);
  expect(expiry({ exp: at / 1000 + 30 }).accessExpiresAt).toBe(at + 30_000);
  for (const odd of [null, -1, 0, 'soon', '5', Number.NaN, {}]) expect(expiry({ exp: odd }).accessExpiresAt).toBeNull();
});

it('accepts seconds as text, as Firebase sends them', () => {
  expect(lifetimesOf({ ...answer, expires_in: '3600' as never }, null, at).accessExpiresAt).toBe(at + 3_600_000);
});

it('keeps the end of the session where a refresh does not repeat it', () => {
  const { authorization_expires_in: _, ...rest } = answer;
  expect(lifetimesOf(rest, null, at + 5000, times).sessionEndsAt).toBe(times.sessionEndsAt);
});

it('knows to the millisecond what has passed', () => {
  const lapsed = (after: number) => lapsedBecause(times, at + after);
  expect(timeLeft(times, at + 1_199_999)).toBe(1);
  expect(timeLeft(times, at + 1_200_000)).toBe(0);
  expect(timeLeft({ ...times, accessExpiresAt: null }, at)).toBe(Number.POSITIVE_INFINITY);
  expect(lapsed(week - 1)).toBeNull();
  expect(lapsed(week)).toBe('window-passed');
  expect(lapsed(7_776_000_000)).toBe('session-expired');
});

it('takes a limit of which nothing is left for passed, and one that is odd for one that was never told', () => {
  const lapsed = (limits: object) => lapsedBecause(lifetimesOf({ ...answer, ...limits }, null, at), at);
  expect(lapsed({ refresh_token_timeout: 0 })).toBe('window-passed');
  expect(lapsed({ refresh_token_timeout: 0, authorization_expires_in: 0 })).toBe('session-expired');
  for (const odd of [-1, '', null, 'soon', Number.NaN]) {
    expect(lapsed({ refresh_token_timeout: odd, authorization_expires_in: odd })).toBeNull();
  }
});

it('never lets the margin exceed a quarter of the lifetime', () => {
  const short = lifetimesOf({ ...answer, expires_in: 30 }, null, at);
  expect(marginOf(short, 60_000)).toBe(7_500);
  expect(marginOf(times, 60_000)).toBe(60_000);
});

it('leaves the verdict to the server when a clock that was behind has been set right', () => {
  const yearBehind = { ...times, clockSkew: 365 * 86_400_000 };
  const setRight = at + yearBehind.clockSkew + 86_400_000;
  expect(lapsedBecause(yearBehind, setRight)).toBeNull();
  expect(lapsedBecause(yearBehind, setRight + week)).toBe('window-passed');
  // Still a year behind, and really eight days later.
  expect(lapsedBecause(yearBehind, at + 8 * 86_400_000)).toBe('window-passed');
});
