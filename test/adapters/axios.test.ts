import { isAuthError } from '@latchkey/client';
import { axiosAdapter } from '@latchkey/client/axios';
import axios, { type AxiosError, type CreateAxiosDefaults } from 'axios';
import { expect, it } from 'vitest';
import { baseUrl, createScene } from '../support/scene.ts';

/** Ada is signed in; her application uses axios. */
async function openPage(defaults: CreateAxiosDefaults = {}) {
  const arrived: Request[] = [];
  const scene = createScene({}, (fetch) => (input, init) => {
    arrived.push(new Request(input instanceof Request ? input.clone() : input, init));
    return fetch(input, init);
  });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const api = axios.create({ baseURL: baseUrl, adapter: axiosAdapter(client), ...defaults });
  return { ...scene, client, api, arrived };
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: AxiosError) => error,
  );

it('fifty requests of axios on an expired token refresh once', async () => {
  const { server, api, count } = await openPage();
  server.clock.advance('20m');
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.get<{ username: string }>('me')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers[0]?.data).toMatchObject({ username: 'ada' });
  expect(count('refresh')).toBe(1);
});

it('a refused request is sent once more with its body', async () => {
  const { server, api, client, count } = await openPage();
  const { sessionId = '' } = client.session as { sessionId?: string };
  expect(sessionId).not.toBe('');
  server.faults.next('echo', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  const body = { note: 'hello' };
  const { data, status } = await api.post<{ method: string; body: { sha256: string } }>('echo', body);
  const once = await api.post<typeof data>('echo', body);
  expect([status, data.method]).toEqual([200, 'POST']);
  expect(data).toEqual(once.data);
  expect(count('refresh')).toBe(1);
});

it('axios keeps its meaning: interceptors, params, transforms, validateStatus, cancellation', async () => {
  const { api, arrived, server } = await openPage({ transformResponse: (text: string) => `got ${text.length}` });
  api.interceptors.request.use((config) => {
    config.headers.set('x-from', 'interceptor');
    return config;
  });
  const statuses: number[] = [];
  api.interceptors.response.use((response) => {
    statuses.push(response.status);
    return response;
  });
  const { data } = await api.get('me', { params: { q: 'a b' } });
  expect(data).toMatch(/^got \d+$/);
  expect(arrived.at(-1)?.url).toBe(`${baseUrl}me?q=a+b`);
  expect(arrived.at(-1)?.headers.get('x-from')).toBe('interceptor');
  server.faults.next('me', { status: 404 }, 2);
  expect((await failure(api.get('me'))).response?.status).toBe(404);
  expect((await api.get('me', { validateStatus: () => true })).status).toBe(404);
  const abort = new AbortController();
  server.faults.next('me', { never: true });
  const cancelled = failure(api.get('me', { signal: abort.signal }));
  abort.abort();
  expect(axios.isCancel(await cancelled)).toBe(true);
  expect(statuses).toEqual([200, 404]);
});

it('the token goes to no other server, and not where it is not wanted', async () => {
  const { api, arrived } = await openPage();
  await api.get('me', { fetchOptions: { auth: false } }).catch(() => {});
  expect(arrived.at(-1)?.headers.has('authorization')).toBe(false);
  await api.get('me', { headers: { Authorization: 'Bearer my-own' } }).catch(() => {});
  expect(arrived.at(-1)?.headers.get('authorization')).toBe('Bearer my-own');
  await api.get('https://elsewhere.test/me').catch(() => {});
  expect(arrived.at(-1)?.headers.has('authorization')).toBe(false);
  expect(arrived.filter(({ headers }) => headers.has('user-agent'))).toEqual([]);
});

it('an error of the session is the cause of the AxiosError, which has its code', async () => {
  const { api, server, client } = await openPage();
  server.clock.advance('8d');
  const error = await failure(api.get('me'));
  expect(axios.isAxiosError(error)).toBe(true);
  expect(error).toMatchObject({ code: 'ERR_LOGIN_REQUIRED' });
  expect(isAuthError(error.cause)).toBe(true);
  expect(error.cause).toMatchObject({ name: 'LoginRequiredError' });
  await client.logout();
  expect((await failure(api.get('me'))).response?.status).toBe(401);
});
