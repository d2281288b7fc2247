import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apiOf, direct, formPost, testServer } from './testing/api.ts';
import { signedByServer, signedByStranger, unsigned } from './testing/forgeries.ts';
import { ticketOf } from './tokens/refresh-token.ts';

const paths = [
  'auth/login',
  'auth/refresh',
  'auth/logout',
  'auth/revoke',
  'auth/logout-all',
  'auth/sessions',
  'auth/sessions/x',
  'auth/jwks',
  '.well-known/oauth-authorization-server',
  'me',
  'echo',
  'echo/%2e%2e/x',
  'nowhere',
];

const names = ['grant_type', 'refresh_token', 'client_id', 'access_token', 'logout_ticket', 'sid', 'token', 'scope'];
const contentTypes = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/json',
  'application/json;',
  'multipart/form-data; boundary=x',
  'text/plain',
  '',
  ';',
];

const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);

/** Text that looks like what belongs there, or does not. */
function credentials(known: { access: string; hash: string; sid: string; forged: readonly string[] }) {
  const cut = fc.nat(known.access.length).map((length) => known.access.slice(0, length));
  const broken = fc
    .tuple(fc.nat(known.access.length - 1), headerText)
    .map(([at, text]) => known.access.slice(0, at) + text);
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    headerText,
    cut,
    broken,
    oneOf(...known.forged),
    oneOf(known.access, known.hash, known.sid, `rt1_${known.hash}`, 'null', '[object Object]', '__proto__'),
    oneOf(1_000, 20_000, 100_000).map((length) => 'x'.repeat(length)),
  );
}

function body(credential: fc.Arbitrary<string>) {
  const form = fc
    .array(fc.tuple(fc.oneof(oneOf(...names), fc.string()), fc.oneof(credential, oneOf('refresh_token', 'spa'))), {
      maxLength: 6,
    })
    .chain((pairs) => oneOf(pairs, [...pairs, ...pairs.slice(0, 1)]))
    .map((pairs) => new URLSearchParams(pairs).toString());
  const json = fc.oneof(
    fc.json(),
    fc
      .record({ username: fc.oneof(oneOf('ada'), fc.jsonValue()), password: fc.jsonValue() })
      .map((value) => JSON.stringify(value)),
  );
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
  return fc.oneof(form, json, fc.string({ unit: 'binary' }), bytes, fc.constant(new Uint8Array(100_000)));
}

it('whatever is sent: a clear refusal, never a failure, a change in the database or a token in an error (TST-28)', async () => {
  const { server, store, keys } = testServer();
  const victim = await server.seedSession('ada');
  const [stored] = await store.list();
  const forged = await Promise.all([
    unsigned(victim.access_token),
    signedByStranger(victim.access_token),
    signedByServer(keys, victim.access_token, { claims: { aud: 'https://evil.example' } }),
    signedByServer(keys, victim.access_token, { header: { kid: '../../etc/passwd' } }),
    signedByServer(keys, victim.access_token, { header: { jku: 'https://evil.example/jwks' } }),
  ]);
  const known = { access: victim.access_token, hash: stored?.tokens[0]?.hash ?? '', sid: victim.sid, forged };
  const before = JSON.stringify(await store.list());
  const credential = credentials(known);

  const secrets = [known.access, known.hash, victim.refresh_token, ...forged];

  const request = fc.record({
    path: oneOf(...paths),
    method: oneOf('GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    type: fc.oneof(oneOf(...contentTypes), headerText),
    key: fc.option(
      fc.oneof(
        headerText,
        headerText.map((text) => `"${text}"`),
      ),
      { nil: undefined },
    ),
    authorization: fc.option(
      fc.oneof(
        headerText,
        oneOf('Bearer', 'Basic x', 'Bearer x', 'bearer ..'),
        oneOf(...forged, known.hash, victim.refresh_token).map((token) => `Bearer ${token}`),
      ),
      { nil: undefined },
    ),
    origin: fc.option(headerText, { nil: undefined }),
    body: body(credential),
  });

  const property = fc.asyncProperty(request, async ({ path, method, type, key, authorization, origin, body }) => {
    const headers = new Headers({ 'content-type': type });
    if (key !== undefined) headers.set('idempotency-key', key);
    if (authorization !== undefined) headers.set('authorization', authorization);
    if (origin !== undefined) headers.set('origin', origin);
    const init = { method, headers, ...(method !== 'GET' && { body }) };
    const answer = await direct(server)(path, init);
    const text = await answer.text();
    const isPublic = path.includes('jwks') || path.includes('well-known');
    const isRevocation = path === 'auth/revoke' && answer.status === 200;
    if (!isPublic && !isRevocation) expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    if (answer.status >= 400) expect(JSON.parse(text)).toMatchObject({ error: expect.any(String) });
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
  await fc.assert(property, { numRuns: 600 });

  expect(JSON.stringify(await store.list())).toBe(before);
  const logs = JSON.stringify([server.requests, server.securityEvents]);
  for (const secret of secrets) expect(logs).not.toContain(secret);
  expect((await apiOf(direct(server)).refresh(victim.refresh_token)).status).toBe(200);
});

it('a session and its life: whatever the order of events, at most one refresh token works, and none after the end', async () => {
  const step = oneOf('refresh', 'retry', 'reuse', 'logout', 'ticket', 'wait', 'long wait', 'revoke');
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
    const { server, clock, store } = testServer({ policy: { refreshesPerMinute: 1_000 } });
    const send = direct(server);
    const api = apiOf(send);
    const seeded = await server.seedSession('ada');
    const held = [seeded];
    for (const [index, name] of steps.entries()) {
      const newest = held.at(-1) ?? seeded;
      const previous = held.at(-2) ?? seeded;
      if (name === 'refresh') {
        const answer = await api.refresh(newest.refresh_token, `key-of-generation-${held.length}`);
        if (answer.ok) held.push((await answer.json()) as typeof seeded);
      }
      if (name === 'retry') await api.refresh(previous.refresh_token, `key-of-generation-${held.length - 1}`);
      if (name === 'reuse') await api.refresh(previous.refresh_token, `key-of-somebody-else-${index}`);
      if (name === 'logout')
        await api.logout({ access_token: newest.access_token, refresh_token: newest.refresh_token });
      if (name === 'ticket') await api.logout({ logout_ticket: await ticketOf(seeded.refresh_token), sid: seeded.sid });
      if (name === 'wait') clock.advance('3m');
      if (name === 'long wait') clock.advance('4d');
      if (name === 'revoke') await send('auth/revoke', formPost({ token: newest.refresh_token }));

      const [session] = await store.list();
      const current = session?.tokens.filter(({ status }) => status === 'current') ?? [];
      expect(current).toHaveLength(session?.family.revokedAt === null ? 1 : 0);
      expect(session?.tokens.filter(({ successor }) => successor !== null).length).toBeLessThanOrEqual(1);
    }
    const ended = (await store.list())[0]?.family.revokedAt !== null;
    if (!ended) return;
    for (const { refresh_token, access_token } of held) {
      expect((await api.refresh(refresh_token)).status).toBe(400);
      expect((await api.me(access_token)).status).toBe(401);
    }
  });
  await fc.assert(property, { numRuns: 100 });
});
