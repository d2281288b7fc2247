import { manualClock, runningClock } from '@latchkey/mock-server';
import { HTTPError, TimeoutError } from 'ky';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createScene, signedIn } from '../support/scene.ts';

it('waiting for a refresh is not charged to the timeout of a request (P2)', async () => {
  const { server, client, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  server.faults.next('refresh', { delay: 4000 });
  const seen: unknown[] = [];
  const hooks = {
    beforeRequest: [() => void seen.push('before')],
    afterResponse: [({ response }: { response: Response }) => void seen.push(response.status)],
  };
  const response = client.api.get('me', { timeout: 1000, retry: { limit: 2 }, hooks });
  await vi.waitFor(() => expect(count('refresh')).toBe(1));
  server.clock.advance(4000);
  expect((await response).status).toBe(200);
  expect(seen).toEqual(['before', 200]);
  expect(server.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
    ['me', 401],
    ['refresh', 200],
    ['me', 200],
  ]);
});

for (const found of ['expired', 'refused']) {
  it(`nor to the timer of ky, which runs by the clock of the browser, whether the token is ${found} (P2)`, async () => {
    const { server, client } = await signedIn();
    if (found === 'expired') server.clock.advance('20m');
    else await server.keys.rotate({ immediately: true });
    server.faults.next('refresh', { delay: 4000 });
    const timeout = 1000;
    const response = client.api.get('me', { timeout, retry: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1.2 * timeout));
    server.clock.advance(4000);
    expect((await response).status).toBe(200);
  });
}

for (const patience of ['waits for no login', 'would wait for a login']) {
  it(`a body that never ends is given up after the timeout of its request, in a client that ${patience} (P2)`, async () => {
    const scene = createScene({}, () => async () => new Response(new ReadableStream()));
    const options = patience === 'waits for no login' ? {} : { onLoginRequired: async () => {} };
    const { client } = scene.open(options);
    client.adoptTokens(await scene.server.seedSession('ada'));
    for (const limits of [{ timeout: 25 }, { totalTimeout: 25 }]) {
      const body = client.api.get('me', { ...limits, retry: 0 }).text();
      await expect(body).rejects.toBeInstanceOf(TimeoutError);
    }
  });
}

it('an instance that was robbed of its hooks still carries the token and keeps the time limit (P2)', async () => {
  const seen: (string | null)[] = [];
  const scene = createScene({}, (fetch) => (input, init) => {
    const request = new Request(input, init);
    seen.push(request.headers.get('authorization'));
    return seen.length === 1 ? fetch(request) : new Promise(() => {});
  });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const api = client.api.extend({ hooks: { init: undefined } as never });
  expect((await api.get('me')).status).toBe(200);
  await expect(api.get('me', { timeout: 25, retry: 0 })).rejects.toBeInstanceOf(TimeoutError);
  expect(seen).toEqual([expect.stringMatching(/^Bearer /), expect.stringMatching(/^Bearer /)]);
});

for (const signals of ['joined', 'followed, as in Safari before 17.4']) {
  it(`the network hears of what has taken too long, where signals are ${signals} (P2)`, async () => {
    if (signals !== 'joined') {
      const { any } = AbortSignal;
      onTestFinished(() => void Object.assign(AbortSignal, { any }));
      Reflect.deleteProperty(AbortSignal, 'any');
    }
    const sent: Request[] = [];
    const scene = createScene({ clock: runningClock() }, () => async (input, init) => {
      sent.push(new Request(input, init));
      return sent.length % 2 ? new Response(new ReadableStream()) : new Promise(() => {});
    });
    const { client } = scene.open();
    client.adoptTokens(await scene.server.seedSession('ada'));
    const options = { timeout: 25, retry: 0 };
    await expect(client.api.get('me', options).text()).rejects.toBeInstanceOf(TimeoutError);
    await expect(client.api.get('me', options)).rejects.toBeInstanceOf(TimeoutError);
    // For a total ky needs its one timer: an attempt is limited by us, and the body by the total. Where that has passed before
    // the body is looked at, ky tells nobody but the caller, so that no time may pass by its clock however busy the machine.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    onTestFinished(() => clock.mockRestore());
    await expect(client.api.get('me', { ...options, totalTimeout: 50 }).text()).rejects.toBeInstanceOf(TimeoutError);
    await expect(client.api.get('me', { ...options, totalTimeout: 60_000 })).rejects.toBeInstanceOf(TimeoutError);
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true]);
  });
}

it('a totalTimeout covers the wait for a refresh, too, and a call may have no time limit at all (P2)', async () => {
  const { server, client, count } = await signedIn();
  server.clock.advance('20m');
  server.faults.next('refresh', { delay: 4000 });
  const unlimited = client.api.get('me', { timeout: false });
  const within = client.api.get('me', { timeout: 3000, totalTimeout: 20_000, retry: 0 });
  await expect(client.api.get('me', { totalTimeout: 50, retry: 0 })).rejects.toBeInstanceOf(TimeoutError);
  expect(count('me')).toBe(0);
  server.clock.advance(4000);
  expect((await unlimited).status).toBe(200);
  expect((await within).status).toBe(200);
});

for (const sent of ['at once', 'after a refresh', 'once more, after a refresh']) {
  it(`what takes too long on the network still times out, sent ${sent}, and causes nothing more (P2)`, async () => {
    const { server, client, count } = await signedIn({ clock: runningClock() });
    if (sent === 'after a refresh') server.clock.advance('20m');
    if (sent.startsWith('once more')) {
      server.faults.next('me', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    }
    server.faults.next('me', { never: true });
    await expect(client.api.get('me', { timeout: 500, retry: 0 })).rejects.toBeInstanceOf(TimeoutError);
    expect([count('me'), count('refresh')]).toEqual([sent.startsWith('once more') ? 2 : 1, sent === 'at once' ? 0 : 1]);
  });
}

it('what is sent at once times out by the clock of the browser, even where that of the platform stands still (P2)', async () => {
  const { server, client } = await signedIn({ clock: manualClock() });
  server.faults.next('me', { never: true });
  await expect(client.api.get('me', { timeout: 25, retry: 0 })).rejects.toBeInstanceOf(TimeoutError);
});

it('a request that carries no token of ours is limited as by ky itself (P2)', async () => {
  const { server, client } = await signedIn();
  for (const call of [{ context: { auth: false } }, { headers: { authorization: 'Basic eDp5' } }]) {
    server.faults.next('me', { never: true });
    const response = client.api.get('me', { timeout: 25, retry: 0, ...call });
    await expect(response).rejects.toBeInstanceOf(TimeoutError);
  }
});

it('a 503 after the resend is retried as the caller wants, and an error carries the final answer (P2)', async () => {
  const { server, client, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  server.faults.next('me', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  server.faults.next('me', { status: 503 });
  const response = await client.api.get('me', { retry: { limit: 1, delay: () => 1 } });
  expect(response.status).toBe(200);
  expect(count('me')).toBe(3);
  expect(count('refresh')).toBe(1);

  server.faults.next('me', { status: 418 });
  const error = await client.api.get('me', { retry: 0 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HTTPError);
  expect((error as HTTPError).response.status).toBe(418);
  server.faults.next('me', { status: 418 });
  expect((await client.api.get('me', { throwHttpErrors: false })).status).toBe(418);
});

it('an Authorization of the caller is never overwritten, and context: { auth: false } sends none (P2, F5)', async () => {
  const seen: (string | null)[] = [];
  const scene = createScene({}, (fetch) => (input, init) => {
    seen.push(new Request(input, init).headers.get('authorization'));
    return fetch(input, init);
  });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  await client.api.get('me', { headers: { authorization: 'Basic eDp5' }, throwHttpErrors: false });
  await client.api.get('me', { context: { auth: false }, throwHttpErrors: false });
  await client.api.get('https://elsewhere.test/me', { throwHttpErrors: false });
  await client.api.get('me');
  expect(seen).toEqual(['Basic eDp5', null, null, expect.stringMatching(/^Bearer /)]);
  expect(scene.count('refresh')).toBe(0);
});

it('context: { auth: false } of a hook counts, also where it is an extended instance that has it (P2, F5)', async () => {
  const { server, client } = await signedIn();
  const init = [(options: object) => void Object.assign(options, { context: { auth: false } })];
  const api = client.api.extend({ hooks: { init } });
  await api.get('me', { throwHttpErrors: false });
  expect(server.requests.at(-1)).toMatchObject({ endpoint: 'me', accessToken: null });
});

it('an instance extended from client.api works the same way', async () => {
  const { server, client, count } = await signedIn();
  const api = client.api.extend({ headers: { 'x-app': 'one' }, timeout: 3000 });
  server.clock.advance('20m');
  const echo = await api.post('echo', { body: new FormData() }).json<{ headers: Record<string, string> }>();
  expect(echo.headers['x-app']).toBe('one');
  expect(count('refresh')).toBe(1);
  await vi.waitFor(() => expect(count('echo')).toBe(1));
});
