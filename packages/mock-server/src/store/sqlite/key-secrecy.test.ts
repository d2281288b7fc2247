// Kind: what lies in the database, and in every copy of it, must be worth nothing without a secret that lies elsewhere.
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { exportJWK, importJWK, type JWK, SignJWT } from 'jose';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createAuthServer } from '../../create-auth-server.ts';
import { ada, apiOf, direct, outcomeOf, pairOf, someKey, tokensOf } from '../../testing/api.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { newSigningKey } from '../../tokens/signing-keys.ts';
import { cheapPasswordHasher } from '../../users/password-hasher.ts';
import { sqliteServerState } from './sqlite-server-state.ts';

const secret = 'a secret of the tests that is long enough';

function open(file: string, keySecret?: string | readonly string[]) {
  const state = sqliteServerState({ file, ...(keySecret !== undefined && { keySecret }) });
  onTestFinished(() => state.close().catch(() => {}));
  const server = createAuthServer({ ...state, users: [ada], passwordHasher: cheapPasswordHasher() });
  return { state, server, api: apiOf(direct(server)) };
}

/** Every text in every table, as whoever copied the file reads it. */
function everythingIn(file: string): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  const rows = names.flatMap(({ name }) => database.prepare(`SELECT * FROM ${name}`).all());
  database.close();
  return rows.flatMap((row) => Object.values(row)).map(String);
}

const setKeys = (file: string, text: string) => {
  const database = new DatabaseSync(file);
  database.prepare("INSERT OR REPLACE INTO settings VALUES ('signing-keys', ?)").run(text);
  database.close();
};

it('a copy of the database file forges nobody: the private keys in it are wrapped (OX2)', async () => {
  const [file, copy] = [temporaryFolder()('live.sqlite'), temporaryFolder()('copy.sqlite')];
  const { state, server, api } = open(file);
  const tokens = await tokensOf(await api.refresh((await tokensOf(await api.login())).refresh_token, someKey(1)));
  await server.keys.rotate();
  await state.close();
  copyFileSync(file, copy);

  const bytes = readFileSync(copy, 'latin1');
  expect(bytes).not.toMatch(/"d"\s*:/);
  const values = everythingIn(copy);
  expect(values.filter((value) => value.startsWith('sealed:v1:'))).toHaveLength(1);
  const stolen = open(copy);
  await expect(stolen.state.signingKeys.load()).rejects.toThrow('is missing');
  expect((await stolen.api.me(tokens.access_token)).status).toBe(503);

  // Nor is anything else in it good for anything: not as a token, a ticket, or a password.
  const again = open(file);
  for (const value of values) {
    expect((await again.api.me(value.replace(/[^\w.-]/g, ''))).status).toBe(401);
    expect((await again.api.refresh(`rt1_${value}`)).status).toBe(400);
    expect((await again.api.logout({ logout_ticket: value, sid: tokens.sid })).status).toBe(400);
  }
  expect((await again.api.me(tokens.access_token)).status).toBe(200);
});

it('an existing database whose keys lie in plain gets a new key, and the old one opens nothing more (OX2)', async () => {
  const file = temporaryFolder()('old.sqlite');
  const before = open(file);
  const signed = await before.server.seedSession('ada');
  await before.state.close();
  const plain = await newSigningKey({ extractable: true });
  const jwk = await exportJWK(plain.privateKey);
  setKeys(file, JSON.stringify([{ kid: plain.kid, jwk, replacedAt: null, verifiesApiUntil: null }]));
  const forge = async (claims: object) =>
    new SignJWT({
      ...JSON.parse(Buffer.from(signed.access_token.split('.')[1] ?? '', 'base64url').toString()),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: plain.kid })
      .sign(await importJWK(jwk as JWK, 'ES256'));

  const { state, api } = open(file);
  expect((await api.me(await forge({}))).status).toBe(401);
  expect((await api.me(await forge({ sub: 'root' }))).status).toBe(401);
  const keys = await state.signingKeys.load();
  expect(keys.map(({ replacedAt }) => replacedAt === null)).toEqual([true, false]);
  const refreshed = await tokensOf(await api.refresh(signed.refresh_token));
  expect((await api.me(refreshed.access_token)).status).toBe(200);
  await state.close();
  expect(everythingIn(file).join('\n')).not.toContain(jwk.d);
  // The pair from before still logs out as what it is.
  const later = open(file);
  const logout = await later.api.logout(pairOf({ ...refreshed, access_token: await forge({}) }));
  expect(await outcomeOf(logout)).toEqual([200, { status: 'revoked' }]);
});

it('the secret is a file of its own that only its owner can read, made once by servers that start together (OX2)', async () => {
  const inFolder = temporaryFolder();
  const states = Array.from({ length: 4 }, () => open(inFolder('app.sqlite')).state);
  const kids = await Promise.all(states.map(async ({ signingKeys }) => (await signingKeys.load())[0]?.kid));
  expect(new Set(kids).size).toBe(1);
  expect((statSync(inFolder('app.secret')).mode & 0o777).toString(8)).toBe('600');
  chmodSync(inFolder('app.secret'), 0o644);
  await open(inFolder('app.sqlite')).state.signingKeys.load();
  expect((statSync(inFolder('app.secret')).mode & 0o777).toString(8)).toBe('600');
});

it('with a secret from outside no file is made; by option or by environment it is the same (OX2)', async () => {
  const inFolder = temporaryFolder();
  const file = inFolder('app.sqlite');
  const [key] = await open(file, secret).state.signingKeys.load();
  vi.stubEnv('LATCHKEY_KEY_SECRET', `another secret that is long enough too,${secret}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await open(file).state.signingKeys.load())[0]?.kid).toBe(key?.kid);
  expect(readdirSync(inFolder('.')).filter((name) => name.endsWith('.secret'))).toEqual([]);
});

it('a secret can be replaced: the first wraps, all of them open (OX2)', async () => {
  const file = temporaryFolder()('app.sqlite');
  const next = 'the next secret that is just as long';
  const first = open(file, secret);
  const { access_token } = await first.server.seedSession('ada');
  const both = open(file, [next, secret]);
  await both.server.keys.rotate();
  const only = open(file, next);
  expect((await only.api.me(access_token)).status).toBe(200);
  await expect(open(file, secret).state.signingKeys.load()).rejects.toThrow('another secret');
});

it('a wrong, changed or missing secret is said, and changes nothing (OX2)', async () => {
  const inFolder = temporaryFolder();
  const file = inFolder('app.sqlite');
  const { server, state } = open(file);
  const { access_token } = await server.seedSession('ada');
  await state.close();
  const kept = readFileSync(inFolder('app.secret'));
  rmSync(inFolder('app.secret'));
  await expect(open(file).state.signingKeys.load()).rejects.toThrow('app.secret: put it back');
  await expect(open(file).server.keys.rotate()).rejects.toThrow('app.secret: put it back');
  writeFileSync(inFolder('app.secret'), 'another secret of more than 32 characters');
  await expect(open(file).state.signingKeys.load()).rejects.toThrow('wrapped with another secret');
  writeFileSync(inFolder('app.secret'), kept);
  expect((await open(file).api.me(access_token)).status).toBe(200);
});

it.each([['short'], [''], [[]], [['x'.repeat(31)]], [[secret, 'short']]])(
  'refuses %j for a secret (OX2)',
  (keySecret) => {
    const file = temporaryFolder()('app.sqlite');
    expect(() => open(file, keySecret)).toThrow(/^keySecret must be a random text of 32 characters or more/);
  },
);

it('a wrapped key that was changed in the database is not taken (OX2)', async () => {
  const file = temporaryFolder()('app.sqlite');
  const { state } = open(file, secret);
  await state.signingKeys.load();
  await state.close();
  const sealed = everythingIn(file).find((value) => value.startsWith('sealed:')) ?? '';
  const changed = sealed.slice(0, -5) + (sealed.at(-5) === 'A' ? 'B' : 'A') + sealed.slice(-4);
  setKeys(file, changed);
  await expect(open(file, secret).state.signingKeys.load()).rejects.toThrow('another secret');
});

it.each(['latchkey.secret', 'latchkey.SECRET', '.secret'])(
  'a database called %s is not its own secret (OX2)',
  async (name) => {
    const path = temporaryFolder();
    const file = path(name);
    const first = open(file);
    const tokens = await tokensOf(await first.api.login());
    await first.state.close();
    copyFileSync(file, path('copy.sqlite'));

    expect((await open(file).api.me(tokens.access_token)).status).toBe(200);
    await expect(open(path('copy.sqlite')).state.signingKeys.load()).rejects.toThrow('is missing');
  },
);
