import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { manualClock } from './clock/clock.ts';
import { createAuthServer } from './create-auth-server.ts';
import type { TokenResponse } from './sessions/session-tokens.ts';
import { cheapPasswordHasher } from './users/password-hasher.ts';

const users = [{ username: 'ada', password: 'correct horse', claims: { role: 'admin' } }];
const at = (path: string) => `https://api.example/${path}`;
const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
});

function start() {
  const clock = manualClock();
  const server = createAuthServer({ users, clock, passwordHasher: cheapPasswordHasher() });
  const send = (path: string, init?: RequestInit) => server.fetch(new Request(at(path), init));
  const login = (password = 'correct horse') =>
    send('auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password }),
    });
  const refresh = (refresh_token: string, key?: string) =>
    send(
      'auth/refresh',
      form(
        { grant_type: 'refresh_token', refresh_token, client_id: 'spa' },
        key === undefined ? {} : { 'idempotency-key': `"${key}"` },
      ),
    );
  const logout = ({ access_token, refresh_token }: TokenResponse) =>
    send('auth/logout', form({ access_token, refresh_token }));
  const me = ({ access_token }: TokenResponse) => send('me', { headers: { authorization: `Bearer ${access_token}` } });
  return { server, clock, send, login, refresh, logout, me };
}

const tokens = async (response: Response) => (await response.json()) as TokenResponse;

describe('an auth server', () => {
  it('takes a user from login over refreshes to a logout with an expired pair', async () => {
    const { server, clock, login, refresh, logout, me } = start();
    const first = await tokens(await login());
    expect(first).toMatchObject({
      token_type: 'Bearer',
      expires_in: 1_200,
      refresh_token_timeout: 604_800,
      authorization_expires_in: 7_776_000,
    });
    expect(await (await me(first)).json()).toEqual({ role: 'admin', sub: 'ada', username: 'ada', sid: first.sid });

    clock.advance('20m');
    expect((await me(first)).status).toBe(401);
    const second = await tokens(await refresh(first.refresh_token));
    expect((await me(second)).status).toBe(200);

    clock.advance('8d');
    expect(await server.sessions.list()).toMatchObject([{ status: 'lapsed', generation: 2 }]);
    const answer = await logout(second);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'revoked' }]);
    expect(await server.sessions.list('ada')).toMatchObject([{ status: 'revoked', revokeReason: 'logout_expired' }]);
    expect(await (await logout(second)).json()).toEqual({ status: 'already_revoked' });
  });

  it('answers a retry with the same successor and a reuse with the end of the family', async () => {
    const { server, login, refresh, me } = start();
    const first = await tokens(await login());
    const second = await tokens(await refresh(first.refresh_token, 'a-key-of-16-characters'));
    const again = await tokens(await refresh(first.refresh_token, 'a-key-of-16-characters'));
    expect(again.refresh_token).toBe(second.refresh_token);
    const third = await tokens(await refresh(second.refresh_token, 'another-key-of-some-length'));
    expect((await me(third)).status).toBe(200);
    const reuse = await refresh(first.refresh_token, 'a-key-of-16-characters');
    expect([reuse.status, await reuse.json()]).toMatchObject([400, { error: 'invalid_grant', reason: 'revoked' }]);
    expect((await refresh(third.refresh_token)).status).toBe(400);
    expect((await me(third)).status).toBe(401);
    expect(server.securityEvents.map(({ type }) => type)).toEqual(['replay', 'reuse']);
  });

  it('gives tokens that are good, whatever a user claims of when', async () => {
    const claims = { nbf: 4_000_000_000, exp: 1, iat: 1 };
    const server = createAuthServer({ users: [{ username: 'ada', claims }] });
    const { access_token } = await server.seedSession('ada');
    const request = new Request(at('me'), { headers: { authorization: `Bearer ${access_token}` } });
    expect((await server.fetch(request)).status).toBe(200);
  });

  it('answers although a listener throws, and lets that be seen', async () => {
    const { server, login } = start();
    const [heard, mistake] = [vi.fn(), new Error('listener')];
    const seen = new Set<unknown>();
    const later = queueMicrotask;
    const watched = (task: () => void) => {
      try {
        task();
      } catch (error) {
        seen.add(error);
      }
    };
    vi.stubGlobal('queueMicrotask', (task: () => void) => later(() => watched(task)));
    onTestFinished(() => void vi.unstubAllGlobals());
    server.subscribe(() => {
      throw mistake;
    });
    server.subscribe(heard);
    expect((await login()).status).toBe(200);
    expect(heard).toHaveBeenCalled();
    expect([...seen]).toEqual([mistake]);
  });

  it('gives wrong passwords and unknown users the same refusal', async () => {
    const { send, login } = start();
    const wrong = await login('wrong password');
    const unknown = await send('auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'eve', password: 'wrong password' }),
    });
    expect([wrong.status, await wrong.text()]).toEqual([unknown.status, await unknown.text()]);
    expect(wrong.status).toBe(400);
  });
});
