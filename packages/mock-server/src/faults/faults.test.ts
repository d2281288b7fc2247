import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, apiOf, direct, pairOf, someKey, testServer, tokensOf } from '../testing/api.ts';
import { type Mounted, mounts } from '../testing/mounts.ts';

describe.each(['MSW', 'HTTP'] as const)('faults over %s', (mount) => {
  const { server, clock } = testServer();
  let mounted: Mounted;
  let api: Api;

  beforeAll(async () => {
    mounted = await mounts[mount](server);
    api = apiOf(mounted.send);
  });
  afterAll(() => mounted.close());
  beforeEach(() => server.reset());

  /** Resolves when the last of so many requests waits. */
  const held = (count: number) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (server.requests.length !== count || !server.requests.at(-1)?.held) return;
        stop();
        resolve();
      };
      const stop = server.subscribe(check);
    });

  it('a network error reaches the client as one, and nothing was done', async () => {
    const { refresh_token } = await server.seedSession('ada');
    server.faults.next('refresh', { networkError: true });
    await expect(api.refresh(refresh_token)).rejects.toThrow(TypeError);
    expect(server.requests).toMatchObject([{ endpoint: 'refresh', status: null, fault: 'networkError' }]);
    expect((await api.refresh(refresh_token)).status).toBe(200);
    expect(await server.sessions.list()).toMatchObject([{ generation: 2 }]);
  });

  it('a lost answer is a network error too, but all was done', async () => {
    const { refresh_token } = await server.seedSession('ada');
    server.faults.next('refresh', { loseResponse: true });
    await expect(api.refresh(refresh_token, someKey(1))).rejects.toThrow(TypeError);
    expect(await server.sessions.list()).toMatchObject([{ generation: 2 }]);
    expect((await api.refresh(refresh_token, someKey(1))).status).toBe(200);
  });

  it('answers status, headers and body as told, as often as told, at that endpoint only', async () => {
    const tokens = await server.seedSession('ada');
    server.faults.next('me', { status: 503, headers: { 'retry-after': '7' }, body: { error: 'busy' } }, 2);
    for (let time = 0; time < 2; time += 1) {
      const answer = await api.me(tokens.access_token);
      expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
        503,
        '7',
        { error: 'busy' },
      ]);
    }
    expect((await api.me(tokens.access_token)).status).toBe(200);
    expect((await api.logout(pairOf(tokens))).status).toBe(200);
  });

  it('serves a captive portal', async () => {
    server.faults.next('*', { html: true });
    const answer = await api.refresh('x');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<!doctype html>');
  });

  it('a delay lasts on the clock of the server, before or after the work', async () => {
    const first = await server.seedSession('ada');
    server.faults.next('refresh', { delay: 60_000 });
    server.faults.next('refresh', { delay: 60_000, after: 'commit' });
    const earlyHeld = held(1);
    const early = api.refresh(first.refresh_token, someKey(1));
    await earlyHeld;
    expect(await server.sessions.list()).toMatchObject([{ generation: 1 }]);
    clock.advance('1m');
    const second = await tokensOf(await early);
    const lateHeld = held(2);
    const late = api.refresh(second.refresh_token, someKey(2));
    await lateHeld;
    expect(await server.sessions.list()).toMatchObject([{ generation: 3 }]);
    clock.advance('1m');
    expect((await late).status).toBe(200);
  });

  it('what never answers is let go by clear', async () => {
    server.faults.next('me', { never: true });
    const answerHeld = held(1);
    const answer = api.me('x').catch((error: unknown) => error);
    await answerHeld;
    server.faults.clear();
    expect(await answer).toBeInstanceOf(TypeError);
  });

  it('reset lets go too, of delays and of what is queued', async () => {
    server.faults.next('me', { delay: 3_600_000 });
    server.faults.next('me', { networkError: true }, Number.POSITIVE_INFINITY);
    const answerHeld = held(1);
    const answer = api.me('x');
    await answerHeld;
    await server.reset();
    expect((await answer).status).toBe(401);
    expect((await api.me('x')).status).toBe(401);
  });

  it('a client that goes away leaves nothing hanging', async () => {
    server.faults.next('me', { never: true });
    const gone = new AbortController();
    const answerHeld = held(1);
    const answer = mounted.send('me', { signal: gone.signal }).catch((error: unknown) => error);
    await answerHeld;
    gone.abort();
    expect(await answer).toMatchObject({ name: 'AbortError' });
  });

  it('a server that is down comes up again', async () => {
    server.faults.next('*', { networkError: true }, Number.POSITIVE_INFINITY);
    for (let time = 0; time < 3; time += 1) await expect(api.me('x')).rejects.toThrow(TypeError);
    server.faults.clear();
    expect((await api.me('x')).status).toBe(401);
  });
});

it('a fault that is to happen no times happens to nobody', async () => {
  const { server } = testServer();
  server.faults.next('me', { status: 500 }, 0);
  expect((await apiOf(direct(server)).me('x')).status).toBe(401);
});

it('a fault says one thing, of an endpoint that there is', () => {
  const { server } = testServer();
  expect(() => server.faults.next('refesh', { status: 500 })).toThrow(
    'There is no endpoint "refesh": *, login, refresh, ',
  );
  expect(() => server.faults.next('me', {})).toThrow(RangeError);
  expect(() => server.faults.next('me', { status: 500, never: true })).toThrow(RangeError);
});
