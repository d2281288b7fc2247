import { type AuthProtocol, createAuthClient, type ExpiryUnit, jsonProtocol, oauthProtocol } from '@latchkey/client';
import { describe, expect, it, onTestFinished } from 'vitest';

// Kind: a text that is no number is read as far as it looks like one.

const base64url = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
const jwt = `${base64url({ alg: 'none' })}.${base64url({ sub: 'ada', iat: 1_700_000_000, exp: 1_700_000_777 })}.x`;
const at = 1_700_000_000_000;

/** For how many milliseconds a client takes the access token of this login for good, and the two limits. */
const told = async (body: object, protocol: AuthProtocol) => {
  const client = createAuthClient({
    baseUrl: 'https://api.example.com',
    storage: 'memory',
    protocol,
    platform: { now: () => at },
    fetch: async () => Response.json({ access_token: jwt, refresh_token: 'r', ...body }),
  });
  onTestFinished(() => client.dispose());
  await client.login({ username: 'ada' });
  const { session } = client;
  if (session.status !== 'signed-in') return session.status as never;
  const { accessExpiresAt, refreshableUntil, sessionEndsAt } = session;
  return { access: accessExpiresAt - at, window: refreshableUntil - at, session: sessionEndsAt - at };
};

const noNumbers = [
  '2026-12-01T10:00:00Z',
  '2026-12-01 10:00:00',
  '2026',
  '20m',
  '1h',
  '15 minutes',
  '1e3',
  '0x10',
  ' 20',
  '20 ',
  '+20',
  '-20',
  '20.5',
  '1,200',
  '1_200',
  '',
  'soon',
  'Infinity',
  'NaN',
  '٢٠',
  20.5,
  -20,
  true,
  false,
  [1200],
  { seconds: 1200 },
  null,
].filter((value) => value !== '2026');

describe('an expiry that is no whole number counts as not told (OC7)', () => {
  for (const value of noNumbers) {
    for (const unit of ['seconds', 'milliseconds', 'epoch-seconds', 'epoch-milliseconds'] as const) {
      it(`${JSON.stringify(value)} in ${unit}`, async () => {
        const protocol = jsonProtocol({ answer: { expiry: 'expires', expiryUnit: unit } });
        expect(await told({ expires: value }, protocol)).toMatchObject({ access: 777_000 });
      });
    }
    it(`${JSON.stringify(value)} in every place of both protocols`, async () => {
      const protocol = jsonProtocol({ answer: { refreshTimeout: 'window', sessionTimeout: 'session' } });
      const none = { access: 777_000, window: Number.POSITIVE_INFINITY, session: Number.POSITIVE_INFINITY };
      expect(await told({ expires_in: value, window: value, session: value }, protocol)).toEqual(none);
      const wire = { expires_in: value, refresh_token_timeout: value, authorization_expires_in: value };
      expect(await told(wire, oauthProtocol())).toEqual(none);
    });
  }
});

it('whole numbers, as JSON or as text, are what they say', async () => {
  for (const [unit, value] of [
    ['seconds', 1200],
    ['seconds', '1200'],
    ['milliseconds', 1_200_000],
    ['milliseconds', '1200000'],
  ] as const) {
    const protocol = jsonProtocol({
      answer: { expiry: 'expires', expiryUnit: unit, refreshTimeout: 'w', sessionTimeout: 's' },
    });
    expect(await told({ expires: value, w: '60', s: 90 }, protocol)).toEqual({
      access: 1_200_000,
      window: 60_000,
      session: 90_000,
    });
  }
  const wire = { expires_in: '1200', refresh_token_timeout: '60', authorization_expires_in: 90 };
  expect(await told(wire, oauthProtocol())).toEqual({ access: 1_200_000, window: 60_000, session: 90_000 });
});

describe("the unit 'iso' takes a date with its zone", () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const read = async (expires: unknown, expiryUnit: ExpiryUnit = 'iso') =>
    (await told({ expires }, jsonProtocol({ answer: { expiry: 'expires', expiryUnit } }))).access;

  for (const date of [
    inAnHour,
    inAnHour.replace(/\.\d+Z/, 'Z'),
    inAnHour.replace('Z', '+00:00'),
    inAnHour.replace('Z', '0000+0000').replace(/(\.\d{3})0000/, '$1'),
  ]) {
    it(`${date.replace(/\d/g, '0')} (OC7)`, async () => {
      const access = await read(date);
      expect(access).toBeGreaterThan(3_590_000);
      expect(access).toBeLessThanOrEqual(3_600_000);
    });
  }
  for (const odd of [
    inAnHour.replace('Z', ''),
    inAnHour.slice(0, 10),
    '2026-13-01T10:00:00Z',
    'Tue',
    1200,
    '1200',
    '2026',
    null,
  ]) {
    it(`and nothing else: ${typeof odd === 'string' ? odd.replace(/\d/g, '0') : odd} (OC7)`, async () => {
      expect(await read(odd)).toBe(777_000);
    });
  }
});

describe('Retry-After is digits or a date (OC15)', () => {
  const waits = async (value: string, headers: Record<string, string> = {}) => {
    const client = createAuthClient({
      baseUrl: 'https://api.example.com',
      storage: 'memory',
      fetch: async () => new Response(null, { status: 503, headers: { 'retry-after': value, ...headers } }),
    });
    onTestFinished(() => client.dispose());
    return client.login({}).then(
      () => expect.fail('It was accepted.') as never,
      ({ retryAfter }: { retryAfter?: number }) => retryAfter,
    );
  };
  for (const odd of [
    'Sun, 06 Nov 1994 08:49:37 1994',
    'Satxday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 GMT',
    '+3',
    '1e3',
    '0x10',
    '3.5',
    '-3',
    '2026-12-01T10:00:00Z',
    'Tue',
    '2026-12-01',
    '3s',
    '3, 4',
    'soon',
    'Infinity',
    '١٢',
    'Tue, 1 Dec 2026 10:00:00 GMT',
    'Tue, 01 Dec 2026 10:00:00 +0000',
    'Tue, 01 Dec 2026 10:00:00',
    '01 Dec 2026 10:00:00 GMT',
  ]) {
    it(`not ${odd}`, async () => {
      expect(await waits(odd.normalize('NFKC').replace(/[^\0-\x7f]/g, '?'))).toBeUndefined();
    });
  }
  for (const [value, delay] of [
    ['3', 3000],
    ['0', 0],
    ['007', 7000],
    ['3600', 3_600_000],
  ] as const) {
    it(`${value}`, async () => {
      expect(await waits(value)).toBe(delay);
    });
  }
  for (const date of ['Sun, 06 Nov 1994 08:49:47 GMT', 'Sunday, 06-Nov-94 08:49:47 GMT', 'Sun Nov  6 08:49:47 1994']) {
    it(`${date}, as RFC 9110 §5.6.7 writes it`, async () => {
      expect(await waits(date, { date: 'Sun, 06 Nov 1994 08:49:37 GMT' })).toBe(10_000);
    });
  }
});
