import { expect, it } from 'vitest';
import { signedIn } from '../support/scene.ts';

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
