// Kind: what takes something from the user everywhere must ask for more than the token that every request carries.
import { expect, it } from 'vitest';
import { ada, apiOf, bearer, byOwner, direct, eve, outcomeOf, testServer, tokensOf } from '../testing/api.ts';

const stepUp = [401, { error: 'insufficient_user_authentication' }];

async function start() {
  const { server, clock } = testServer();
  const send = direct(server);
  const [mine, other] = [await server.seedSession('ada'), await server.seedSession('ada')];
  const api = apiOf(send);
  const ask = (way: string, body?: unknown, accessToken = mine.access_token) => {
    const { headers } = bearer(accessToken) as { headers: Record<string, string> };
    const method = way.includes('sessions') ? 'DELETE' : 'POST';
    if (body === undefined) return send(way, { method, headers });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return send(way, { method, headers: { ...headers, 'content-type': 'application/json' }, body: text });
  };
  const ways = [
    `auth/sessions/${other.sid}`,
    `auth/sessions/${mine.sid}`,
    'auth/logout-all',
    'auth/logout-all?keep_current=true',
  ];
  const live = async () => (await server.sessions.list('ada')).filter(({ status }) => status === 'live').length;
  return { server, clock, send, api, mine, other, ask, ways, live };
}

it('a stolen access token of a fresh login ends no session, not even its own (OX3)', async () => {
  const { ask, ways, live } = await start();
  for (const way of ways) {
    const answer = await ask(way);
    expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication"');
    expect(await outcomeOf(answer)).toMatchObject(stepUp);
  }
  expect(await live()).toBe(2);
});

it('nor with a refresh token that is another session’s, spent, unknown, or a ticket (OX3)', async () => {
  const { server, api, ask, ways, live, mine, other } = await start();
  const [eves, old] = [await server.seedSession('eve'), await server.seedSession('ada')];
  const spent = mine.refresh_token;
  await tokensOf(await api.refresh(spent));
  await server.sessions.revoke(old.sid);
  const wrong = [spent, other.refresh_token, eves.refresh_token, old.refresh_token, `rt1_${'x'.repeat(43)}`, 'x', ''];
  for (const refresh_token of wrong) {
    for (const way of ways) expect(await outcomeOf(await ask(way, { refresh_token }))).toMatchObject(stepUp);
  }
  expect(await live()).toBe(2);
  expect((await api.me(eves.access_token)).status).toBe(200);
});

it('nor with a wrong password, of which there are as few tries as at the login (OX3)', async () => {
  const { clock, ask, ways, live } = await start();
  const [way = ''] = ways;
  for (const password of ['wrong', eve.password, '', 'x'.repeat(2_000), ada.password.toUpperCase()]) {
    expect(await outcomeOf(await ask(way, { password }))).toMatchObject([400, { error: 'invalid_grant' }]);
  }
  const refused = await ask(way, { password: ada.password });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await live()).toBe(2);
  clock.advance('1s');
  expect((await ask(way, { password: ada.password })).status).toBe(204);
});

it('nor with a body that says nothing, or something else (OX3)', async () => {
  const { ask, ways, live } = await start();
  for (const way of ways) {
    for (const body of [{}, { password: null, refresh_token: null }, { Password: ada.password }]) {
      expect(await outcomeOf(await ask(way, body))).toMatchObject(stepUp);
    }
    for (const body of ['', '[]', '{"password":1}', '{"refresh_token":["x"]}', '{"password":"x","password":"y"}']) {
      expect(await outcomeOf(await ask(way, body))).toMatchObject([400, { error: 'invalid_request' }]);
    }
  }
  expect(await live()).toBe(2);
});

it('the password ends sessions, however long ago the login was (OX3)', async () => {
  const { clock, send, mine, ask, live } = await start();
  clock.advance('15m');
  const { password } = ada;
  expect((await send(`auth/sessions/${mine.sid}`, byOwner(mine, 'DELETE'))).status).toBe(401);
  expect((await ask('auth/logout-all?keep_current=true', { password })).status).toBe(204);
  expect(await live()).toBe(1);
  expect((await ask(`auth/sessions/${mine.sid}`, { password })).status).toBe(204);
  expect(await live()).toBe(0);
});

it('the refresh token of the session that asks ends sessions, and is not spent by that (OX3)', async () => {
  const { send, api, mine, other, live } = await start();
  expect((await send(`auth/sessions/${other.sid}`, byOwner(mine, 'DELETE'))).status).toBe(204);
  expect(await live()).toBe(1);
  expect((await api.refresh(mine.refresh_token)).status).toBe(200);
});

it('somebody who may end sessions ends none of another user (OX3)', async () => {
  const { server, api, ask } = await start();
  const eves = await server.seedSession('eve');
  const { password } = ada;
  expect(await outcomeOf(await ask(`auth/sessions/${eves.sid}`, { password }))).toMatchObject([
    404,
    { error: 'not_found' },
  ]);
  expect((await api.me(eves.access_token)).status).toBe(200);
});
