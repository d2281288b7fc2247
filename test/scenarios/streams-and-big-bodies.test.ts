import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, signedIn } from '../support/scene.ts';

const stream = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('streamed'));
      controller.close();
    },
  });
const post = (): RequestInit => ({ method: 'POST', body: stream(), duplex: 'half' }) as RequestInit;

it('a stream is sent after the refresh when the token is due, and needs no second chance (P3)', async () => {
  const { server, client } = await signedIn();
  server.clock.advance('19m 30s');
  expect((await client.fetch('echo', post())).status).toBe(200);
  expect(server.requests.map(({ endpoint }) => endpoint)).toEqual(['refresh', 'echo']);
});

it('a stream that is refused all the same is not sent again; the token is refreshed for the next try (P3)', async () => {
  const { server, client, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  const error = await client.fetch('echo', post()).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'NotReplayableError', code: 'ERR_NOT_REPLAYABLE', status: 401 });
  expect((error as { response: Response }).response.status).toBe(401);
  expect(JSON.stringify(error)).not.toContain('response');
  expect(count('echo')).toBe(1);
  expect((await client.fetch('echo', post())).status).toBe(200);
  expect(count('refresh')).toBe(1);
});

it('a stream whose refresh fails is sent with the token that is due but still good (P3, R7)', async () => {
  const { server, client, count, stored } = await signedIn({ clock: manualClock() });
  const { accessToken } = stored();
  server.clock.advance('19m 30s');
  server.faults.next('refresh', { status: 503 });
  expect((await client.fetch('echo', post())).status).toBe(200);
  expect(server.requests.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual(['refresh 503', 'echo 200']);
  expect(stored().accessToken).toBe(accessToken);
  expect(count('echo')).toBe(1);
});

it('a stream whose refresh fails after a login of another user is not sent, with whatever token (P3, X1)', async () => {
  const scene = await signedIn({ clock: manualClock() });
  const { server, client, count } = scene;
  server.clock.advance('19m 30s');
  server.faults.next('refresh', { delay: 1000, status: 503 });
  const request = expect(client.fetch('echo', post())).rejects.toMatchObject({ name: 'SessionChangedError' });
  await atRest(scene);
  expect(count('refresh')).toBe(1);
  await client.login({ username: 'bob', password: 'bob-password' });
  server.clock.advance(1000);
  await request;
  expect(count('echo')).toBe(0);
  expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
});
